"""What is kept of a table is never older than the table, whoever changes it and how."""

from collections.abc import Callable

from sqlalchemy import create_engine, inspect, text
from sqlmodel import Session, select

from campagne.clock import SetClock
from campagne.domain.bounces import BounceKind
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.store import kept, own_texts, queries
from campagne.store.database import Database
from campagne.store.tables import (
    BounceRow,
    DeliveryRow,
    MunicipalityRow,
    PausedAddressRow,
    TableStampRow,
)

# A change of one row of each table, in the words of both engines, and who reads that table.
CHANGES: dict[str, tuple[str, Callable[[Session], object]]] = {
    "region": ("UPDATE region SET name = 'Anders' WHERE key = 'midden-holland'", queries.regions),
    "municipality": (
        "UPDATE municipality SET name = 'Anders' WHERE key = 'katwijk'",
        queries.municipalities,
    ),
    "campaign": (
        "UPDATE campaign SET name = 'Anders' WHERE key = 'orange-the-world'",
        queries.campaigns,
    ),
    "edition": (
        "UPDATE edition SET theme = 'Anders' WHERE key = 'orange-the-world-2026'",
        queries.editions,
    ),
    "rota_entry": ("UPDATE rota_entry SET theme = 'Anders'", queries.rota_entries),
    "rota_agreement": ("UPDATE rota_agreement SET agreement = 'differs'", queries.rota_entries),
    "step": ("UPDATE step SET title = 'Anders'", queries.steps),
    "meeting_series": (
        (
            "INSERT INTO meeting_series (key, name, frequency, source, meetings)"
            " VALUES ('nieuw', 'Nieuw', '', '', '[]')"
        ),
        queries.meeting_series,
    ),
    "measure": (
        (
            "INSERT INTO measure"
            " (key, name, region_key, first_year, last_year, text, budget, evaluations, source)"
            " VALUES ('nieuw', 'Nieuw', 'midden-holland', 2026, 2027, '', '', '[]', '')"
        ),
        queries.measures,
    ),
    "help_line": ("DELETE FROM help_line WHERE number = '112'", queries.help_lines),
    "contact": (
        "UPDATE contact SET name = 'Anders' WHERE key = 'katwijk-campagnes'",
        queries.contacts,
    ),
    "contact_role": (
        "DELETE FROM contact_role WHERE contact_key = 'gouda-communicatie'",
        queries.contacts,
    ),
    "paused_address": ("DELETE FROM paused_address", queries.contacts),
    "preferences": (
        (
            "INSERT INTO preferences (contact_key, rhythm, reminders, broadcasts)"
            " VALUES ('gouda-communicatie', 'weekly', true, true)"
        ),
        queries.preferences,
    ),
    "muted": (
        (
            "INSERT INTO muted (contact_key, campaign_key, role)"
            " VALUES ('gouda-communicatie', 'orange-the-world', 'beleid')"
        ),
        queries.preferences,
    ),
    "own_text": (
        (
            "INSERT INTO own_text (key, number, campaign_key, kind, municipality_key, title, body,"
            " base_title, base_body, whole, is_own, by, at, why)"
            " VALUES ('orange-the-world/x/gemeente:katwijk/', 1, 'orange-the-world', 'x',"
            " 'katwijk', '', 'Kort', '', '', true, true, 'Bea', '2026-01-01', '')"
        ),
        own_texts.newest,
    ),
}


def test_a_change_of_any_table_is_seen(world: Database, clock: SetClock) -> None:
    """Also one by a statement of another program, which knows nothing of this one."""
    _pause(world, clock)
    other = create_engine(world.url)
    for table, (change, query) in CHANGES.items():
        with world.read() as session:
            before = query(session)
        with other.begin() as connection:
            connection.execute(text(change))
        with world.read() as session:
            assert query(session) != before, table
    other.dispose()
    with world.read() as session:
        assert set(session.exec(select(TableStampRow.table_name))) == CHANGES.keys()


