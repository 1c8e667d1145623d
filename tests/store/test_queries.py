"""Queries give back what was stored, in a fixed order, on both engines."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from campagne.clock import SetClock
from campagne.domain.contacts import Contact
from campagne.domain.dates import DateRule, FromEaster, RuleKind, Span
from campagne.domain.playbook import (
    Anchor,
    EvaluationPart,
    LeadTime,
    Meeting,
    MeetingLead,
    MeetingSeries,
    Role,
    Scope,
    Step,
    SummerRule,
    Unit,
)
from campagne.domain.profile import AddressForm, CopyDeadline, Profile
from campagne.domain.regions import Municipality, Region, members
from campagne.domain.rota import (
    Agreement,
    Campaign,
    Certainty,
    Edition,
    EditionStatus,
    HelpLine,
    KnownDates,
    Material,
    Measure,
    RotaEntry,
)
from campagne.store import queries, rows, said_and_done
from campagne.store.database import Database
from campagne.store.tables import (
    CampaignRow,
    ContactRow,
    EditionRow,
    HelpLineRow,
    MeasureRow,
    MeetingSeriesRow,
    MunicipalityRow,
    RegionRow,
    RotaAgreementRow,
    RotaEntryRow,
    StepRow,
)

REGION = Region("zuid", "Zuid", parent="hollands-midden", centre="gouda")
MUNICIPALITY = Municipality(
    key="kaag",
    name="Kaag",
    cbs_code="GM9999",
    region="zuid",
    work_organisation="KaagSamen",
    school_region="Noord",
    valid_from=date(2020, 1, 1),
    valid_to=date(2028, 12, 31),
    good_friday_closed=True,
    liberation_day_closed=True,
    closed_days=(date(2026, 5, 15), date(2026, 12, 24)),
    tell_centre=True,
    source="voorbeeld",
    profile=Profile(
        local_team="Wijkteam",
        team_phone="0252 12 34 56",
        team_url="https://wijkteam.example.nl",
        website="https://kaag.example.nl",
        handles=(("facebook", "kaag"), ("x", "gem_kaag")),
        newspaper="De Kager",
        copy_deadline=CopyDeadline(0, 12, 0),
        address_form=AddressForm.INFORMAL,
        house_style="https://huisstijl.example.nl",
        help_lines=("112",),
    ),
)
CAMPAIGN = Campaign(
    key="voorjaar",
    name="Voorjaar zonder geweld",
    rule=DateRule(RuleKind.ESTIMATED, FromEaster(-7, 5)),
    rule_text="de week voor Pasen",
    certainty=Certainty.MEDIUM,
    organiser="Stichting Voorbeeld",
    source="https://example.org",
    summary="Een week.",
    material_url="https://example.org/materiaal",
    materials=(Material("Posters", "https://example.org/posters"),),
    region="zuid",
    part_of="orange-the-world",
    broadcast=True,
    remark="let op",
    checked_on=date(2026, 1, 2),
    known=(
        KnownDates(2026, Span(date(2026, 4, 1), date(2026, 4, 3)), "brief", 1, confirmed=True),
        KnownDates(
            2026,
            Span(date(2026, 6, 1), date(2026, 6, 3)),
            "mail",
            run=2,
            checked_on=date(2026, 2, 3),
            theme="thuis",
        ),
    ),
)
EDITION = Edition(
    key="voorjaar-2026",
    campaign="voorjaar",
    year=2026,
    span=Span(date(2026, 4, 1), date(2026, 4, 3)),
    status=EditionStatus.CANCELLED,
    source="brief",
    theme="thuis",
    checked_on=date(2026, 1, 3),
    date_version=4,
)
ENTRY = RotaEntry(
    key="zuid-2027",
    region="zuid",
    year=2027,
    campaign="voorjaar",
    theme="thuis",
    plan_period="voorjaar",
    source="plan",
    why_differs="later bekend",
    lead="kaag",
    budget_eur=1500,
    agreements=(("gouda", Agreement.DIFFERS), ("kaag", Agreement.PROPOSED)),
)
STEP = Step(
    key="avond",
    title="Avond",
    what="Houd een avond.",
    role=Role.POLICY,
    lead=LeadTime(3, Unit.WORKDAYS, Anchor.AFTER_END),
    scope=Scope.SIGNAL,
    summer=SummerRule.SKIP,
    before_meeting=MeetingLead("rbo", 5, after_end_days=21),
    useful_days=9,
    centre_days=12,
    resident_facing=True,
    evaluation=EvaluationPart.FIGURES,
)
SERIES = MeetingSeries(
    key="ambtelijk",
    name="Ambtelijk overleg",
    frequency="elke maand",
    source="agenda",
    meetings=(Meeting("ambtelijk", date(2026, 10, 1), date(2026, 9, 20)),),
)
MEASURE = Measure(
    key="borden",
    name="Borden",
    region="zuid",
    years=(2023, 2025),
    text="Borden langs de weg.",
    source="plan",
    budget="1.000 euro",
    evaluations=(2024, 2025),
)
HELP_LINE = HelpLine(
    key="kindertelefoon",
    name="Kindertelefoon",
    number="0800-0432",
    for_whom="kinderen",
    hours="overdag",
    cost="gratis",
    source="https://example.org",
    checked_on=date(2026, 7, 1),
    url="https://example.org/kinderen",
    always_shown=False,
)


def _store(session: Session, *stored: object) -> None:
    for one in stored:
        session.add(one)
        session.flush()


def test_everything_comes_back_as_it_was_stored(world: Database, clock: SetClock) -> None:
    now = clock.now()
    stamps: dict[str, Any] = {"created_at": now, "modified_at": now}
    with world.session() as session:
        _store(
            session,
            RegionRow(**rows.region_values(REGION)),
            MunicipalityRow(**rows.municipality_values(MUNICIPALITY)),
            CampaignRow(**rows.campaign_values(CAMPAIGN)),
            EditionRow(**rows.edition_values(EDITION), date_version=4, **stamps),
            RotaEntryRow(**rows.rota_entry_values(ENTRY)),
            *(
                RotaAgreementRow(entry_key=ENTRY.key, municipality_key=key, agreement=agreement)
                for key, agreement in ENTRY.agreements
            ),
            StepRow(**rows.step_values(STEP, 99)),
            MeetingSeriesRow(**rows.meeting_series_values(SERIES)),
            MeasureRow(**rows.measure_values(MEASURE)),
            HelpLineRow(**rows.help_line_values(HELP_LINE, 99)),
        )
    with world.read() as session:
        assert queries.regions(session)["zuid"] == REGION
        assert queries.municipalities(session)["kaag"] == MUNICIPALITY
        assert queries.campaigns(session)["voorjaar"] == CAMPAIGN
        assert queries.editions(session, keys={"voorjaar-2026", "weg"}) == [EDITION]
        assert queries.rota_entries(session)[-1] == ENTRY
        assert queries.steps(session)[-1] == STEP
        assert queries.meeting_series(session)[0] == SERIES
        assert queries.measures(session)[0] == MEASURE
        assert queries.help_lines(session)[-1] == HELP_LINE


def test_orders(world: Database) -> None:
    with world.read() as session:
        assert [one.name for one in queries.municipalities(session).values()] == [
            *("Gouda", "Hillegom", "Katwijk", "Leiden", "Lisse", "Noordwijk", "Teylingen")
        ]
        assert [one.campaign for one in queries.editions(session)] == [
            "publiekscampagne-huiselijk-geweld",
            "week-tegen-kindermishandeling",
            "orange-the-world",
        ]
        assert [one.key for one in queries.steps(session)][:2] == ["partners", "materiaal"]
        assert [one.number for one in queries.help_lines(session)] == ["112", "0800-2000"]


@pytest.mark.parametrize(
    ("narrowed", "count"),
    [
        ({}, 3),
        ({"years": [2026]}, 3),
        ({"years": [2025, 2027]}, 0),
        ({"years": []}, 0),
        ({"keys": []}, 0),
        ({"keys": ["orange-the-world-2026"]}, 1),
        ({"keys": ["orange-the-world-2026"], "years": [2025]}, 0),
        ({"keys": ["orange-the-world-2026", *map(str, range(12_000))]}, 1),
    ],
)
def test_narrowing_editions(sqlite_world: Database, narrowed: dict[str, Any], count: int) -> None:
    with sqlite_world.read() as session:
        assert len(queries.editions(session, **narrowed)) == count


def test_members_by_region(world: Database) -> None:
    with world.read() as session:
        found = members(
            "holland-rijnland",
            queries.municipalities(session).values(),
            queries.regions(session),
            date(2026, 9, 7),
        )
    assert len(found) == 6


def test_contacts_with_their_roles_and_no_inactive_ones(world: Database) -> None:
    with world.session() as session:
        _store(
            session,
            ContactRow(key="weg", name="Weg", email="weg@example.nl", active=False),
            ContactRow(key="zonder-rol", name="Zonder rol", email="zonder@example.nl"),
        )
    with world.read() as session:
        found = {one.key: one for one in queries.contacts(session)}
    assert list(found) == [
        *("gouda-communicatie", "hltsamen-communicatie", "katwijk-campagnes"),
        *("leiden-centrum", "zonder-rol"),
    ]
    assert found["hltsamen-communicatie"] == Contact(
        key="hltsamen-communicatie",
        name="Communicatie HLTsamen",
        email="hltsamen-communicatie@example.nl",
        phone="071 000 00 00",
        assignments=(
            (Role.COMMUNICATION, "hillegom"),
            (Role.COMMUNICATION, "lisse"),
            (Role.COMMUNICATION, "teylingen"),
        ),
    )
    assert found["katwijk-campagnes"].assignments == (
        (Role.POLICY, "katwijk"),
        (Role.COMMUNICATION, "katwijk"),
    )
    assert found["zonder-rol"].assignments == ()


def test_the_data_version_rises_and_never_goes_back_in_time(database: Database) -> None:
    now = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
    with database.read() as session:
        assert queries.data_version(session)[0] == 0
    for at, expected in [
        (now, (1, now)),
        (now + timedelta(hours=1), (2, now + timedelta(hours=1))),
        # An earlier instant still moves it on, for calendars that ask by date.
        (now, (3, now + timedelta(hours=1, seconds=1))),
    ]:
        with database.session() as session:
            queries.raise_data_version(session, at)
            queries_see = queries.data_version(session)
        assert queries_see == expected


def test_a_query_sees_what_its_own_transaction_changed(world: Database) -> None:
    with world.session() as session:
        row = session.get_one(EditionRow, "orange-the-world-2026")
        row.theme = "veilig thuis"
        assert queries.editions(session, keys=[row.key])[0].theme == "veilig thuis"
        session.rollback()


def test_no_query_per_row(sqlite_world: Database) -> None:
    statements: list[str] = []
    _, engine = sqlite_world.engines

    def note(*seen: Any) -> None:
        statements.append(seen[2])

    event.listen(engine, "before_cursor_execute", note)
    with sqlite_world.read() as session:
        queries.regions(session)  # the stamps are asked for once
        counted: list[tuple[Callable[[Session], object], int]] = [
            (queries.editions, 1),
            (queries.rota_entries, 2),
            (queries.contacts, 2),
            (said_and_done.answers, 1),
            (queries.steps, 1),
        ]
        for query, most in counted:
            before = len(statements)
            query(session)
            assert len([one for one in statements[before:] if one != "BEGIN"]) <= most
    event.remove(engine, "before_cursor_execute", note)


def test_who_only_reads_reads_once(sqlite_world: Database) -> None:
    """And a session that writes sees each time what it changed."""
    with sqlite_world.read() as session:
        assert queries.municipalities(session) is queries.municipalities(session)
        assert queries.contacts(session) is queries.contacts(session)
    with sqlite_world.session() as session:
        before = queries.municipalities(session)["katwijk"].name
        session.get_one(MunicipalityRow, "katwijk").name = "Anders"
        session.flush()
        assert (before, queries.municipalities(session)["katwijk"].name) == ("Katwijk", "Anders")
    with sqlite_world.read() as session:
        assert queries.municipalities(session)["katwijk"].name == "Anders"


def test_one_by_its_key(world: Database) -> None:
    with world.read() as session:
        place, person = (
            queries.municipality(session, "katwijk"),
            queries.contact(session, "gouda-communicatie"),
        )
        assert place == queries.municipalities(session)["katwijk"]
        assert person in queries.contacts(session)
        assert queries.municipality(session, "nergens") is None
        assert queries.contact(session, "niemand") is None
