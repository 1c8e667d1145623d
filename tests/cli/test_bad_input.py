"""What a person meets who gives something wrong: one Dutch sentence, and nothing is half done."""

import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run

REPORT = ["report", "--region=holland-rijnland", "--year=2026"]
ORANGE = "orange-the-world-2026"
MOVE = ["--source=brief", "--by=test"]


def _dump(data: Path) -> list[str]:
    with sqlite3.connect(data / "campagne.db") as connection:
        found = list(connection.iterdump())
    connection.close()
    return found


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["rota", "move", ORANGE, "--first=2026-12-10", "--last=2026-11-25", *MOVE],
            "kies een einddatum op of na de begindatum.",
        ),
        (
            ["rota", "move", ORANGE, "--first=2026-11-25", "--last=9999-12-31", *MOVE],
            "kies hoogstens 366 dagen.",
        ),
        (
            ["rota", "move", ORANGE, "--first=0001-01-01", "--last=2026-11-25", *MOVE],
            "kies hoogstens 366 dagen.",
        ),
        (
            ["rota", "move", ORANGE, "--first=2027-11-25", "--last=2027-11-26", *MOVE],
            "kies dagen in 2026.",
        ),
        (["rota", "confirm", "orange-2026", "--by=test"], "De editie 'orange-2026' bestaat niet."),
        (["rota", "cancel", "bestaat-niet", "--by=test"], "Kijk de schrijfwijze na."),
        (["rota", "show", "--year=0"], "Kies een jaar van 2024 tot en met 2029."),
        (["rota", "show", "--year=99999999999999999999999"], "Kies een jaar van 2024"),
        (["rota", "show", "--gemeente=katwik"], "katwik"),
        (["rota", "show", "--region=bestaat-niet"], "bestaat-niet"),
        (
            ["rota", "show", "--region=midden-holland", "--gemeente=katwijk"],
            "Katwijk ligt niet in Midden-Holland.",
        ),
        (["steps", "list", "--edition=bestaat-niet"], "bestaat niet"),
        (["steps", "list", "--gemeente=katwik"], "Bedoel je katwijk?"),
        (
            ["steps", "done", ORANGE, "bestaat-niet", "katwijk", "--by=test"],
            "De stappen die er wel zijn: signaal-beleid",
        ),
        (["broadcast", "new", "--edition=x", "--region=holland-rijnland"], "De editie 'x'"),
        (["broadcast", "new", f"--edition={ORANGE}", "--region=x"], "De regio 'x' bestaat niet."),
        (
            ["broadcast", "new", f"--edition={ORANGE}", "--region=duin-en-bollenstreek"],
            "Kies holland-rijnland, hollands-midden of midden-holland.",
        ),
        (
            [
                "broadcast",
                "new",
                f"--edition={ORANGE}",
                "--region=holland-rijnland",
                "--answer-by=2020-01-01",
            ],
            "Kies een dag van maandag 7 september 2026",
        ),
        (["broadcast", "preview", "12"], "Regiobericht 12 bestaat niet."),
        (["broadcast", "release", "2147483647"], "Regiobericht 2147483647 bestaat niet."),
        (["broadcast", "status", "12"], "Regiobericht 12 bestaat niet."),
        (["deliveries", "resolve", "2147483647", "--lost"], "Deze mail bestaat niet"),
        (["deliveries", "resend", "7"], "Deze mail bestaat niet"),
        (
            ["texts", "render", f"--edition={ORANGE}", "--gemeente=katwik", "--out=/tmp"],
            "Bedoel je katwijk?",
        ),
        (
            ["texts", "render", f"--edition={ORANGE}", "--gemeente=katwijk", f"--out={__file__}/x"],
            "Kies een map waarin je mag schrijven.",
        ),
        (
            ["texts", "toolkit", f"--edition={ORANGE}", "--gemeente=katwik", "--out=/tmp"],
            "Bedoel je katwijk?",
        ),
        (["texts", "toolkit", "--edition=orange-2026", "--out=/tmp"], "Bedoel je orange-the-"),
        (
            ["texts", "toolkit", f"--edition={ORANGE}", "--gemeente=lisse", f"--out={__file__}/x"],
            "Kies een map waarin je mag schrijven.",
        ),
        (["feed", "export", f"{__file__}/x"], "Kies een map waarin je mag schrijven."),
        ([*REPORT, f"--out={__file__}/x.docx"], "Kies een map waarin je mag schrijven."),
        (
            ["archive", *REPORT[1:], f"--out={__file__}/x.zip"],
            "Kies een map waarin je mag schrijven.",
        ),
        ([*REPORT, "--out=verslag.odt"], "eindigen op .docx of .pdf"),
        ([*REPORT, "--gemeente=gouda", "--out=x.pdf"], "ligt in 2026 niet in Holland Rijnland"),
        (["report", "--region=nergens", "--year=2026", "--out=x.pdf"], "bestaat niet"),
        (["report", "--region=holland-rijnland", "--year=1", "--out=x.pdf"], "Kies een jaar van"),
    ],
)
def test_wrong_values_change_nothing(run: Run, data: Path, words: list[str], sentence: str) -> None:
    before = _dump(data)
    answer = run(*words)
    assert (answer.code, answer.out) == (1, "")
    assert sentence in answer.sentence
    assert len(answer.sentence.splitlines()) == 1
    assert _dump(data) == before


