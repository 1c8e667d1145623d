"""Applying the calendar files, and what a person reads of it."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from campagne.clock import SetClock
from campagne.domain.playbook import Role
from campagne.domain.profile import Profile
from campagne.domain.rota import (
    Agreement,
    EditionStatus,
    expand,
)
from campagne.domain.threeway import Decision, Outcome
from campagne.errors import InvalidInputError
from campagne.rota_files import RotaFiles
from campagne.services.rotas import rota, rota_items
from campagne.services.rotas.rota_report import ApplyReport, report
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import (
    CampaignRow,
    ContactRow,
    EditionRow,
    MunicipalityRow,
    ReminderRow,
    RotaAgreementRow,
)
from tests.services.rotas.applying import apply, edition_of, version_of, with_campaign

ORANGE, WEEK, PUBLIC = "orange-the-world", "week-tegen-kindermishandeling", "publiekscampagne"


def test_the_first_time_everything_is_stored(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    with database.read() as session:
        assert not queries.is_filled(session)
    done = apply(database, files, clock)
    assert done.lines() == [
        "Nieuw: 2 regio's: midden en bollenstreek",
        "Nieuw: 2 gemeenten: katwijk en lisse",
        "Nieuw: 3 campagnes: orange-the-world, week-tegen-kindermishandeling en publiekscampagne",
        "Nieuw: 13 edities",
        "Nieuw: 1 roosterjaar: bollenstreek-2026",
        "Nieuw: 1 stap: website",
        "Nieuw: 1 overleg: rbo",
        "Nieuw: 1 maatregel: borden",
        "Nieuw: 1 hulplijn: 112",
        "Nieuw: 1 contact: communicatie",
    ]
    with database.read() as session:
        assert queries.is_filled(session)
        assert set(queries.regions(session).values()) == set(files.regions)
        assert set(queries.municipalities(session).values()) == set(files.municipalities)
        assert set(queries.campaigns(session).values()) == set(files.campaigns)
        assert tuple(queries.rota_entries(session)) == files.rota
        assert tuple(queries.steps(session)) == files.steps
        assert tuple(queries.meeting_series(session)) == files.meetings
        assert tuple(queries.measures(session)) == files.measures
        assert tuple(queries.help_lines(session)) == files.help_lines
        (contact,) = queries.contacts(session)
        assert set(contact.assignments) == set(files.contacts[0].assignments)
        # 2024, the first year of the plans, until three years from today
        years = {one.year for one in queries.editions(session) if one.campaign == ORANGE}
        assert years == {2024, 2025, 2026, 2027, 2028, 2029}
        for row in session.exec(select(EditionRow)):
            assert (row.created_at, row.modified_at) == (clock.now(),) * 2
            assert row.date_version == 1
            assert row.digest
        assert queries.data_version(session) == (1, clock.now())
        planned = session.exec(select(ReminderRow)).all()
    assert {one.municipality_key for one in planned} == {"katwijk", "lisse"}
    assert edition_of(database, f"{PUBLIC}-2026").status is EditionStatus.PROVISIONAL
    assert edition_of(database, f"{ORANGE}-2026").status is EditionStatus.CONFIRMED


def test_a_second_time_nothing_is_written(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(database, files, clock)
    clock.move_to(date(2026, 9, 8))
    written: list[str] = []

    def note(*seen: Any) -> None:
        if seen[2].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(seen[2])

    event.listen(database.engine, "before_cursor_execute", note)
    done = apply(database, files, clock)
    event.remove(database.engine, "before_cursor_execute", note)
    assert written == []
    assert done == ApplyReport()
    assert done.lines() == ["Alles is al zoals in de kalenderbestanden."]
    assert version_of(database) == 1


def test_the_rota_reaches_as_far_as_its_entries(
    sqlite_database: Database, files: RotaFiles, clock: SetClock
) -> None:
    far = (replace(files.rota[0], key="vroeg", year=2022), replace(files.rota[0], year=2031))
    apply(sqlite_database, replace(files, rota=far), clock)
    with sqlite_database.read() as session:
        years = {one.year for one in queries.editions(session)}
    assert years == set(range(2022, 2032))


def test_a_change_in_the_files_is_taken(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(database, files, clock)
    entry = replace(
        files.rota[0], budget_eur=3000, agreements=(("katwijk", Agreement.DIFFERS),), lead=None
    )
    contact = replace(files.contacts[0], assignments=((Role.POLICY, "lisse"),))
    town = replace(
        files.municipalities[0],
        valid_to=date(2026, 12, 31),
        good_friday_closed=True,
        closed_days=(date(2026, 12, 24),),
    )
    changed = replace(
        files,
        rota=(entry,),
        contacts=(contact,),
        municipalities=(town, *files.municipalities[1:]),
        help_lines=(replace(files.help_lines[0], checked_on=date(2026, 9, 1)),),
    )
    done = apply(database, changed, clock)
    assert done.lines() == [
        "Gewijzigd: gemeente katwijk, geldig tot: leeg -> 31 december 2026",
        "Gewijzigd: gemeente katwijk, Goede Vrijdag dicht: nee -> ja",
        "Gewijzigd: gemeente katwijk, dichte dagen: leeg -> 24 december 2026",
        'Gewijzigd: roosterjaar bollenstreek-2026, wie leidt: "katwijk" -> leeg',
        "Gewijzigd: roosterjaar bollenstreek-2026, budget in euro per gemeente: 2500 -> 3000",
        (
            "Gewijzigd: roosterjaar bollenstreek-2026, afspraak van katwijk:"
            " akkoord -> doet iets anders"
        ),
        "Gewijzigd: roosterjaar bollenstreek-2026, afspraak van lisse: voorgesteld -> leeg",
        "Gewijzigd: hulplijn 112, gecontroleerd op: 1 juli 2026 -> 1 september 2026",
        (
            "Gewijzigd: contact communicatie, rollen: communicatie voor katwijk en communicatie"
            " voor lisse -> beleid voor lisse"
        ),
    ]
    with database.read() as session:
        assert list(queries.rota_entries(session)) == [replace(entry, version=2)]
        assert list(queries.contacts(session)) == [contact]
        assert queries.municipalities(session)["katwijk"] == town
        assert list(queries.help_lines(session)) == list(changed.help_lines)
    assert version_of(database) == 2
    assert apply(database, changed, clock).changes == 0


def test_only_a_help_line_raises_the_data_version_too(
    sqlite_database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(sqlite_database, files, clock)
    apply(
        sqlite_database,
        replace(files, help_lines=(replace(files.help_lines[0], hours="overdag"),)),
        clock,
    )
    assert version_of(sqlite_database) == 2


def test_what_people_changed_is_kept(database: Database, files: RotaFiles, clock: SetClock) -> None:
    apply(database, files, clock)
    with database.session() as session:
        session.get_one(CampaignRow, ORANGE).summary = "Door ons geschreven."
        session.get_one(
            RotaAgreementRow, ("bollenstreek-2026", "lisse")
        ).agreement = Agreement.AGREED
        session.get_one(ContactRow, "communicatie").active = False
    done = apply(database, files, clock)
    assert done.lines() == [
        (
            f"Blijft zoals iemand het wijzigde: campagne {ORANGE}, samenvatting:"
            ' "Door ons geschreven.", in de bestanden leeg'
        ),
        (
            "Blijft zoals iemand het wijzigde: roosterjaar bollenstreek-2026, afspraak van lisse:"
            " akkoord, in de bestanden voorgesteld"
        ),
        (
            "Blijft zoals iemand het wijzigde: contact communicatie, krijgt mail: nee, in de"
            " bestanden ja"
        ),
    ]
    with database.read() as session:
        assert queries.campaigns(session)[ORANGE].summary == "Door ons geschreven."
        assert dict(queries.rota_entries(session)[0].agreements)["lisse"] is Agreement.AGREED
        assert not queries.contacts(session)
    assert version_of(database) == 2  # calendars show what was changed behind our back


def test_what_a_gemeente_filled_in_is_kept(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    """Of what the files say of it, only the fields that nobody changed follow them."""
    apply(database, files, clock)
    with database.session() as session:
        place = session.get_one(MunicipalityRow, "lisse")
        place.handles, place.copy_deadline = {"x": "gem_lisse"}, "maandag 12.00"
        place.help_lines, place.local_team = ["112"], "Voor ieder 1"
    profile = Profile(newspaper="De Lisser", local_team="Sociaal Team")
    changed = replace(
        files,
        municipalities=tuple(
            replace(one, profile=profile) if one.key == "lisse" else one
            for one in files.municipalities
        ),
    )

    lines = apply(database, changed, clock).lines()

    assert lines == [
        'Gewijzigd: gemeente lisse, krant: leeg -> "De Lisser"',
        (
            'Botsing: gemeente lisse, lokaal team: hier "Voor ieder 1", in de bestanden'
            ' "Sociaal Team"; niet overgenomen'
        ),
        (
            "Blijft zoals iemand het wijzigde: gemeente lisse, sociale media: X gem_lisse, in de"
            " bestanden leeg"
        ),
        (
            "Blijft zoals iemand het wijzigde: gemeente lisse, kopij uiterlijk:"
            ' "maandag 12.00", in de bestanden leeg'
        ),
        "Blijft zoals iemand het wijzigde: gemeente lisse, hulplijnen: 112, in de bestanden leeg",
    ]
    with database.read() as session:
        found = queries.municipalities(session)["lisse"].profile
    assert (found.local_team, found.newspaper) == ("Voor ieder 1", "De Lisser")
    assert found.handles == (("x", "gem_lisse"),)


def test_a_conflict_is_told_until_someone_chooses(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(database, files, clock)
    with database.session() as session:
        session.get_one(CampaignRow, ORANGE).summary = "Van ons."
    changed = with_campaign(files, ORANGE, summary="Van het bestand.", remark="nieuw")
    first = apply(database, changed, clock)
    assert first.lines() == [
        f'Gewijzigd: campagne {ORANGE}, opmerking: leeg -> "nieuw"',
        (
            f'Botsing: campagne {ORANGE}, samenvatting: hier "Van ons.", in de bestanden'
            ' "Van het bestand."; niet overgenomen'
        ),
    ]
    again = apply(database, changed, clock)
    assert (again.conflicts, again.changes) == (first.conflicts, 0)
    chosen = apply(database, changed, clock, overwrite=True)
    assert chosen.lines() == [
        f'Gewijzigd: campagne {ORANGE}, samenvatting: "Van ons." -> "Van het bestand."'
    ]
    assert apply(database, changed, clock) == ApplyReport()


def test_overwriting_leaves_what_only_people_changed(
    sqlite_database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(sqlite_database, files, clock)
    with sqlite_database.session() as session:
        session.get_one(CampaignRow, ORANGE).summary = "Van ons."
    done = apply(sqlite_database, files, clock, overwrite=True)
    assert (len(done.kept), done.changes) == (1, 0)


def test_what_is_gone_from_the_files_is_kept_and_told(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(database, files, clock)
    fewer = replace(
        files,
        campaigns=tuple(one for one in files.campaigns if one.key != WEEK),
        measures=(),
    )
    done = apply(database, fewer, clock)
    assert sorted(done.lines()) == [
        "Staat niet meer in de bestanden, blijft bestaan: campagne week-tegen-kindermishandeling",
        "Staat niet meer in de bestanden, blijft bestaan: maatregel borden",
    ]
    with database.read() as session:
        assert WEEK in queries.campaigns(session)
    back = apply(database, files, clock)
    assert back == ApplyReport()


def test_a_contact_that_is_gone_from_the_files_gets_no_more_mail(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(database, files, clock)
    left = replace(files, contacts=())
    assert apply(database, left, clock).lines() == [
        "Gewijzigd: contact communicatie, krijgt mail: ja -> nee"
    ]
    with database.read() as session:
        assert not queries.contacts(session)
    assert apply(database, left, clock) == ApplyReport()
    apply(database, files, clock)
    with database.read() as session:
        assert len(queries.contacts(session)) == 1


def test_files_that_do_not_fit_are_refused_as_a_whole(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(database, files, clock)
    renamed = replace(
        files,
        municipalities=(
            replace(files.municipalities[0], key="katwijk-zh"),
            files.municipalities[1],
        ),
        measures=(replace(files.measures[0], text="Anders."),),
    )
    with (
        pytest.raises(InvalidInputError, match=r"passen niet .* sleutel is veranderd"),
        database.session() as session,
    ):
        rota.apply(session, renamed, today=clock.today(), now=clock.now())
    with database.read() as session:
        assert "katwijk-zh" not in queries.municipalities(session)
        assert queries.measures(session)[0].text == "Borden."
    assert version_of(database) == 1


def test_applying_over_data_of_others_takes_what_is_the_same(
    world: Database, files: RotaFiles, clock: SetClock
) -> None:
    """A database that was filled in another way: equal values are the base, others a conflict."""
    with world.read() as session:
        town = queries.municipalities(session)["katwijk"]
        regions = tuple(queries.regions(session).values())
    small = replace(
        files,
        regions=regions,
        municipalities=(replace(town, profile=Profile(website="https://nieuw.example.nl")),),
        campaigns=(),
        rota=(),
        measures=(),
        contacts=(),
        help_lines=(),
        steps=(),
        meetings=(),
    )
    done = apply(world, small, clock)
    assert [(one.item.key, one.field) for one in done.conflicts] == [("katwijk", "website")]
    renamed = replace(small, municipalities=(replace(small.municipalities[0], name="Katwijk a/Z"),))
    assert [one.field for one in apply(world, renamed, clock).changed] == ["name"]


def test_every_field_has_a_dutch_name_and_every_value_a_dutch_form(files: RotaFiles) -> None:
    items = rota_items.plain(rota_items.from_files(files))
    items |= rota_items.plain(rota_items.from_editions(expand(files.campaigns, [2026]).editions))
    assert {item.kind for item in items} == set(rota_items.KINDS)
    decisions = [
        Decision(item, name, Outcome.CONFLICT, value, None)
        for item, fields in items.items()
        for name, value in fields.items()
    ]
    lines = report(decisions).lines()
    assert len(lines) == len(decisions)
    for line in lines:
        assert not re.search(r"\d{4}-\d\d-\d\d|[{}\[\]]|True|False|None|_", line), line
