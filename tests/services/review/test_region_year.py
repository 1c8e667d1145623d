"""A year of a region: who takes part in what, for whom, and as a table."""

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from campagne.domain import spreadsheet
from campagne.domain.broadcasts import BroadcastState
from campagne.domain.budget import YearCosts
from campagne.domain.contacts import Contact
from campagne.domain.delivery import Message, MessageKind
from campagne.domain.involvement import Involvement
from campagne.domain.local_plans import ActionKind, LocalAction, LocalPlan
from campagne.domain.playbook import Role
from campagne.domain.reminders import Answer
from campagne.domain.rights import Visitor
from campagne.domain.rota import EditionStatus
from campagne.errors import NotFoundError
from campagne.services.access import Links
from campagne.services.audit import Author
from campagne.services.outbox import delivery
from campagne.services.regional import local_plans
from campagne.services.review import region_table, region_year
from campagne.services.review.region_year import RegionYear
from campagne.store.database import Database
from campagne.store.tables import AnswerRow, BroadcastRow, CampaignRow, EditionRow

ORANGE = "orange-the-world-2026"
WEEK = "week-tegen-kindermishandeling-2026"
AT = datetime(2026, 9, 9, 8, tzinfo=UTC)
LINKS = Links("https://campagne.example.nl", "geheim" * 6)
Kind = Involvement
PLAN = LocalPlan(
    actions=(
        LocalAction(ActionKind.LIGHTING, "Toren", date(2026, 11, 25)),
        LocalAction(ActionKind.OTHER, "=1+1"),
    ),
    contact="katwijk-campagnes",
    expected_cents=250_00,
    real_cents=310_05,
)


def person(role: Role, *places: str, strong: bool = True) -> Visitor:
    assignments = tuple((role, place) for place in places)
    return Visitor(Contact("iemand", "Iemand", "i@example.nl", "", assignments), strong)


OFFICER = person(Role.POLICY, "katwijk")


@pytest.fixture
def asked(world: Database) -> Database:
    """Leiden asked its region about Orange the World: Katwijk joins after all, Lisse declines."""
    with world.session() as session:
        for number, released_at in ((1, AT), (2, None)):
            session.add(
                BroadcastRow(
                    id=number,
                    edition_key=ORANGE if released_at else WEEK,
                    region_key="holland-rijnland",
                    centre_key="leiden",
                    author_key="leiden-centrum",
                    subject="Doen jullie mee?",
                    body="Doen jullie mee?",
                    answer_by=date(2026, 9, 28),
                    created_at=AT,
                    released_at=released_at,
                )
            )
        for place, said in (
            ("katwijk", Answer.DECLINE),
            ("lisse", Answer.DECLINE),
            ("katwijk", Answer.JOIN),
        ):
            session.add(
                AnswerRow(
                    edition_key=ORANGE,
                    municipality_key=place,
                    answer=said,
                    by="=Beleid" if place == "katwijk" else "Beleid",
                    at=AT,
                )
            )
            session.flush()
        for edition, plan in ((ORANGE, PLAN), (WEEK, LocalPlan(expected_cents=2_300_00))):
            local_plans.store(
                session,
                edition_key=edition,
                municipality_key="katwijk",
                plan=plan,
                by=Author("Beleid"),
                now=AT,
            )
    return world


def look(
    database: Database, region: str = "holland-rijnland", visitor: Visitor = OFFICER
) -> RegionYear:
    with database.read() as session:
        return region_year.view(session, region, 2026, visitor)


def of(shown: RegionYear) -> dict[str, dict[str, Involvement]]:
    return {
        column.edition.key: {
            line.municipality.key: line.cells[number].involvement for line in shown.lines
        }
        for number, column in enumerate(shown.columns)
    }


