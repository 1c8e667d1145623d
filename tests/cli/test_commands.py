"""Every command does its job on a filled folder, in each form and with its exit code."""

import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from campagne.store.database import Database
from campagne.store.tables import CampaignRow, EditionRow, MaterialLinkRow
from tests.cli.conftest import Answer, Run
from tests.http_server import answer, serving

ORANGE, WEEK = "orange-the-world-2026", "week-tegen-kindermishandeling-2026"
LISTS = [
    ["rota", "show"],
    ["steps", "list"],
    ["reminders", "list", "--until=2026-12-31"],
    ["deliveries", "list"],
    ["broadcast", "list"],
    ["broadcast", "status", "1"],
    ["tick", "--dry-run"],
    ["settings"],
]


def _rows(answer: Answer) -> list[dict[str, Any]]:
    assert (answer.code, answer.sentence) == (0, "")
    found: list[dict[str, Any]] = json.loads(answer.out)
    return found


def _new_broadcast(run: Run) -> None:
    assert run("broadcast", "new", f"--edition={ORANGE}", "--region=holland-rijnland").code == 0


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_a_list_tells_the_same_in_each_form(run: Run, words: list[str]) -> None:
    _new_broadcast(run)
    if words[0] == "deliveries":
        assert run("tick").code == 0
    rows = _rows(run(*words, "--format=json"))
    assert rows
    lines = list(csv.reader(io.StringIO(run(*words, "--format=csv").out)))
    assert lines[0] == list(rows[0])
    assert len(lines) == len(rows) + 1
    table = run(*words).out.splitlines()
    assert set(table[1]) == {"-", " "}
    assert len(table) == len(rows) + 2


def test_the_year_of_today_or_another_for_all_or_for_some(run: Run) -> None:
    def editions(*words: str) -> set[str]:
        return {row["editie"] for row in _rows(run("rota", "show", "--format=json", *words))}

    assert {ORANGE, WEEK} < editions() == editions("--year=2026")
    assert "orange-the-world-2027" in editions("--year=2027")
    local = {"dag-tegen-ouderenmishandeling-lokaal-2027"}
    assert local <= editions("--year=2027", "--gemeente=katwijk")
    assert not local & editions("--year=2027", "--gemeente=gouda")
    assert not local & editions("--year=2027", "--region=midden-holland")


def test_the_shipped_files_are_right(run: Run) -> None:
    answer = run("rota", "check")
    assert answer.code == 0
    assert answer.out.startswith("De kalenderbestanden kloppen: 18 gemeenten, ")


def test_differences_are_shown_and_applied(run: Run, calendars: Path) -> None:
    answer = run("rota", "diff", calendars_dir=calendars)
    assert (answer.code, answer.out) == (0, "Alles is al zoals in de kalenderbestanden.\n")
    path = calendars / "campagnes.toml"
    text = path.read_text("utf-8").replace('"Paarse Vrijdag"', '"Paarse vrijdag"')
    path.write_text(text, "utf-8")
    line = 'Gewijzigd: campagne paarse-vrijdag, naam: "Paarse Vrijdag" -> "Paarse vrijdag"\n'
    assert run("rota", "diff") == Answer(3, line, "")
    assert run("rota", "diff").code == 3
    assert run("rota", "apply") == Answer(0, line, "")
    assert run("rota", "diff").code == 0


def test_a_conflict_is_for_a_person(run: Run, calendars: Path) -> None:
    moved = ["--first=2026-12-04", "--last=2026-12-04", "--source=brief", "--by=test"]
    assert run("rota", "move", "paarse-vrijdag-2026", *moved).code == 0
    path = calendars / "campagnes.toml"
    known = (
        "\n[[campagne.datum]]\njaar = 2026\nvan = 2026-12-18\ntot = 2026-12-18\n"
        'bron = "brief"\nbevestigd = true\n'
    )
    before, mark, after = path.read_text("utf-8").partition('sleutel = "paarse-vrijdag"')
    campaign, rest_mark, rest = after.partition("\n[[campagne]]")
    path.write_text(before + mark + campaign + known + rest_mark + rest, "utf-8")
    answer = run("rota", "apply", calendars_dir=calendars)
    assert answer.code == 3, answer
    assert "Botsing: editie paarse-vrijdag-2026, data:" in answer.out
    assert "'apply --overwrite'" in answer.out
    answer = run("rota", "apply", "--overwrite")
    assert (answer.code, "Gewijzigd: editie paarse-vrijdag-2026, data:" in answer.out) == (0, True)


def _edition(run: Run, key: str) -> dict[str, Any]:
    rows = _rows(run("rota", "show", "--format=json"))
    return next(row for row in rows if row["editie"] == key)


