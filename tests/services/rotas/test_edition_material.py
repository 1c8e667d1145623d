"""The national material of an edition: from the files, changed by people, shown in calendars."""

from dataclasses import replace
from datetime import date

import pytest

from campagne.clock import SetClock
from campagne.domain.national import NationalMaterial, YearMaterial
from campagne.domain.texts import TextKind
from campagne.errors import InvalidInputError
from campagne.rota_files import RotaFiles
from campagne.services.national import recording
from campagne.services.publishing import feed_stamps
from campagne.services.publishing.feed_content import shown
from campagne.services.rotas import rota
from campagne.store.database import Database
from campagne.store.tables import EditionRow

ORANGE = "orange-the-world-2026"
TODAY = date(2026, 9, 7)
NOW = SetClock(TODAY).now()
TOOLKIT = NationalMaterial(
    "https://toolkit.example.org/2026", date(2026, 9, 1), "vrij", kinds=(TextKind.PRESS,)
)
ELSEWHERE = replace(TOOLKIT, url="https://toolkit.example.org/nieuw")


def given(files: RotaFiles, *found: YearMaterial) -> RotaFiles:
    first, *rest = files.campaigns
    return replace(files, campaigns=(replace(first, year_materials=found), *rest))


def apply(database: Database, files: RotaFiles) -> list[str]:
    with database.session() as session:
        return rota.apply(session, files, today=TODAY, now=NOW).lines()


def stored(database: Database) -> NationalMaterial | None:
    with database.read() as session:
        editions = feed_stamps.read_known(session).editions
        others = [one for key, one in editions.items() if key != ORANGE]
        assert not any(one.material for one in others), "of one year alone"
        return editions[ORANGE].material


def record(database: Database, material: NationalMaterial | None) -> None:
    with database.session() as session:
        recording.record(session, ORANGE, material, by="x", now=NOW, today=TODAY)


def test_files_and_people_change_it_each_in_their_turn(
    database: Database, files: RotaFiles
) -> None:
    apply(database, files)
    assert stored(database) is None
    lines = apply(database, given(files, YearMaterial(2026, 1, TOOLKIT)))
    assert any(
        "editie orange-the-world-2026, landelijk materiaal: leeg -> " in one for one in lines
    )
    assert stored(database) == TOOLKIT
    assert not any(
        "Gewijzigd" in one for one in apply(database, given(files, YearMaterial(2026, 1, TOOLKIT)))
    )
    record(database, ELSEWHERE)
    apply(database, given(files, YearMaterial(2026, 1, TOOLKIT)))
    assert stored(database) == ELSEWHERE, "what people changed stays"
    other = replace(TOOLKIT, licence="vraag het de organisator")
    lines = apply(database, given(files, YearMaterial(2026, 1, other)))
    assert any("Botsing" in one for one in lines)
    assert stored(database) == ELSEWHERE
    record(database, None)
    assert stored(database) is None


def test_a_calendar_takes_it_over(database: Database, files: RotaFiles) -> None:
    apply(database, files)
    with database.read() as session:
        before = session.get_one(EditionRow, ORANGE).sequence
    record(database, TOOLKIT)
    record(database, TOOLKIT)
    with database.read() as session:
        known = feed_stamps.read_known(session)
        assert session.get_one(EditionRow, ORANGE).sequence == before + 1
        said = shown(known.editions[ORANGE], known).description
    assert "Landelijk materiaal: https://toolkit.example.org/2026 (vanaf dinsdag 1 sept" in said


def test_what_cannot_be_is_not_stored(database: Database, files: RotaFiles) -> None:
    apply(database, files)
    with pytest.raises(InvalidInputError, match="als de campagne voorbij is"):
        record(database, replace(TOOLKIT, since=date(2027, 1, 1)))
    assert stored(database) is None