def test_each_gemeente_stands_where_it_stands(asked: Database) -> None:
    shown = look(asked)
    found = of(shown)
    assert found[ORANGE] == {
        "hillegom": Kind.SILENT,
        "katwijk": Kind.JOINS,
        "leiden": Kind.ASKS,
        "lisse": Kind.DECLINES,
        "noordwijk": Kind.SILENT,
        "teylingen": Kind.SILENT,
    }
    # The broadcast about the week was never sent.
    assert found[WEEK] == {
        "leiden": Kind.NOT_ASKED,
        **dict.fromkeys(["hillegom", "katwijk", "lisse", "noordwijk", "teylingen"], Kind.ON_ROTA),
    }
    assert [(one.name, one.taking_part) for one in shown.columns] == [
        ("Publiekscampagne huiselijk geweld", 0),
        ("Week tegen Kindermishandeling", 5),
        ("Orange the World", 1),
    ]


def test_what_a_gemeente_does_and_what_that_costs(asked: Database) -> None:
    """Of the editions of the whole year; the rota allows € 2.500."""
    lines = {one.municipality.key: one for one in look(asked).narrowed(edition=ORANGE).lines}
    (cell,) = lines["katwijk"].cells
    assert (cell.plan.actions, cell.plan.real_cents) == (PLAN.actions, 310_05)
    assert cell.contact is not None
    assert cell.contact.name == "Communicatie en beleid Katwijk"
    assert lines["katwijk"].costs == YearCosts(2_550_00, 310_05, 2_610_05, 2_500_00)
    assert lines["katwijk"].costs.over == 110_05
    assert lines["lisse"].costs == YearCosts(None, None, None, 2_500_00)
    assert not lines["leiden"].costs.is_known


def test_who_is_silent_about_what_is_on_its_rota_takes_part(asked: Database) -> None:
    with asked.session() as session:
        session.get_one(BroadcastRow, 2).released_at = AT
    shown = look(asked)
    assert of(shown)[WEEK]["lisse"] is Kind.SILENT
    taking = {one.edition.key: one.taking_part for one in shown.columns}
    assert (taking[WEEK], taking[ORANGE]) == (5, 1)


def test_a_broadcast_that_was_stopped_before_it_left_asked_nobody(asked: Database) -> None:
    with asked.session() as session:
        session.get_one(BroadcastRow, 1).state = BroadcastState.CANCELLED
    assert of(look(asked))[ORANGE]["teylingen"] is Kind.NOT_ASKED
    with asked.session() as session:
        message = Message(
            "k", MessageKind.BROADCAST, "a@example.nl", "b@example.nl", "", "<k>", b""
        )
        delivery.enqueue(session, message, now=AT, broadcast_id=1)
    assert of(look(asked))[ORANGE]["teylingen"] is Kind.SILENT, "some of it may have left"


def test_what_is_called_off_or_declined_costs_no_more_than_it_did(asked: Database) -> None:
    def costs() -> YearCosts:
        return next(one.costs for one in look(asked).lines if one.municipality.key == "katwijk")

    assert costs().expected == 2_550_00
    with asked.session() as session:
        session.get_one(EditionRow, WEEK).status = EditionStatus.CANCELLED
    assert (costs().expected, costs().real) == (250_00, 310_05)
    with asked.session() as session:
        session.add(
            AnswerRow(
                edition_key=ORANGE,
                municipality_key="katwijk",
                answer=Answer.DECLINE,
                by="Beleid",
                at=AT,
            )
        )
    assert (costs().expected, costs().real, costs().foreseen) == (None, 310_05, 310_05)


def test_one_edition(asked: Database) -> None:
    with asked.read() as session:
        shown = region_year.edition_view(session, "duin-en-bollenstreek", ORANGE, OFFICER)
        assert [one.edition.key for one in shown.columns] == [ORANGE]
        assert len(shown.lines) == 5
        with pytest.raises(NotFoundError, match="voor wie werkt voor een gemeente in"):
            region_year.edition_view(session, "midden-holland", ORANGE, OFFICER)
        with pytest.raises(NotFoundError, match="De editie 'nooit' bestaat niet"):
            region_year.edition_view(session, "duin-en-bollenstreek", "nooit", OFFICER)
    with asked.session() as session:
        row = session.get_one(CampaignRow, "orange-the-world")
        row.region_key = "midden-holland"
    with asked.read() as session, pytest.raises(NotFoundError, match="is er niet voor"):
        region_year.edition_view(session, "duin-en-bollenstreek", ORANGE, OFFICER)