def test_an_edition_is_moved_confirmed_and_cancelled(run: Run) -> None:
    days = ["--first=2026-11-23", "--last=2026-12-06"]
    assert run("rota", "move", ORANGE, *days, "--source=brief", "--by=test").code == 0
    moved = _edition(run, ORANGE)
    assert (moved["van"], moved["tot en met"]) == ("2026-11-23", "2026-12-06")
    assert (moved["status"], moved["bron"]) == ("voorlopig", "brief")
    assert run("rota", "confirm", ORANGE, "--by=test").code == 0
    assert _edition(run, ORANGE)["status"] == "bevestigd"
    assert run("rota", "cancel", ORANGE, "--by=test").code == 0
    assert _edition(run, ORANGE)["status"] == "gaat niet door"


def test_a_step_is_ticked_off_and_opened_again(run: Run) -> None:
    step = [ORANGE, "signaal-beleid", "katwijk", "--by=Beleid Katwijk"]
    shown = ["steps", "list", f"--edition={ORANGE}", "--gemeente=katwijk", "--format=json"]

    def status() -> list[tuple[str, str]]:
        rows = [row for row in _rows(run(*shown, "--all")) if row["stap"] == "signaal-beleid"]
        return [(row["staat"], row["door"]) for row in rows]

    assert status() == [("open", "")]
    assert run("steps", "done", *step, "--note=klaar").code == 0
    assert status() == [("gedaan", "Beleid Katwijk")]
    assert "signaal-beleid" not in {row["stap"] for row in _rows(run(*shown))}
    assert run("steps", "skip", *step).code == 0
    assert status() == [("overgeslagen", "Beleid Katwijk")]
    assert run("steps", "undo", *step).code == 0
    assert status() == [("open", "")]
    answer = run("steps", "undo", *step)
    assert (answer.code, answer.sentence) == (1, "Deze stap staat al open.")


def test_a_round_sends_what_is_due_once(run: Run, data: Path) -> None:
    due = _rows(run("tick", "--dry-run", "--format=json"))
    assert not (data / "postvak").exists()
    first = _rows(run("tick", "--format=json"))[0]
    assert first["herinneringen"] == len(due) > 0
    assert first["verzonden"] == first["klaargezet"] > 0
    assert len(list((data / "postvak").glob("*.eml"))) == first["verzonden"]
    assert set(_rows(run("tick", "--format=json"))[0].values()) == {0}
    assert run("tick", "--dry-run").out == "Er is niets aan de beurt.\n"
    sent = _rows(run("deliveries", "list", "--format=json", "--state=accepted"))
    assert len(sent) == first["verzonden"]
    assert run("deliveries", "list", "--state=failed").out == "Er zijn geen verzendingen.\n"
    assert len(_rows(run("deliveries", "list", "--limit=2", "--format=json"))) == 2


def test_a_round_in_autumn_tells_and_mails_the_plan_for_next_year(run: Run) -> None:
    def plans(day: str, when: str = "1 oktober") -> list[str]:
        rows = _rows(run("tick", "--dry-run", "--format=json", pretend_today=day, autumn_mail=when))
        return [row["aan"] for row in rows if row["keer"] == "planning voor 2027"]

    assert plans("2026-09-30") == []
    assert plans("2026-10-01", "nooit") == []
    assert len(plans("2026-10-01")) > 5
    assert run("tick").code == 0
    assert plans("2026-10-02") == []
    sent = _rows(run("deliveries", "list", "--format=json", "--limit=999"))
    about = [row for row in sent if row["onderwerp"].startswith("De campagnes van 2027 voor ")]
    assert len({row["aan"] for row in about}) == len(about) > 5


def test_a_person_decides_about_a_mail_of_which_the_outcome_is_unknown(
    run: Run, data: Path
) -> None:
    assert run("tick").code == 0
    with sqlite3.connect(data / "campagne.db") as connection:
        connection.execute("UPDATE delivery SET state = 'unknown' WHERE id IN (1, 2, 3)")
    connection.close()

    def states() -> dict[int, str]:
        rows = _rows(run("deliveries", "list", "--format=json"))
        return {row["nummer"]: row["staat"] for row in rows if row["nummer"] <= 3}

    assert run("deliveries", "resolve", "1", "--arrived").code == 0
    assert run("deliveries", "resolve", "2", "--lost").code == 0
    assert run("deliveries", "resend", "3").code == 0
    assert states() == {1: "accepted", 2: "failed", 3: "due"}
    answer = run("deliveries", "resolve", "1", "--lost")
    assert (answer.code, answer.sentence) == (
        1,
        "Van deze mail is al bekend wat ermee is gebeurd.",
    )


