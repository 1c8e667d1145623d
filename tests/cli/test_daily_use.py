"""What people read who run commands every day, from a filled folder to a mail that waits."""

import csv
import io
import json
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from campagne import cli, resources

ORANGE = "orange-the-world-2026"
REGION = "holland-rijnland"


@dataclass(frozen=True)
class Said:
    """What a command gave back."""

    code: int
    out: str
    err: str


Say = Callable[..., Said]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command on a folder of its own, with settings by the name that follows CAMPAGNE_."""
    monkeypatch.setenv("CAMPAGNE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CAMPAGNE_PRETEND_TODAY", "2026-09-07")

    def call(*words: str, **changed: str) -> Said:
        for name, value in changed.items():
            monkeypatch.setenv(f"CAMPAGNE_{name.upper()}", value)
        monkeypatch.setattr(sys, "argv", ["campagne", *words])
        capsys.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        heard = capsys.readouterr()
        return Said(code, heard.out, heard.err)

    return call


def ask(say: Say) -> Said:
    """Make a broadcast about Orange the World."""
    return say("broadcast", "new", "--edition", ORANGE, "--region", REGION)


def test_a_second_broadcast_is_warned_of_and_refused(say: Say) -> None:
    first = ask(say)
    assert first.code == 0
    assert "verzend het met 'campagne broadcast release 1'" in first.out
    assert say("broadcast", "release", "1").code == 0

    second = ask(say)
    assert second.code == 3
    sentence = "maandag 7 september 2026 al een regiobericht aan Holland Rijnland verstuurd"
    assert sentence in second.err
    assert "release 2" not in second.out
    refused = say("broadcast", "release", "2")
    assert (refused.code, sentence in refused.err) == (1, True)
    assert say("broadcast", "release", "2", "--again").code == 0


def test_the_region_that_can_be_used_is_named(say: Say) -> None:
    answer = say("broadcast", "new", "--edition", ORANGE, "--region", "leiden")
    assert answer.code == 1
    assert (
        "Een regiobericht kan naar holland-rijnland, hollands-midden of midden-holland."
        in answer.err
    )


def test_an_answer_by_phone(say: Say) -> None:
    ask(say)
    say("broadcast", "release", "1")
    phone = ("answer", ORANGE, "katwijk", "decline", "--by", "Beleid Katwijk")
    assert say(*phone).out == "Vastgelegd: Katwijk doet niet mee.\n"
    assert say(*phone).out == "Dat was al het antwoord: Katwijk doet niet mee.\n"

    status = say("broadcast", "status", "1", "--format", "csv")
    rows = {row["gemeente"]: row for row in csv.DictReader(io.StringIO(status.out))}
    katwijk = rows["Katwijk"]
    assert (katwijk["gemaild"], katwijk["antwoord"]) == ("ja", "doet niet mee")
    assert (katwijk["door"], katwijk["tijd"][:11]) == ("Beleid Katwijk", "2026-09-07 ")
    assert (rows["Lisse"]["antwoord"], rows["Lisse"]["tijd"]) == ("nog niets", "")

    gone = say("answer", ORANGE, "katwijk", "misschien", "--by", "Beleid")
    assert (gone.code, "Kies uit: join, decline, later." in gone.err) == (2, True)
    assert say("answer", ORANGE, "katwijk", "join").code == 2


def test_times_are_those_of_amsterdam_and_whole_in_json(say: Say) -> None:
    ask(say)
    say("broadcast", "release", "1")
    table = say("broadcast", "list").out
    assert "antwoord tot en met" in table
    (row,) = json.loads(say("broadcast", "list", "--format", "json").out)
    assert row["verzonden"].endswith("+00:00")
    (plain,) = csv.DictReader(io.StringIO(say("broadcast", "list", "--format", "csv").out))
    assert len(plain["verzonden"]) == len("2026-11-22 04:36")
    assert plain["verzonden"] in table
    hours = int(plain["verzonden"][11:13]) - int(row["verzonden"][11:13])
    assert hours % 24 == 2, "summer time"


def test_steps_say_which_are_late(say: Say) -> None:
    rows = json.loads(say("steps", "list", "--edition", ORANGE, "--format", "json").out)
    assert {row["op tijd"] for row in rows} >= {"", "te laat, maar het kan nog"}
    for row in rows:
        assert (row["op tijd"] != "") == (row["uiterlijk"] < "2026-09-07")


def test_one_contact_is_one(say: Say, tmp_path: Path) -> None:
    calendars = shutil.copytree(resources.folder("calendars"), tmp_path / "calendars")
    (calendars / "contacten.toml").write_text(
        '[[contact]]\nsleutel = "een"\nnaam = "Een"\nemail = "een@example.nl"\n'
        'beleid_voor = ["katwijk"]\n',
        "utf-8",
    )
    answer = say("rota", "check", calendars_dir=str(calendars))
    assert answer.out.endswith(", 1 contactpersoon.\n")


def test_a_tick_tells_what_still_waits(say: Say) -> None:
    away = {"pretend_today": "", "smtp_url": "smtp://127.0.0.1:1", "smtp_insecure": "true"}
    ask(say)
    say("broadcast", "release", "1")
    first = say("tick", "--format", "json", demo="true", **away)
    (row,) = json.loads(first.out)
    assert first.code == 3
    assert row["wachtend"] >= 13

    second = say("tick", "--format", "json")
    (again,) = json.loads(second.out)
    assert second.code == 3
    assert (again["verzonden"], again["wachtend"]) == (0, row["wachtend"])
    assert re.fullmatch(
        rf"{row['wachtend']} mails wachten nog, tot 20\d\d-\d\d-\d\d \d\d:\d\d of later\.\n",
        second.err,
    )


def test_texts_that_are_not_right_are_named(say: Say, tmp_path: Path) -> None:
    words = ("texts", "render", "--gemeente", "katwijk", "--edition", ORANGE, "--out")
    good = say(*words, str(tmp_path / "goed"))
    assert (good.code, good.err) == (0, "")

    templates = shutil.copytree(resources.folder("templates"), tmp_path / "templates")
    for path in (templates / "texts").glob("*/x.md"):
        path.write_text(path.read_text("utf-8") + "\n#orangeTheWorld\n", "utf-8")
    wrong = say(*words, str(tmp_path / "fout"), templates_dir=str(templates))
    assert wrong.code == 3
    assert "“#orangeTheWorld”: een schermlezer leest dit als één woord" in wrong.err
    assert len(wrong.out.splitlines()) == 17


def test_all_texts_are_held_against_the_rules(say: Say, tmp_path: Path) -> None:
    words = ("texts", "check", "--campaign", "orange-the-world", "--gemeente", "katwijk")
    good = say(*words)
    assert (good.code, good.err) == (0, "")
    assert "1 gemeenten: fouten: 0, adviezen: " in good.out
    assert "advies  orange-the-world/persbericht.md: open plek: " in good.out
    wrong_kind = say(*words, "--kind", "persberich")
    assert wrong_kind.err == "De soort 'persberich' bestaat niet. Bedoel je persbericht?\n"

    templates = shutil.copytree(resources.folder("templates"), tmp_path / "templates")
    path = templates / "texts" / "orange-the-world" / "x.md"
    path.write_text(path.read_text("utf-8").replace("#OrangeTheWorld", "#orange"), "utf-8")
    wrong = say(*words, "--kind", "x", templates_dir=str(templates))
    assert wrong.code == 3
    assert (
        "fout    orange-the-world/x.md: hashtag: “#orange”: een schermlezer leest dit als één"
        " woord: begin elk woord met een hoofdletter."
    ) in wrong.out
    assert wrong.out.endswith("fouten: 1, adviezen: 0.\n")


def test_what_a_gemeente_said_of_a_year_in_a_meeting(say: Say) -> None:
    year = "duin-en-bollenstreek-2027"
    by = ("--by", "Beleid Katwijk, in het overleg")
    agreed = say("rota", "agree", year, "katwijk", "akkoord", *by)
    assert (agreed.code, agreed.out) == (0, "Katwijk: akkoord\nalle gemeenten akkoord: nee\n")
    refused = say("rota", "agree", year, "lisse", "wijkt-af", *by)
    assert (refused.code, refused.err) == (1, "Schrijf op wat je gemeente anders doet.\n")
    differs = say("rota", "agree", year, "lisse", "wijkt-af", "--note", "alleen de dag", *by)
    assert "Lisse: doet iets anders (alleen de dag)" in differs.out
    back = say("rota", "agree", year, "lisse", "geen-antwoord", *by)
    assert "Lisse: nog geen antwoord" in back.out
    assert "hoort niet bij het rooster" in say("rota", "agree", year, "gouda", "akkoord", *by).err
    assert "bestaat niet" in say("rota", "agree", "verzonnen", "gouda", "akkoord", *by).err
    past = say("rota", "agree", "duin-en-bollenstreek-2024", "lisse", "akkoord", *by)
    assert "2024 is voorbij" in past.err


def test_national_material_is_recorded_and_taken_away(say: Say) -> None:
    record = ("rota", "material", ORANGE, "--by=Beleid Leiden")
    toolkit = ("--url=https://example.org/toolkit", "--licence=vrij", "--text=persbericht")
    done = say(*record, *toolkit, "--until=2026-12-31", "--pictures")
    assert (done.code, done.out) == (0, "Het landelijke materiaal staat erbij.\n")
    assert say(*record, "--remove").out == "Het landelijke materiaal is weggehaald.\n"
    for wrong, said in (
        ((), "Geef --url met het webadres, of --remove."),
        (("--url=http://example.org", "--licence=vrij"), "dat begint met https://"),
        (("--url=https://example.org/toolkit",), "Schrijf op wat er met het materiaal mag"),
        ((*toolkit, "--text=gedicht"), "De soort tekst 'gedicht' bestaat niet."),
        ((*toolkit, "--until=2020-01-01"), "ligt voor de dag waarop het er is"),
    ):
        refused = say(*record, *wrong)
        assert refused.code != 0
        assert said in refused.err


def test_a_cancellation_is_undone_and_a_theme_set(say: Say) -> None:
    by = ("--by", "Leiden")
    assert "niet afgelast" in say("rota", "resume", ORANGE, *by).err
    assert say("rota", "cancel", ORANGE, *by).code == 0
    assert "gaat toch door" in say("rota", "resume", ORANGE, *by).out
    assert say("rota", "theme", ORANGE, "Samen sterk", *by).code == 0
    shown = json.loads(say("rota", "show", "--year", "2026", "--format", "json").out)
    orange = next(one for one in shown if one["editie"] == ORANGE)
    assert (orange["status"], orange["thema"]) == ("bevestigd", "Samen sterk")
