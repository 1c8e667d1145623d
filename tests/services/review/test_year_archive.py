"""The archive of a year: all that was written, approved, answered and learnt, with checksums."""

import hashlib
import io
import json
import zipfile
from datetime import date

import pytest

from campagne.documents.pressing import DocumentError
from campagne.domain import spreadsheet
from campagne.domain.answers import Source
from campagne.domain.broadcasts import BroadcastState
from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.domain.reminders import Answer
from campagne.domain.rights import Visitor
from campagne.errors import NotFoundError
from campagne.services import audit
from campagne.services.audit import Author
from campagne.services.review import year_archive
from campagne.store import blobs
from campagne.store.database import Database
from campagne.store.tables import AnswerRow, BlobRow, BroadcastRow, EvaluationRow
from tests.services.review.test_region_year import AT, ORANGE, WEEK

CONTENT = b"%PDF-1.7 poster"
POSTER = "bijlagen/1/Poster één.pdf"
FILES = [
    *("antwoorden.csv", "antwoorden.json", POSTER, "deelname.csv", "deelname.json"),
    *(
        "evaluaties.csv",
        "evaluaties.json",
        "goedkeuringen.csv",
        "goedkeuringen.json",
        "jaarverslag.docx",
    ),
    *("jaarverslag.pdf", "lees-mij.txt", "regioberichten.csv", "regioberichten.json"),
    "sha256.txt",
]


@pytest.fixture
def told(world: Database) -> Database:
    """Leiden asked its region, Katwijk approved it and answered twice; Gouda did its own."""
    with world.session() as session:
        session.add(BlobRow(digest=blobs.digest_of(CONTENT), content=CONTENT))
        poster = {
            "name": "Poster één.pdf",
            "media_type": "application/pdf",
            "size": 15,
            "digest": blobs.digest_of(CONTENT),
        }
        for number, region, centre in (
            (1, "holland-rijnland", "leiden"),
            (2, "midden-holland", "gouda"),
        ):
            session.add(
                BroadcastRow(
                    id=number,
                    edition_key=ORANGE,
                    region_key=region,
                    centre_key=centre,
                    author_key="leiden-centrum",
                    subject="=1+1",
                    body="Doen jullie mee?\nGroet",
                    answer_by=date(2026, 9, 28),
                    state=BroadcastState.RELEASED,
                    created_at=AT,
                    approver_key="katwijk-campagnes",
                    approved="afdruk",
                    approved_at=AT,
                    released_at=AT,
                    roles=["beleid"],
                    files=[poster] if number == 1 else [],
                )
            )
            session.flush()
            audit.record(
                session,
                Author("Katwijk"),
                "goedgekeurd",
                of=("broadcast", str(number)),
                before={},
                after={"stand": "goedgekeurd"},
                why="prima",
                now=AT,
            )
        for place, said in (
            ("katwijk", Answer.DECLINE),
            ("katwijk", Answer.JOIN),
            ("gouda", Answer.JOIN),
        ):
            session.add(
                AnswerRow(
                    edition_key=ORANGE,
                    municipality_key=place,
                    answer=said,
                    by="Beleid",
                    at=AT,
                    source=Source.PHONE,
                )
            )
            session.flush()
        session.add(
            EvaluationRow(
                edition_key=WEEK,
                municipality_key="katwijk",
                reach={"website": 1250},
                done="Vlag\nTaart",
                keep="De vlag",
                version=1,
                by="Beleid",
                at=AT,
            )
        )
    return world


def opened(database: Database, region: str = "holland-rijnland") -> dict[str, bytes]:
    with database.read() as session:
        found = year_archive.collect(session, region, 2026)
    made = b"".join(year_archive.write(found, database))
    assert made == b"".join(year_archive.write(found, database))
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        return {one: packed.read(one) for one in packed.namelist()}


