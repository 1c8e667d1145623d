"""Everything for a campaign in one ZIP: what is in it, and that it is always the same."""

import io
import zipfile
from pathlib import Path

import docx
import pytest

from campagne.documents.cards import SIZES, HouseStyle
from campagne.domain.texts import TextKind
from campagne.errors import NotFoundError
from campagne.services.access import Links
from campagne.services.publishing import toolkit
from campagne.services.publishing.pictures import PictureStore
from campagne.services.publishing.planner import PlannerStore
from campagne.services.publishing.toolkit import Toolkits
from campagne.store import tables
from campagne.store.database import Database
from campagne.templating import Templates

BASE_URL = "https://campagne.example.nl"
WEEK, WAITS = "week-tegen-kindermishandeling-2026", "publiekscampagne-huiselijk-geweld-2026"
STYLE = HouseStyle("#7d4c12")


@pytest.fixture
def toolkits(sqlite_world: Database, tmp_path: Path) -> Toolkits:
    folder = tmp_path / "texts" / "algemeen"
    folder.mkdir(parents=True)
    for kind in TextKind:
        body = "Zorgen over een kind?\nVeilig Thuis: 0800-2000\nGemeente {{ gemeente }}"
        (folder / f"{kind}.md").write_text(f'+++\ntitel = "{kind}"\n+++\n{body}\n', "utf-8")
    return Toolkits(
        sqlite_world,
        Templates(tmp_path / "texts"),
        links=Links(BASE_URL, "k" * 32),
        planners=PlannerStore(sqlite_world, BASE_URL),
        pictures=PictureStore(),
    )


def unpacked(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as made:
        return {one: made.read(one) for one in made.namelist()}


def test_all_of_it_has_steady_names_and_bytes(toolkits: Toolkits) -> None:
    packed = toolkits.packed(WEEK, "katwijk", STYLE)
    assert packed == toolkits.packed(WEEK, "katwijk", STYLE)
    prefix = f"{WEEK}_katwijk"
    files = unpacked(packed)
    assert list(files) == [
        "LEESMIJ.txt",
        f"{prefix}_teksten.docx",
        *(f"teksten/{prefix}_{kind}.{form}" for kind in TextKind for form in ("docx", "txt")),
        *(f"beelden/{prefix}_{size}.{form}" for size in SIZES for form in ("png", "svg")),
        "beelden/alt-teksten.txt",
        f"{prefix}.ics",
        "jaarplanner-2026_katwijk_a4.pdf",
    ]
    assert toolkit.name(WEEK, "katwijk") == f"{prefix}_toolkit.zip"
    starts = {".docx": b"PK", ".png": b"\x89PNG", ".svg": b"<svg", ".pdf": b"%PDF"}
    for name, content in files.items():
        assert content.startswith(starts.get(Path(name).suffix, b"")), name
    assert files[f"{prefix}.ics"].count(b"BEGIN:VEVENT") == 1
    alt = files["beelden/alt-teksten.txt"].decode()
    assert "Zorgen over een kind? Veilig Thuis: 0800-2000." in alt
    assert "De QR-code leidt naar https://katwijk.example.nl." in alt
    assert b"#7d4c12" in files[f"beelden/{prefix}_poster-a4.svg"]


def test_it_says_who_does_what_when(toolkits: Toolkits) -> None:
    read_me = unpacked(toolkits.packed(WEEK, "katwijk", STYLE))["LEESMIJ.txt"].decode()
    assert read_me.startswith("Week tegen Kindermishandeling 2026 in Katwijk\n")
    assert "De campagne is van maandag 16 tot en met zondag 22 november 2026." in read_me
    assert "- maandag 21 september 2026, communicatiemedewerker: " in read_me
    assert f"staan op {BASE_URL}/teksten/{WEEK}/katwijk\n" in read_me
    assert "Nog niet ingevuld" not in read_me
    assert "VOORLOPIG" not in read_me
    assert "persbericht, citaat, intranet" in read_me


def test_it_says_first_what_the_organiser_has(toolkits: Toolkits, sqlite_world: Database) -> None:
    with sqlite_world.session() as session:
        session.get_one(tables.EditionRow, WEEK).material = {
            "url": "https://toolkit.example.org",
            "since": "2026-09-01",
            "until": "2026-12-31",
            "licence": "met bronvermelding",
            "kinds": ["website"],
            "pictures": True,
        }
    files = unpacked(toolkits.packed(WEEK, "katwijk", STYLE))
    read_me = files["LEESMIJ.txt"].decode()
    national = read_me.index(
        "Gebruik eerst het landelijke materiaal: https://toolkit.example.org\n"
    )
    assert national < read_me.index("Wat zit hierin?")
    assert "tot en met donderdag 31 december 2026; met bronvermelding." in read_me
    assert "In het landelijke materiaal zitten: website en beelden." in read_me


def test_what_is_not_sure_says_so_everywhere(toolkits: Toolkits) -> None:
    files = unpacked(toolkits.packed(WAITS, "lisse", STYLE))
    for name, content in files.items():
        if name.startswith("teksten/") and name.endswith(".txt"):
            assert content.startswith(b"VOORLOPIG: NOG NIET PUBLICEREN\n"), name
        if name.endswith(".docx"):
            header = docx.Document(io.BytesIO(content)).sections[0].header
            assert header.paragraphs[0].text == "Voorlopig: nog niet publiceren"
        if name.endswith((".svg", "alt-teksten.txt", "LEESMIJ.txt")):
            assert "VOORLOPIG: NOG NIET PUBLICEREN" in content.decode(), name
    assert b"STATUS:TENTATIVE" in files[f"{WAITS}_lisse.ics"]


def test_there_is_none_for_a_gemeente_that_it_is_not_for(
    toolkits: Toolkits, sqlite_world: Database
) -> None:
    with sqlite_world.session() as session:
        campaign = session.get_one(tables.CampaignRow, "week-tegen-kindermishandeling")
        campaign.region_key = "duin-en-bollenstreek"
    with pytest.raises(NotFoundError, match="Gouda ligt daar niet"):
        toolkits.packed(WEEK, "gouda", STYLE)
    with pytest.raises(NotFoundError, match="bestaat niet"):
        toolkits.packed(WEEK, "lis", STYLE)