def test_each_way_to_change_a_row_draws_a_stamp(world: Database) -> None:
    changes = (
        (
            "INSERT INTO muted (contact_key, campaign_key, role)"
            " VALUES ('gouda-communicatie', 'orange-the-world', 'beleid')"
        ),
        "UPDATE muted SET role = 'communicatie'",
        "DELETE FROM muted",
    )
    drawn = [_stamp(world, "muted")]
    for change in changes:
        with world.session() as session:
            session.execute(text(change))
        drawn.append(_stamp(world, "muted"))
    assert len(set(drawn)) == 4


def test_what_nobody_changed_is_not_read_again(world: Database, clock: SetClock) -> None:
    with world.read() as session:
        first = queries.contacts(session)
    _pause(world, clock)  # of which only the contacts know
    with world.read() as session:
        places = queries.municipalities(session)
        assert queries.contacts(session) is not first
        second = queries.contacts(session)
    with world.read() as session:
        assert queries.contacts(session) is second
        assert queries.municipalities(session) is places


def test_what_was_rolled_back_is_never_kept(world: Database) -> None:
    with world.session() as session:
        session.get_one(MunicipalityRow, "katwijk").name = "Anders"
        session.flush()
        assert queries.municipalities(session)["katwijk"].name == "Anders"
        session.rollback()
    with world.read() as session:
        assert queries.municipalities(session)["katwijk"].name == "Katwijk"


def test_a_page_that_is_being_made_sees_one_moment(world: Database) -> None:
    """Also of what it asks for only after somebody changed it, and that is not kept on."""
    with world.read() as slow:
        queries.regions(slow)
        with world.session() as session:
            session.get_one(MunicipalityRow, "katwijk").name = "Anders"
        with world.read() as session:
            assert queries.municipalities(session)["katwijk"].name == "Anders"
        assert queries.municipalities(slow)["katwijk"].name == "Katwijk"
    with world.read() as session:
        assert queries.municipalities(session)["katwijk"].name == "Anders"


def test_a_table_that_a_migration_rebuilt_is_stamped_again(sqlite_world: Database) -> None:
    with sqlite_world.engine.begin() as connection:
        for name in inspect(connection).get_table_names():
            for change in ("insert", "update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS stamp_{name}_{change}"))
        connection.execute(text("UPDATE municipality SET name = 'Nieuw' WHERE key = 'katwijk'"))
        kept.stamp(connection)
    before = _stamp(sqlite_world, "municipality")
    with sqlite_world.session() as session:
        session.get_one(MunicipalityRow, "katwijk").name = "Anders"
    assert _stamp(sqlite_world, "municipality") != before


def test_a_table_without_a_stamp_is_read_every_time(sqlite_world: Database) -> None:
    with sqlite_world.session() as session:
        session.delete(session.get_one(TableStampRow, "municipality"))
    with sqlite_world.read() as session:
        first = queries.municipalities(session)
    with sqlite_world.read() as session:
        assert queries.municipalities(session) is not first
        assert queries.municipalities(session) == first


def _stamp(database: Database, table: str) -> str:
    with database.read() as session:
        return session.get_one(TableStampRow, table).stamp


def _pause(database: Database, clock: SetClock) -> None:
    """Let the address of a contact get no mail any more."""
    now, address = clock.now(), "gouda-communicatie@example.nl"
    with database.session() as session:
        sent = DeliveryRow(
            key="k",
            message_id="<k@example.nl>",
            kind=MessageKind.REMINDER,
            sender="campagne@example.nl",
            recipient=address,
            subject="",
            state=DeliveryState.BOUNCED,
            next_at=now,
            created_at=now,
        )
        session.add(sent)
        session.flush()
        bounce = BounceRow(
            source="b",
            delivery_id=sent.id or 0,
            kind=BounceKind.HARD,
            recipient=address,
            status="5.1.1",
            text="",
            at=now,
        )
        session.add(bounce)
        session.flush()
        session.add(PausedAddressRow(address=address, since=now, bounce_id=bounce.id or 0))
