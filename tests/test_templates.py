"""The templates that campagne comes with: every text, for every gemeente and campaign, is good.

And the mails read well in every situation a reminder can be in.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session

from campagne.clock import SetClock
from campagne.domain import codec
from campagne.domain.dates import DateRule, FixedDays, RuleKind
from campagne.domain.rota import Certainty, EditionStatus
from campagne.domain.texts import SAFE_BROWSING, RenderedText, TextKind, problems
from campagne.resources import folder
from campagne.services import texts
from campagne.store import tables
from campagne.store.database import Database

TEXTS = folder("templates") / "texts"
CALENDARS = folder("calendars")
ONE_TEXT = [path for path in sorted(TEXTS.rglob("*.md")) if path.parent != TEXTS]
OWN = {"orange-the-world", "week-tegen-kindermishandeling", "dag-tegen-ouderenmishandeling"}


def table(name: str, key: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = tomllib.loads((CALENDARS / name).read_text("utf-8"))[key]
    return rows


CAMPAIGNS = [row["sleutel"] for row in table("campagnes.toml", "campagne")]


def head(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text("utf-8").split("+++\n")[1])


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The 18 gemeenten, the help lines and all campaigns, with the longest and shortest period."""
    path = tmp_path_factory.mktemp("teksten") / "campagne.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.session() as session:
        for row in _rows():
            session.add(row)
            session.flush()
    with database.read() as session:
        yield session
    database.close()


def _rows() -> Iterator[object]:
    for row in table("gemeenten.toml", "regio"):
        yield tables.RegionRow(
            key=row["sleutel"], name=row["naam"], parent_key=row.get("hoort_bij")
        )
    for row in table("gemeenten.toml", "gemeente"):
        yield tables.MunicipalityRow(
            key=row["sleutel"],
            name=row["naam"],
            cbs_code=row["cbs_code"],
            region_key=row["regio"],
            local_team=row.get("lokaal_team"),
            website=row.get("website"),
        )
    days = [
        ("lang", date(2026, 9, 30), date(2027, 2, 24)),
        ("kort", date(2026, 5, 1), date(2026, 5, 1)),
    ]
    now = SetClock(date(2026, 9, 7)).now()
    for row in table("campagnes.toml", "campagne"):
        key = row["sleutel"]
        yield tables.CampaignRow(
            key=key,
            name=row["naam"],
            rule=codec.rule_to_dict(DateRule(RuleKind.FIXED, FixedDays(5, 1, 5, 1))),
            rule_text=row["regel"],
            certainty=Certainty.HIGH,
            organiser=row["organisator"],
            source=row["bron"],
            summary=" ".join(row["samenvatting"].split()),
            part_of_key=row.get("hoort_bij"),
        )
        for name, first, last in days:
            yield tables.EditionRow(
                key=f"{key}-{name}",
                campaign_key=key,
                year=first.year,
                first=first,
                last=last,
                status=EditionStatus.CONFIRMED,
                created_at=now,
                stamped_at=now,
                modified_at=now,
            )
    for position, row in enumerate(table("hulplijnen.toml", "hulplijn")):
        yield tables.HelpLineRow(
            key=row["sleutel"],
            position=position,
            name=row["naam"],
            number=row["nummer"],
            for_whom=row["voor_wie"],
            hours=row.get("bereikbaar", ""),
            cost=row.get("kosten", ""),
            always_shown=bool(row.get("altijd", False)),
            checked_on=date(2025, 10, 29),
        )


@pytest.fixture(scope="module", params=CAMPAIGNS)
def all_texts(request: pytest.FixtureRequest, filled: Session) -> list[RenderedText]:
    """Every text of a campaign, for every gemeente."""
    return [
        one
        for length in ("lang", "kort")
        for row in table("gemeenten.toml", "gemeente")
        for one in texts.render(filled, TEXTS, f"{request.param}-{length}", row["sleutel"])
    ]


def test_every_text_is_good_for_every_gemeente(all_texts: list[RenderedText]) -> None:
    wrong = {
        (one.edition, one.municipality, one.kind): found
        for one in all_texts
        if (found := problems(one.markdown, one.kind))
    }
    assert wrong == {}


def slug(text: str) -> str:
    return text.lower().replace(" ", "-")


def words_per_sentence(text: str) -> float:
    plain = re.sub(r"^#.*$|^- ", "", text, flags=re.MULTILINE)
    sentences = [one for one in re.split(r"(?<=[.!?:])\s+|\n\n", plain) if one.strip()]
    return sum(len(one.split()) for one in sentences) / len(sentences)


def test_sentences_are_short(all_texts: list[RenderedText]) -> None:
    """B1: at most 15 words in a sentence on average."""
    for one in all_texts:
        assert words_per_sentence(one.markdown) <= 15, one


def test_nothing_is_left_of_the_template(all_texts: list[RenderedText]) -> None:
    for one in all_texts:
        assert not re.search(r"[{}]|\n\n\n|  |None|\+\+\+", one.markdown), one.markdown
        if one.kind is TextKind.WEBSITE:
            assert one.municipality in slug(one.markdown)
            assert f"\n\n{SAFE_BROWSING}\n\n" in one.markdown


def test_the_three_named_campaigns_have_texts_of_their_own() -> None:
    assert {path.parent.name for path in ONE_TEXT} >= OWN
    for owner in {*OWN, "algemeen"}:
        assert {path.stem for path in (TEXTS / owner).glob("*.md")} == set(TextKind)


@pytest.mark.parametrize("path", ONE_TEXT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_head_of_a_text_says_where_it_comes_from(path: Path) -> None:
    found = head(path)

    assert found.keys() == {
        *("titel", "soort", "doelgroep", "status", "versie", "bronnen", "gecontroleerd_op")
    }
    assert found["soort"] == path.stem
    assert found["bronnen"]
    assert isinstance(found["gecontroleerd_op"], date)


@pytest.mark.parametrize("path", sorted(TEXTS.rglob("*.md")), ids=lambda path: path.stem)
def test_no_help_line_stands_literally_in_a_text(path: Path) -> None:
    body = re.sub(r"hulplijn\[.*?\]", "", path.read_text("utf-8"))
    numbers = [row["nummer"] for row in table("hulplijnen.toml", "hulplijn")]
    assert [one for one in numbers if re.search(rf"\b{one}\b", body)] == []


@pytest.mark.parametrize("path", ONE_TEXT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_figure_has_its_source_in_the_head(path: Path) -> None:
    body = path.read_text("utf-8").split("+++\n")[2]
    figures = re.findall(r"\d+ procent|1 op de \d+", body)

    sources = str(head(path)["bronnen"])
    assert [one for one in figures if one not in sources] == []
