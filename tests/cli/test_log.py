"""What a command changes stands in the log of changes, and not who typed it."""

from pathlib import Path

from sqlmodel import col, select

from campagne.store.database import Database
from campagne.store.tables import AuditRow, DeliveryRow
from tests.cli.conftest import Run

ORANGE = "orange-the-world-2026"
PURPLE = "paarse-vrijdag-2026"
HLT = "communicatie-hlt"


def _log(data: Path) -> list[AuditRow]:
    database = Database(f"sqlite:///{data / 'campagne.db'}")
    with database.read() as session:
        rows = list(session.exec(select(AuditRow).order_by(col(AuditRow.id))).all())
    database.close()
    return rows


def test_what_commands_change_is_in_the_log(run: Run, data: Path, calendars: Path) -> None:
    by = "--by=Jan Jansen"
    step = [ORANGE, "signaal-beleid", "katwijk", by, "--note=van Jan Jansen"]
    commands = [
        ["rota", "move", ORANGE, "--first=2026-11-24", "--last=2026-12-06", "--source=x", by],
        ["rota", "confirm", ORANGE, by],
        ["rota", "confirm", ORANGE, by],  # was so already
        ["rota", "theme", ORANGE, "Kijk niet weg", by],
        ["rota", "cancel", PURPLE, by],
        ["rota", "resume", PURPLE, by],
        ["rota", "agree", "duin-en-bollenstreek-2027", "katwijk", "akkoord", by],
        ["steps", "done", *step],
        ["steps", "undo", *step],
        ["answer", ORANGE, "gouda", "later", by],
        ["contacts", "set", HLT, "--rhythm=wekelijks"],
        ["contacts", "set", HLT, "--rhythm=wekelijks"],  # was so already
        ["contacts", "back", HLT],  # had no deputy
    ]
    for words in commands:
        assert run(*words).code == 0, words
    log = _log(data)
    assert {(one.by, one.contact_key) for one in log} == {("opdrachtregel", None)}
    assert [(one.what, one.kind, one.key) for one in log] == [
        ("datum veranderd", "edition", ORANGE),
        ("datum bevestigd", "edition", ORANGE),
        ("thema veranderd", "edition", ORANGE),
        ("afgelast", "edition", PURPLE),
        ("gaat toch door", "edition", PURPLE),
        ("akkoord gegeven", "rota_entry", "duin-en-bollenstreek-2027"),
        ("stap afgevinkt", "edition", ORANGE),
        ("stap weer opengezet", "edition", ORANGE),
        ("antwoord vastgelegd", "edition", ORANGE),
        ("keuzes voor mail gewijzigd", "contact", HLT),
    ]
    assert "Jansen" not in "".join(f"{one.before}{one.after}{one.why}" for one in log)
    assert log[0].after["wanneer"].startswith("van dinsdag 24 november")
    path = calendars / "demo.toml"
    path.write_text(path.read_text().replace('"communicatie.hlt@', '"ander@'), encoding="utf-8")
    other = calendars / "draaiboek.toml"
    other.write_text(
        other.read_text().replace('"Evaluatie naar', '"Terugblik naar'), encoding="utf-8"
    )
    assert run("rota", "apply", calendars_dir=calendars).code == 0
    applied = _log(data)[len(log) :]
    assert {one.what for one in applied} == {"gewijzigd uit de bestanden"}
    changes = {(one.kind, one.key): (one.before, one.after) for one in applied}
    assert any(kind == "step" and "titel" in before for (kind, _), (before, _) in changes.items())
    assert "ander@" not in str([one for one in changes.items() if one[0][0] == "contact"])


def test_a_mail_that_is_settled_is_in_the_log(run: Run, data: Path, outbox: None) -> None:
    del outbox
    database = Database(f"sqlite:///{data / 'campagne.db'}")
    with database.session() as session:
        row = session.get_one(DeliveryRow, 1)
        row.state = "unknown"  # type: ignore[assignment] # as the database has it
    database.close()
    assert run("deliveries", "resolve", "1", "--lost").code == 0
    assert run("deliveries", "resend", "1").code == 0
    assert [(one.what, one.kind, one.key) for one in _log(data)] == [
        ("vastgelegd dat de mail niet aankwam", "delivery", "1"),
        ("mail opnieuw klaargezet", "delivery", "1"),
    ]
