"""People who were changed on a page, beside the calendar files: neither undoes the other."""

from dataclasses import replace

from campagne.clock import SetClock
from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.domain.rights import Visitor
from campagne.rota_files import RotaFiles
from campagne.services.people import managed_contacts
from campagne.services.rotas import rota
from campagne.store import queries
from campagne.store.database import Database

# Who is in the log must be stored: the one contact of the files.
CHIEF = Visitor(Contact("communicatie", "Chef", "", "", ((Role.ADMIN, "katwijk"),)), strong=True)


def _take_in(database: Database, clock: SetClock, *rows: list[str]) -> None:
    columns = ["sleutel", "naam", "email", "beleid_voor"]
    table = [(1, columns), *enumerate(rows, 2)]
    now, today = clock.now(), clock.today()
    version = None
    for save in (False, True):
        with database.session() as session:
            found = managed_contacts.take_in(
                session,
                table,
                visitor=CHIEF,
                why="verhuisd",
                version=version,
                now=now,
                today=today,
            )
            assert (found.faults, len(found.changes)) == ((), len(rows))
            if not save:
                session.rollback()
        version = found.version


def test_the_files_do_not_undo_what_was_changed_on_a_page(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    now, today = clock.now(), clock.today()
    with database.session() as session:
        rota.apply(session, files, today=today, now=now)
    _take_in(
        database,
        clock,
        ["communicatie", "Andere naam", "ander@example.nl", "Lisse"],
        ["nieuw", "Nieuw", "nieuw@example.nl", "Katwijk, Lisse"],
    )
    for given in (files, replace(files, contacts=())):
        with database.session() as session:
            done = rota.apply(session, given, today=today, now=now)
        with database.read() as session:
            found = {one.key: one for one in queries.contacts(session)}
        if given is files:
            told = "\n".join(done.lines())
            assert "Blijft zoals iemand het wijzigde: contact communicatie, naam" in told
            assert "contact nieuw" not in told
            assert found["communicatie"].email == "ander@example.nl"
            assert (Role.POLICY, "lisse") in found["communicatie"].assignments
        assert found["nieuw"].assignments == ((Role.POLICY, "katwijk"), (Role.POLICY, "lisse"))
    assert set(found) == {"nieuw"}, "who leaves the files gets no mail, who was never in them does"
