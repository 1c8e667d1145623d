"""The templates that campagne comes with: every text, for every gemeente and campaign, is good.

And the mails read well in every situation a reminder can be in.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from jinja2 import Environment, meta
from sqlmodel import Session

from campagne.clock import SetClock
from campagne.domain import codec
from campagne.domain.dates import DateRule, FixedDays, RuleKind
from campagne.domain.delivery import MessageKind
from campagne.domain.profile import AddressForm
from campagne.domain.rota import Certainty, EditionStatus
from campagne.domain.texts import (
    SAFE_BROWSING,
    SAFE_BROWSING_INFORMAL,
    RenderedText,
    TextKind,
    problems,
)
from campagne.mail_contexts import (
    ConfirmationContext,
    EditionBlock,
    ReminderContext,
    StepLine,
)
from campagne.messages import Mails, plain_text
from campagne.resources import folder
from campagne.services.publishing import texts
from campagne.store import tables
from campagne.store.database import Database
from campagne.templating import Templates

TEXTS = folder("templates") / "texts"
CALENDARS = folder("calendars")
ONE_TEXT = [path for path in sorted(TEXTS.rglob("*.md")) if path.parent != TEXTS]
OWN = {"orange-the-world", "week-tegen-kindermishandeling", "dag-tegen-ouderenmishandeling"}


def table(name: str, key: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = tomllib.loads((CALENDARS / name).read_text("utf-8"))[key]
    return rows


MANUAL = (folder("templates") / "LEESMIJ.md").read_text("utf-8")
PLACEHOLDERS = re.findall(
    r'`([A-Za-z_]+(?:\["[a-z-]+"\]\.\w+)?)`', MANUAL.split("## Teksten")[1].split("## Mails")[0]
)
CAMPAIGNS = [row["sleutel"] for row in table("campagnes.toml", "campagne")]


def head(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text("utf-8").split("+++\n")[1])


# Everything filled in, for who says "u" and for who says "je".
FILLED_IN: dict[str, dict[str, object]] = {
    key: {
        "local_team": "Het Sociaal Wijkteam",
        "team_phone": "0252 12 34 56",
        "team_url": "https://www.sociaalwijkteam.example.nl/contact",
        "website": "https://www.gemeente.example.nl/huiselijk-geweld",
        "address_form": form,
        "help_lines": [row["sleutel"] for row in table("hulplijnen.toml", "hulplijn")],
    }
    for key, form in (("kaag-en-braassem", AddressForm.FORMAL), ("oegstgeest", "je"))
}


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
        one = tables.MunicipalityRow(
            key=row["sleutel"],
            name=row["naam"],
            cbs_code=row["cbs_code"],
            region_key=row["regio"],
            local_team=row.get("lokaal_team"),
        )
        for name, value in FILLED_IN.get(row["sleutel"], {}).items():
            setattr(one, name, value)
        yield one
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
        for one in texts.render(
            filled, Templates(TEXTS), f"{request.param}-{length}", row["sleutel"]
        )
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
            informal = one.municipality == "oegstgeest"
            safely = SAFE_BROWSING_INFORMAL if informal else SAFE_BROWSING
            assert f"\n\n{safely}\n\n" in one.markdown


def test_a_text_addresses_its_reader_in_one_way(all_texts: list[RenderedText]) -> None:
    """All but what is said to children, who are never "u"."""
    for one in all_texts:
        text = f"{one.title} {one.markdown}".partition("## Ben je een kind of jongere?")[0]
        text = text.replace("Waar ben je?", "").lower()  # the name of a campaign
        said = set(re.findall(r"\b(?:u|uw|uzelf|je|jij|jou\w*)\b", text))
        informal = one.municipality == "oegstgeest"
        assert said <= ({"je", "jou", "jouw"} if informal else {"u", "uw", "uzelf"}), one
        if one.kind is not TextKind.SOCIAL:
            assert said, one


def test_what_a_gemeente_filled_in_stands_in_its_texts(all_texts: list[RenderedText]) -> None:
    team = "Het Sociaal Wijkteam"
    way = "(telefoon 0252 12 34 56, https://www.sociaalwijkteam.example.nl/contact)"
    lines = [row["nummer"] for row in table("hulplijnen.toml", "hulplijn")]
    for one in all_texts:
        if one.municipality in FILLED_IN and one.kind is not TextKind.SOCIAL:
            assert team in one.markdown
            assert way in one.markdown
        if one.municipality in FILLED_IN and one.kind is TextKind.WEBSITE:
            assert [number for number in lines if number not in one.markdown] == []
        if one.municipality in FILLED_IN and one.kind is TextKind.MUNICIPAL_PAGE:
            assert "Kijk op https://www.gemeente.example.nl/huiselijk-geweld." in one.markdown


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


def step(*, late: bool = False, waits_for_date: bool = False) -> StepLine:
    return StepLine(
        title="Schrijf de webtekst",
        what="Schrijf of kopieer de webtekst.",
        due="woensdag 4 november 2026",
        municipalities="Lisse",
        late=late,
        waits_for_date=waits_for_date,
        done_url="https://campagne.example.nl/stap/a.b-c_d",
    )


def block(
    *steps: StepLine,
    name: str = "Orange the World",
    theme: str = "geweld tegen vrouwen",
    in_time: str = "over 3 weken",
    provisional: bool = False,
    signal: bool = False,
) -> EditionBlock:
    return EditionBlock(
        name=name,
        theme=theme,
        period="van woensdag 25 november tot en met donderdag 10 december 2026",
        in_time=in_time,
        provisional=provisional,
        url="https://campagne.example.nl/editie/orange-the-world-2026",
        why="Elk jaar van 25 november tot en met 10 december.",
        steps=steps,
        signal=signal,
    )


def reminder(*blocks: EditionBlock) -> ReminderContext:
    return ReminderContext(
        name="Anna",
        blocks=blocks,
        next_on="maandag 16 november 2026",
        reason="Je krijgt deze mail omdat je communicatiemedewerker bent voor Lisse.",
        subscribe_url="https://campagne.example.nl/abonneren",
        year_url="https://campagne.example.nl/jaar/2026",
    )


MAILS = folder("templates") / "mail"
VARIANTS = {
    "one campaign, one step": reminder(block(step())),
    "one campaign, two steps": reminder(block(step(), step(late=True))),
    "two campaigns": reminder(block(step()), block(step(), name="Paarse Vrijdag", theme="")),
    "three campaigns": reminder(block(step()), block(step()), block(step())),
    "already begun": reminder(block(step(), in_time="2 weken geleden")),
    "today": reminder(block(step(), in_time="vandaag")),
    "a signal": reminder(block(step(), signal=True)),
    "a signal beside another": reminder(block(step()), block(step(), signal=True)),
    "provisional": reminder(
        block(step(waits_for_date=True), step(late=True, waits_for_date=True), provisional=True)
    ),
    "the last one": replace(reminder(block(step())), next_on=None),
}
SUBJECTS = {
    "one campaign, one step": "Orange the World begint over 3 weken: 1 stap voor jou",
    "one campaign, two steps": "Orange the World begint over 3 weken: 2 stappen voor jou",
    "two campaigns": "Orange the World en Paarse Vrijdag: 2 stappen voor jou",
    "three campaigns": "3 campagnes: 3 stappen voor jou",
    "already begun": "Orange the World begon 2 weken geleden: 1 stap voor jou",
    "today": "Orange the World begint vandaag: 1 stap voor jou",
    "a signal": "Orange the World begint over 3 weken: doen jullie mee?",
    "a signal beside another": "Orange the World en Orange the World: 2 stappen voor jou",
    "provisional": "Orange the World begint over 3 weken: 2 stappen voor jou",
    "the last one": "Orange the World begint over 3 weken: 1 stap voor jou",
}


def reminder_text(name: str) -> tuple[str, str]:
    mails = Mails(MAILS, sender="Campagnekalender <campagne@example.nl>")
    message = mails.compose(
        "herinnering",
        VARIANTS[name],
        kind=MessageKind.REMINDER,
        key="x",
        recipient="anna@example.nl",
        recipient_name="Anna",
        date=SetClock(date(2026, 11, 4)).now(),
    )
    return message.subject, plain_text(message)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_reminder_reads_well_in_every_situation(name: str) -> None:
    subject, text = reminder_text(name)

    assert subject == SUBJECTS[name]
    assert not re.search(r"[{}*#]|\n\n\n|[^ \n]  |None| ,|\.\.| \.", text), text
    assert text.startswith("Hallo Anna,\n\n")


@pytest.mark.parametrize(
    ("name", "has", "has_not"),
    [
        (
            "provisional",
            [
                "De datum is nog voorlopig. Controleer eerst de datum. Publiceer nog niets",
                "De datumregel is: Elk jaar van 25 november tot en met 10 december.",
                "Wacht hiermee tot de datum vaststaat",
            ],
            ["Het kan nog"],
        ),
        (
            "one campaign, two steps",
            ["Klaar op: woensdag 4 nov", "Dit had klaar moeten zijn op", "Het kan nog: doe het zo"],
            ["voorlopig", "Wacht hiermee"],
        ),
        (
            "one campaign, one step",
            [
                "Er staat nu een stap",
                "Voor: Lisse",
                "Klaar? Vink deze stap af: https://campagne.example.nl/stap/a.b-c_d",
                "doen jullie een stap niet? Geef dat aan met de link bij die stap",
            ],
            ["Het kan nog"],
        ),
        ("two campaigns", ["(begint over 3 weken)", "Thema: geweld tegen vrouwen"], []),
        ("the last one", ["Er staat nu geen volgende herinnering"], ["Je volgende herinnering"]),
        ("today", ["Je volgende herinnering komt op maandag 16 november 2026."], []),
    ],
)
def test_a_reminder_says_what_matters(name: str, has: list[str], has_not: list[str]) -> None:
    text = " ".join(reminder_text(name)[1].split())

    assert [one for one in has if one not in text] == []
    assert [one for one in has_not if one in text] == []


@pytest.mark.parametrize(
    ("answer", "subject", "sentence"),
    [
        ("join", "Lisse doet mee met Orange the World", "Fijn dat jullie meedoen."),
        ("decline", "Lisse doet niet mee met Orange the World", "geen herinneringen meer"),
        ("later", "Lisse beslist later over Orange the World", "Er verandert nu niets."),
    ],
)
def test_a_confirmation_says_what_was_stored(answer: str, subject: str, sentence: str) -> None:
    mails = Mails(MAILS, sender="Campagnekalender <campagne@example.nl>")
    message = mails.compose(
        "antwoord-bevestiging",
        ConfirmationContext(
            name="Anna",
            municipality="Lisse",
            campaign="Orange the World",
            period="dinsdag 15 juni 2027",
            provisional=True,
            answer=answer,
            by="team Zorg van Leiden",
            on="maandag 7 september 2026",
            edition_url="https://campagne.example.nl/editie/x",
            answer_url=None,
        ),
        kind=MessageKind.CONFIRMATION,
        key="x",
        recipient="anna@example.nl",
        recipient_name="Anna",
        date=SetClock(date(2026, 9, 7)).now(),
    )
    text = " ".join(plain_text(message).split())

    assert message.subject == subject
    assert sentence in text
    assert "De campagne is op dinsdag 15 juni 2027. De datum is nog voorlopig." in text
    assert "- Gegeven door: team Zorg van Leiden" in text
    assert "Vraag je centrumgemeente om het te veranderen." in text


def write_texts(path: Path, body: str) -> None:
    (path / "algemeen").mkdir()
    for kind in TextKind:
        file = path / "algemeen" / f"{kind}.md"
        file.write_text(f'+++\ntitel = "x"\n+++\n{body}\n', "utf-8")


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_what_the_manual_names_exists(name: str, filled: Session, tmp_path: Path) -> None:
    write_texts(tmp_path, f"{{{{ {name} }}}}")

    assert texts.render(filled, Templates(tmp_path), "paarse-vrijdag-kort", "lisse")


def test_what_the_texts_use_is_in_the_manual() -> None:
    used: set[str] = set()
    for path in TEXTS.rglob("*.md"):
        used |= meta.find_undeclared_variables(Environment().parse(path.read_text("utf-8")))  # noqa: S701 - only parsed

    assert used - {"ook"} <= {re.split(r"\W", one)[0] for one in PLACEHOLDERS}