def test_all_of_it_is_there_with_its_checksum(told: Database) -> None:
    files = opened(told)
    assert list(files) == FILES
    sums = {}
    for line in files["sha256.txt"].decode().splitlines():
        checksum, _, name = line.partition("  ")
        sums[name] = checksum
    assert sums == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name != "sha256.txt"
    }
    read_me = files["lees-mij.txt"].decode()
    assert "Archief van de campagnes van 2026 in Holland Rijnland" in read_me
    assert "De vingerafdruk blijft, maar is dan niet meer die van de tekst hier." in read_me
    assert files["jaarverslag.pdf"].startswith(b"%PDF")
    assert files[POSTER] == CONTENT


def test_what_never_went_is_not_among_what_did(told: Database) -> None:
    with told.session() as session:
        row = session.get_one(BroadcastRow, 1)
        row.state, row.released_at = BroadcastState.DRAFT, None
    files = opened(told)
    assert POSTER not in files
    (message,) = json.loads(files["regioberichten.json"])
    assert (message["verstuurd"], message["bijlagen"]) == ("", [])


def test_one_that_cannot_be_whole_is_refused_before_it_begins(told: Database) -> None:
    with told.session() as session:
        session.delete(session.get_one(BlobRow, blobs.digest_of(CONTENT)))
    with told.read() as session:
        found = year_archive.collect(session, "holland-rijnland", 2026)
    with pytest.raises(DocumentError, match=f"ontbreekt {POSTER}. Vraag de beheerder"):
        year_archive.write(found, told)


def test_the_tables_say_the_same_and_run_nothing(told: Database) -> None:
    files = opened(told)
    tables = {
        one.removesuffix(".json"): json.loads(content)
        for one, content in files.items()
        if one.endswith(".json")
    }
    for name, rows in tables.items():
        header, *lines = [cells for _, cells in spreadsheet.read(files[f"{name}.csv"])]
        assert len(lines) == len(rows) > 0
        assert all(list(row) == header for row in rows)
    (message,) = tables["regioberichten"]
    assert (message["onderwerp"], message["vingerafdruk"]) == ("=1+1", "afdruk")
    assert message["goedgekeurd door"] == "Communicatie en beleid Katwijk"
    assert message["verstuurd"] == "2026-09-09T10:00:00+02:00"
    assert message["bijlagen"] == [POSTER]
    assert b"'=1+1" in files["regioberichten.csv"]
    (decision,) = tables["goedkeuringen"]
    assert (decision["wie"], decision["wat"], decision["waarom"]) == (
        *("Katwijk", "goedgekeurd", "prima"),
    )
    assert [one["antwoord"] for one in tables["antwoorden"]] == ["doet niet mee", "doet mee"]
    assert {one["hoe"] for one in tables["antwoorden"]} != {""}
    (learnt,) = tables["evaluaties"]
    assert (learnt["website"], learnt["social"], learnt["gedaan"]) == (
        1250,
        None,
        ["Vlag", "Taart"],
    )
    assert "Gouda" not in {one["gemeente"] for one in tables["deelname"]}


def test_a_year_without_anything(world: Database) -> None:
    files = opened(world, "midden-holland")
    assert json.loads(files["regioberichten.json"]) == []


@pytest.mark.parametrize(
    ("role", "place", "region", "may"),
    [
        (Role.CENTRE, "leiden", "holland-rijnland", True),
        (Role.ADMIN, "leiden", "duin-en-bollenstreek", False),
        (Role.ADMIN, "leiden", "holland-rijnland", True),
        (Role.CENTRE, "leiden", "hollands-midden", False),
        (Role.CENTRE, "gouda", "holland-rijnland", False),
        (Role.POLICY, "katwijk", "holland-rijnland", False),
        (Role.ADMIN, "katwijk", "holland-rijnland", False),
    ],
)
def test_who_may_have_it(
    sqlite_world: Database, role: Role, place: str, region: str, *, may: bool
) -> None:
    me = Visitor(Contact("i", "I", "i@example.nl", "", ((role, place),)), strong=True)
    with sqlite_world.read() as session:
        if may:
            assert year_archive.view(session, region, 2026, me).name == f"archief-{region}-2026.zip"
            return
        with pytest.raises(NotFoundError, match="voor"):
            year_archive.view(session, region, 2026, me)