def _spoil(calendars: Path, how: str) -> None:
    path = calendars / "campagnes.toml"
    text = path.read_text("utf-8")
    entry = text[text.index('\n[[campagne]]\nsleutel = "') :].partition("\n[[campagne]]\n")[2]
    entry = "\n[[campagne]]\n" + entry.partition("\n[[campagne]]\n")[0]
    mails = calendars / "demo.toml"
    if how == "no file":
        path.unlink()
    elif how == "a folder":
        path.unlink()
        path.mkdir()
    elif how == "no UTF-8":
        path.write_bytes(text.encode() + b'naam = "caf\xe9"\n')
    elif how == "no address":
        mails.write_text(mails.read_text("utf-8").replace("@example.nl", "", 1), "utf-8")
    else:
        added = {
            "no TOML": '\nnaam = "zonder einde\n',
            "nothing": "",
            "unknown key": '\nnaaam = "x"\n',
            "wrong type": "\nthema = 3\n",
            "twice": entry,
            "deep": f"\nx = {'[' * 5000}\n",
            "control": '\n[[campagne]]\nsleutel = "a\\u001b[31m"\n',
        }[how]
        path.write_text((text if added else "") + added, "utf-8")


FAULTS = {
    "no file": "campagnes.toml: dit bestand ontbreekt",
    "a folder": "campagnes.toml: dit is geen gewoon bestand",
    "no UTF-8": "bewaar het bestand als UTF-8",
    "no address": "een mailadres heeft precies een @",
    "no TOML": "dit is geen geldige TOML",
    "nothing": "toegestaan: tabellen die beginnen met [[campagne]]",
    "unknown key": "naaam: onbekende sleutel",
    "wrong type": "thema: ",
    "twice": "sleutel: ",
    "deep": "dit is geen geldige TOML",
    "control": "sleutel: ",
}


@pytest.mark.parametrize("how", FAULTS)
def test_wrong_calendar_files_change_nothing(
    run: Run, data: Path, calendars: Path, how: str
) -> None:
    _spoil(calendars, how)
    before = _dump(data)
    for command in ("check", "diff", "apply"):
        answer = run("rota", command, calendars_dir=calendars)
        assert (answer.code, answer.out) == (1, "")
        first, *faults = answer.sentence.splitlines()
        assert first.endswith("in de kalenderbestanden:")
        assert any(FAULTS[how] in fault for fault in faults), faults
        assert "\x1b" not in answer.err
    assert _dump(data) == before
    assert run("rota", "show").code == 0


def test_a_first_start_with_wrong_calendar_files_stores_nothing(
    run: Run, calendars: Path, tmp_path: Path
) -> None:
    _spoil(calendars, "wrong type")
    answer = run("rota", "show", calendars_dir=calendars, data_dir=tmp_path / "nieuw")
    assert (answer.code, "thema: " in answer.sentence) == (1, True)
    assert run("rota", "show", calendars_dir="").code == 0