def test_what_is_chosen(asked: Database) -> None:
    whole = look(asked)
    assert set(of(whole.narrowed())) == {ORANGE, WEEK}
    assert len(whole.narrowed(all_editions=True).columns) == 3
    one = whole.narrowed(edition="publiekscampagne-huiselijk-geweld-2026")
    assert len(one.columns) == 1
    assert of(whole.narrowed(only=Kind.DECLINES)) == {ORANGE: {"lisse": Kind.DECLINES}}
    assert whole.narrowed(edition=WEEK, only=Kind.DECLINES).columns == ()
    assert whole.narrowed(edition="bestaat-niet").columns == ()


@pytest.mark.parametrize(
    ("visitor", "regions"),
    [
        (OFFICER, ["duin-en-bollenstreek", "holland-rijnland", "hollands-midden"]),
        (person(Role.CENTRE, "leiden"), ["holland-rijnland", "hollands-midden"]),
        (person(Role.COMMUNICATION, "gouda"), ["hollands-midden", "midden-holland"]),
        (person(Role.CENTRE, "leiden", strong=False), []),
        (person(Role.POLICY), []),
    ],
)
def test_a_colleague_in_the_region_reads_it(
    sqlite_world: Database, visitor: Visitor, regions: list[str]
) -> None:
    for one in ("duin-en-bollenstreek", "holland-rijnland", "hollands-midden", "midden-holland"):
        if one in regions:
            shown = look(sqlite_world, one, visitor)
            assert [two.key for two in shown.regions] == regions
            continue
        with pytest.raises(NotFoundError, match="voor wie werkt voor een gemeente in"):
            look(sqlite_world, one, visitor)


@pytest.mark.parametrize("year", [2031, 1, 10**12])
def test_a_year_of_which_nothing_is_known(sqlite_world: Database, year: int) -> None:
    with (
        sqlite_world.read() as session,
        pytest.raises(NotFoundError, match="Kies een jaar van 2026 tot en met 2026"),
    ):
        region_year.view(session, "holland-rijnland", year, OFFICER)


def test_the_tables_run_nothing_and_say_the_same(asked: Database) -> None:
    shown = look(asked).narrowed(edition=ORANGE)
    rows = [cells for _, cells in spreadsheet.read(region_table.csv(shown))]
    assert rows[0] == list(region_table.COLUMNS)
    assert rows[2] == [
        *("Katwijk", "Orange the World", "2026-11-25", "2026-12-10", "bevestigd", "doet mee"),
        *("=Beleid", "2026-09-09"),
        "Gebouw verlichten of vlag hijsen: Toren (woensdag 25 november 2026); =1+1",
        *("Communicatie en beleid Katwijk", "250,00", "310,05"),
    ]
    assert "'=Beleid" in region_table.csv(shown).decode("utf-8-sig")
    made = region_table.xlsx(shown, LINKS)
    assert made == region_table.xlsx(shown, LINKS)
    sheet = load_workbook(io.BytesIO(made)).worksheets[0]
    assert sheet["A3"].value == "Katwijk"
    assert [sheet.cell(3, number).value for number in (11, 12)] == [250, 310.05]
    assert sheet["L3"].number_format == "[$€-413] #,##0.00"
    by = sheet["G3"]
    assert (by.value, by.data_type, by.quotePrefix) == ("=Beleid", "s", True)
    assert sheet.max_row == 1 + len(shown.lines)


def test_what_is_not_for_a_gemeente_is_no_row(asked: Database) -> None:
    with asked.session() as session:
        week = session.get(CampaignRow, "week-tegen-kindermishandeling")
        assert week is not None
        week.region_key = "duin-en-bollenstreek"
    shown = look(asked).narrowed(edition=WEEK)
    assert of(shown)[WEEK]["leiden"] is Kind.ELSEWHERE
    rows = spreadsheet.read(region_table.csv(shown))
    assert "Leiden" not in [cells[0] for _, cells in rows]