def test_a_broadcast_is_made_shown_and_sent_once(run: Run) -> None:
    answer = run("broadcast", "new", f"--edition={ORANGE}", "--region=holland-rijnland")
    assert answer.out.startswith("Regiobericht 1 is gemaakt.")
    preview = run("broadcast", "preview", "1").out
    assert preview.count(" ===\n") == 10  # all but the one that asks, three of them together
    assert "=== Katwijk ===" in preview
    assert "=== Hillegom, Lisse en Teylingen ===" in preview
    released = run("broadcast", "release", "1")
    assert (released.code, released.out) == (0, "20 mails staan klaar voor verzending.\n")
    run("broadcast", "release", "1")
    number = len(_rows(run("deliveries", "list", "--format=json")))
    assert number == 20
    tried = run("broadcast", "test", "1", "--to=centrum-leiden")
    assert (tried.code, "staat als proef klaar" in tried.out) == (0, True)
    status = _rows(run("broadcast", "status", "1", "--format=json"))
    assert {row["antwoord"] for row in status} == {"nog niets"}
    assert _rows(run("broadcast", "list", "--format=json"))[0]["verzonden"]


def test_files_go_with_a_broadcast_of_a_command(run: Run, data: Path, tmp_path: Path) -> None:
    poster, program = tmp_path / "poster.pdf", tmp_path / "x.exe"
    poster.write_bytes(b"%PDF-1.7")
    program.write_bytes(b"MZ")
    words = ("broadcast", "new", f"--edition={ORANGE}", "--region=holland-rijnland", "--bijlage")
    refused = run(*words, str(poster), "--bijlage", str(program))
    assert refused.code == 1
    assert "x.exe kan niet mee" in refused.err
    assert _rows(run("broadcast", "list", "--format=json")) == []
    assert run(*words, str(poster)).code == 0
    assert "Bijlagen bij deze mail: poster.pdf (8 bytes)" in run("broadcast", "preview", "1").out
    assert "moet dit regiobericht nog goedkeuren" in run("broadcast", "release", "1").err
    assert run("broadcast", "submit", "1").code == 0
    assert run("broadcast", "files", "1").out == "poster.pdf (8 bytes)\n"
    poster.write_bytes(b"%PDF-1.7 beter")
    other = run("broadcast", "files", "1", "--bijlage", str(poster), "--weg", "poster.pdf")
    assert other.out == "poster.pdf (14 bytes)\nRegiobericht 1 is weer een concept.\n"
    both = run("broadcast", "files", "1", "--weg", "poster.pdf", "--weg", "x.exe")
    assert (both.code, both.sentence.partition(".")[0]) == (1, "Deze bijlage is er niet meer")
    assert run("broadcast", "files", "1").out == "poster.pdf (14 bytes)\n", "all or nothing"
    gone = run("broadcast", "files", "1", "--weg", "poster.pdf")
    assert gone.out == "Er gaan geen bijlagen mee.\n"
    with sqlite3.connect(data / "campagne.db") as connection:
        logged = connection.execute("SELECT by FROM audit WHERE what LIKE 'bijlage %'").fetchall()
    connection.close()
    assert logged == [("opdrachtregel",)] * 4, "and not the sender, who did nothing"
    assert run("broadcast", "release", "1").code == 0
    assert "al verstuurd" in run("broadcast", "files", "1", "--bijlage", str(poster)).err


def test_who_gets_no_mail_of_a_broadcast_is_told(run: Run, data: Path) -> None:
    with sqlite3.connect(data / "campagne.db") as connection:
        connection.execute("UPDATE contact SET active = 0 WHERE key LIKE '%katwijk'")
    connection.close()
    _new_broadcast(run)
    assert "hier gaat geen mail heen" in run("broadcast", "preview", "1").out
    answer = run("broadcast", "release", "1")
    assert (answer.code, "Katwijk" in answer.out) == (3, True)