@pytest.mark.parametrize("folder", ["bestaat-niet", "leeg"])
def test_a_calendar_folder_without_files(run: Run, tmp_path: Path, folder: str) -> None:
    (tmp_path / "leeg").mkdir()
    answer = run("rota", "check", calendars_dir=tmp_path / folder)
    assert (answer.code, "kalenderbestanden" in answer.sentence) == (1, True)
    assert run("rota", "show").code == 0


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("port", "abc", "CAMPAGNE_PORT: schrijf een heel getal van 1 tot en met 65535."),
        ("smtp_url", "mail.example.nl", "CAMPAGNE_SMTP_URL klopt niet: het begint niet met smtp"),
        ("smtp_url", "smtp://naam@mail.example.nl", "geef gebruiker en wachtwoord allebei"),
        ("database_url", "mysql://a/b", "CAMPAGNE_DATABASE_URL: begint met sqlite:///"),
        ("mail_from", "niemand", "CAMPAGNE_MAIL_FROM: een mailadres heeft precies een @"),
    ],
)
@pytest.mark.parametrize("words", [["settings"], ["tick"], ["rota", "show"], ["db", "upgrade"]])
def test_a_wrong_setting_stops_every_command(
    run: Run, words: list[str], name: str, value: str, sentence: str
) -> None:
    answer = run(*words, pretend_today="", **{name: value})
    assert (answer.code, answer.out) == (1, "")
    assert sentence in answer.sentence


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://naam:geheim@127.0.0.1:1/campagne", "sqlite:////proc/x/y.db"]
)
def test_a_database_that_is_not_there(run: Run, url: str) -> None:
    answer = run("rota", "show", database_url=url)
    assert answer.code == 1
    assert len(answer.sentence.splitlines()) == 1
    assert "geheim" not in answer.err


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def _no_database(path: Path) -> None:
    path.write_bytes(b"Dit is een gewone tekst, en geen database. " * 50)


def _spoiled(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8192:-8192] = bytes(len(content) - 2 * 8192)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_newer, "installeer de nieuwste versie van campagne"),
        (_no_database, "Het databasebestand is beschadigd. Zet een reservekopie terug."),
        (_spoiled, "Het databasebestand is beschadigd. Zet een reservekopie terug."),
    ],
)
def test_a_database_that_cannot_be_used_is_left_alone(
    run: Run, data: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    path = data / "campagne.db"
    spoil(path)
    before = path.read_bytes()
    for words in (["rota", "show"], ["tick"], ["serve"]):
        answer = run(*words)
        assert (answer.code, answer.out) == (1, "")
        assert sentence in answer.sentence
        assert path.read_bytes() == before


@pytest.fixture
def read_only(data: Path) -> Iterator[Path]:
    """The data folder, in which nothing may be written."""
    for path in [*data.iterdir(), data]:
        path.chmod(path.stat().st_mode & ~0o222)
    yield data
    for path in [data, *data.iterdir()]:
        path.chmod(path.stat().st_mode | 0o200)


def test_a_folder_that_is_read_only_can_still_be_read(plain_user: Run, read_only: Path) -> None:
    assert plain_user("rota", "show").code == 0
    answer = plain_user("tick")
    assert (answer.code, "alleen worden gelezen" in answer.sentence) == (1, True)
    assert not (read_only / "postvak").exists()
    out = f"--out={read_only / 'teksten'}"
    for words in (
        ["feed", "export", str(read_only / "agendas")],
        ["texts", "render", f"--edition={ORANGE}", "--gemeente=katwijk", out],
    ):
        answer = plain_user(*words)
        assert (answer.code, "geen rechten" in answer.sentence) == (1, True)


def test_a_mailbox_that_cannot_be_written_keeps_the_mail(run: Run, data: Path) -> None:
    (data / "postvak").write_text("hier hoort een map", "utf-8")
    answer = run("tick")
    assert answer.code == 3
    assert answer.sentence.endswith("De mail blijft klaarstaan.")
    due = run("deliveries", "list", "--state=due").out
    assert len(due.splitlines()) > 3


@pytest.mark.usefixtures("outbox")
def test_a_mail_server_that_is_away_keeps_the_mail(run: Run) -> None:
    answer = run("tick", pretend_today="", smtp_url="smtp://127.0.0.1:1", smtp_insecure="true")
    assert answer.code == 3
    assert "De mailserver 127.0.0.1 is niet bereikbaar (er luistert niets" in answer.sentence


@pytest.fixture
def refusing() -> Iterator[int]:
    """Port of a mail server that refuses every log-in."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rwb", buffering=0) as line:
                line.write(b"220 mail.example.nl\r\n")
                for said in line:
                    word = said.split()[0].upper()
                    line.write(
                        {b"EHLO": b"250-mail.example.nl\r\n250 AUTH PLAIN LOGIN\r\n"}.get(
                            word, b"221 dag\r\n" if word == b"QUIT" else b"535 nee\r\n"
                        )
                    )

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)


@pytest.mark.usefixtures("outbox")
def test_a_mail_server_that_refuses_the_log_in(run: Run, refusing: int) -> None:
    url = f"smtp://naam:geheim@127.0.0.1:{refusing}"
    answer = run("tick", pretend_today="", smtp_url=url, smtp_insecure="true")
    assert answer.code == 3
    assert "weigert de gebruiker of het wachtwoord (535)" in answer.sentence
    assert "Controleer CAMPAGNE_SMTP_URL." in answer.sentence
    assert "geheim" not in answer.err
