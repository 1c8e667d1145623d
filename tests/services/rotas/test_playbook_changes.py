"""The playbook changed by people, and the calendar files that are applied after it."""

from dataclasses import replace

from campagne.clock import SetClock
from campagne.domain.contacts import Contact
from campagne.domain.playbook import Anchor, LeadTime, Role, Step, Unit
from campagne.domain.rights import Visitor
from campagne.domain.step_fields import StepFields, written
from campagne.rota_files import RotaFiles
from campagne.services.rotas import playbook_changes, rota
from campagne.services.rotas.rota_report import ApplyReport
from campagne.store import queries
from campagne.store.database import Database

CENTRE = Visitor(
    Contact("communicatie", "Centrum", "c@example.nl", "", ((Role.CENTRE, "katwijk"),)), strong=True
)
THREE_WEEKS = LeadTime(3, Unit.WEEKS, Anchor.BEFORE_START)


def apply(database: Database, files: RotaFiles, clock: SetClock) -> ApplyReport:
    with database.session() as session:
        return rota.apply(session, files, today=clock.today(), now=clock.now())


def change(database: Database, clock: SetClock, **typed: str) -> None:
    with database.session() as session:
        shown = playbook_changes.form(session, "website", CENTRE)
        assert shown.step is not None
        effect = playbook_changes.change(
            session,
            "website",
            replace(written(shown.step), **typed),
            visitor=CENTRE,
            why="zo werkt het hier",
            version=shown.version,
            now=clock.now(),
            today=clock.today(),
        )
        assert effect.faults == ()


def with_step(files: RotaFiles, step: Step) -> RotaFiles:
    return replace(files, steps=(step,))


def test_files_do_not_undo_what_people_changed(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(database, files, clock)
    change(database, clock, lead="3 weken voor de start", in_use="nee")
    report = apply(database, files, clock)
    assert [(one.item.key, one.field) for one in report.kept] == [
        ("website", "lead"),
        ("website", "in_use"),
    ]
    assert any("stap website, in gebruik: nee, in de bestanden ja" in one for one in report.lines())
    # A field that people left alone still follows the files.
    report = apply(
        database, with_step(files, replace(files.steps[0], title="Nieuws op de website")), clock
    )
    assert [(one.item.key, one.field) for one in report.changed] == [("website", "title")]
    with database.read() as session:
        assert queries.steps(session) == []
        step = queries.steps(session, switched_off_too=True)[0]
    assert (step.lead, step.title) == (THREE_WEEKS, "Nieuws op de website")


def test_where_both_changed_it_a_person_chooses(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(database, files, clock)
    change(database, clock, lead="3 weken voor de start")
    five = replace(files.steps[0], lead=LeadTime(5, Unit.WEEKS, Anchor.BEFORE_START))
    report = apply(database, with_step(files, five), clock)
    assert [(one.item.key, one.field) for one in report.conflicts] == [("website", "lead")]
    with database.read() as session:
        assert queries.steps(session)[0].lead == THREE_WEEKS


def test_a_step_that_people_added_stays(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(database, files, clock)
    typed = StepFields(
        title="Koffie",
        what="Drink koffie.",
        lead="op de eerste dag",
        role="beleid",
        scope="signaal",
        residents="ja",
    )
    with database.session() as session:
        shown = playbook_changes.form(session, None, CENTRE)
        effect = playbook_changes.change(
            session,
            None,
            typed,
            visitor=CENTRE,
            why="gezellig",
            version=shown.version,
            now=clock.now(),
            today=clock.today(),
        )
    assert effect.key == "koffie"
    assert apply(database, files, clock).changes == 0
    with database.read() as session:
        assert [one.key for one in queries.steps(session)] == ["website", "koffie"]