def test_texts_are_written_to_a_folder(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "teksten"
    words = ["texts", "render", f"--edition={ORANGE}", "--gemeente=katwijk", f"--out={out}"]
    written = [Path(line) for line in run(*words).out.splitlines()]
    assert sorted(written) == sorted(out.iterdir())
    assert any("Katwijk" in path.read_text("utf-8") for path in written)


def test_a_toolkit_is_written_for_each_gemeente(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "toolkits"
    words = ["texts", "toolkit", f"--edition={ORANGE}", "--gemeente=katwijk", f"--out={out}"]
    (path,) = [Path(line) for line in run(*words).out.splitlines()]
    assert path == out / f"{ORANGE}_katwijk_toolkit.zip"
    before = path.stat()
    assert run(*words).out == f"{path}\n"
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_feeds_are_exported_and_only_what_changed_is_written(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "agendas"
    first = run("feed", "export", str(folder)).out
    assert first.endswith(f" geschreven, 0 ongewijzigd, 0 verwijderd in {folder}\n")
    assert first.split()[0] == str(len([path for path in folder.rglob("*") if path.is_file()]))
    assert run("feed", "export", str(folder)).out.startswith("0 geschreven, ")
    assert run("rota", "cancel", "paarse-vrijdag-2026", "--by=test").code == 0
    assert not run("feed", "export", str(folder)).out.startswith("0 geschreven, ")


def test_the_calendar_of_an_organiser_is_read(run: Run, data: Path) -> None:
    """Refused in the own network, unless that is allowed; other days are something to look at."""
    assert run("feed", "read").out == "Er is geen campagne met een agenda van de organisator.\n"
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "SUMMARY:Paarse Vrijdag"]
    lines += ["DTSTART;VALUE=DATE:20261218", "END:VEVENT", "END:VCALENDAR"]
    with serving(lambda _: [answer(200, "\r\n".join(lines).encode())]) as server:
        database = Database(f"sqlite:///{data / 'campagne.db'}")
        with database.session() as session:
            session.get_one(CampaignRow, "paarse-vrijdag").calendar_url = server.url
        database.close()
        refused = run("feed", "read", "--format=json")
        found = run("feed", "read", "--format=json", inner_calendars="true")
    assert (refused.code, found.code) == (3, 3)
    assert "https://" in json.loads(refused.out)[0]["uitkomst"]
    (row,) = json.loads(found.out)
    assert (row["uitkomst"], row["voorstellen"]) == ("gelezen", 1)


def test_the_material_of_an_organiser_is_asked_for(run: Run, data: Path) -> None:
    """In a round of the clock, and on request with the links in the texts."""
    record = ("rota", "material", ORANGE, "--by=Beleid", "--licence=vrij")
    assert run(*record, "--url=https://example.org/toolkit").code == 0
    with serving(lambda _: [answer(404)]) as server:
        database = Database(f"sqlite:///{data / 'campagne.db'}")
        with database.session() as session:
            row = session.get_one(EditionRow, ORANGE)
            row.material = {**(row.material or {}), "url": server.url}
            link = session.get_one(MaterialLinkRow, ORANGE)
            link.url, link.failures = server.url, 1  # tonight it is gone for the second time
        database.close()
        round_ = run("tick", inner_calendars="true")
        asked = run(
            *("texts", "check", "--links", "--campaign=orange-the-world", "--gemeente=katwijk"),
            *("--kind=regiosignaal",),
            inner_calendars="true",
        )
    gone = f"{server.url}: Deze pagina is er niet meer (status 404)."
    assert f"Landelijk materiaal voor Orange the World 2026: {gone}\n" in round_.err
    assert f"fout    editie {ORANGE}: link: {gone}\n" in asked.out
    assert (round_.code, asked.code) == (3, 3)


def test_the_report_of_a_year(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "map" / "verslag.DOCX"
    words = ["report", "--region=holland-rijnland", "--year=2026"]
    answer = run(*words, f"--out={out}")
    assert (answer.code, answer.out) == (0, f"{out}\n")
    first = out.read_bytes()
    assert first.startswith(b"PK")
    assert run(*words, "--gemeente=katwijk", f"--out={out}").code == 0
    assert out.read_bytes() != first
    assert run(*words, f"--out={tmp_path}/verslag.pdf").code == 0
    kept = tmp_path / "2026.zip"
    assert run("archive", *words[1:], f"--out={kept}").out == f"{kept}\n"
    assert kept.read_bytes().startswith(b"PK")


def test_the_database_is_upgraded_as_often_as_you_like(run: Run, tmp_path: Path) -> None:
    for _ in range(2):
        answer = run("db", "upgrade", data_dir=tmp_path / "nieuw")
        assert (answer.code, answer.out) == (0, "De database is bij.\n")


def test_passwords_are_not_shown(run: Run) -> None:
    answer = run(
        "settings",
        "--format=json",
        pretend_today="",
        smtp_url="smtp://naam:Zw4luw@mail.example.nl",
        database_url="postgresql+psycopg://naam:Zw4luw@db.example.nl/campagne",
        secret_key="Zw4luw" * 6,
    )
    shown = {row["instelling"]: row["waarde"] for row in _rows(answer)}
    assert shown["CAMPAGNE_SMTP_URL"] == "smtp://naam:***@mail.example.nl"
    assert "Zw4luw" not in answer.out
