"""The templates that campagne comes with: every text, for every gemeente and campaign, is good.

And the mails read well in every situation a reminder can be in.
"""

import re
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from campagne import rota_files
from campagne.clock import SetClock
from campagne.domain.delivery import MessageKind
from campagne.domain.profile import AddressForm
from campagne.domain.regions import Municipality
from campagne.domain.rota import concerns, expand
from campagne.domain.text_findings import Severity
from campagne.domain.texts import (
    RULES,
    SAFE_BROWSING,
    SAFE_BROWSING_INFORMAL,
    RenderedText,
    TextKind,
)
from campagne.mail_contexts import EditionBlock, ReminderContext, StepLine
from campagne.messages import Mails, plain_text
from campagne.regional_contexts import ConfirmationContext
from campagne.resources import folder
from campagne.services.publishing import own_filling, texts
from campagne.services.publishing.text_report import check, with_samples
from campagne.services.publishing.text_sources import Sources, TextOf, template_of
from campagne.templating import Templates

TEXTS = folder("templates") / "texts"
CALENDARS = folder("calendars")
ONE_TEXT = [path for path in sorted(TEXTS.rglob("*.md")) if path.parent != TEXTS]

MANUAL = (folder("templates") / "LEESMIJ.md").read_text("utf-8")
PLACEHOLDERS = re.findall(
    r'`([A-Za-z_]+(?:\["[a-z-]+"\]\.\w+)?)`', MANUAL.split("## Teksten")[1].split("## Mails")[0]
)


def head(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text("utf-8").split("+++\n")[1])


FILES = rota_files.load(CALENDARS, contacts=None)
KNOWN = Sources(
    {one.key: one for one in FILES.campaigns},
    {one.key: one for one in FILES.regions},
    {one.key: one for one in FILES.municipalities},
    FILES.help_lines,
)
EDITIONS = list(
    with_samples(FILES.campaigns, expand(FILES.campaigns, range(2026, 2030)).editions, 2026)
)
TEMPLATES = Templates(TEXTS)


def filled_in(place: Municipality, form: AddressForm) -> Municipality:
    """Return a gemeente of which everything is known, so that its texts are at their longest."""
    profile = replace(
        place.profile,
        local_team="Het Sociaal Wijkteam",
        team_phone="0252 12 34 56",
        team_url="https://www.sociaalwijkteam.example.nl/contact",
        website="https://www.gemeente.example.nl/huiselijk-geweld",
        address_form=form,
        help_lines=tuple(one.key for one in FILES.help_lines),
    )
    return replace(place, profile=profile)


PLACES = [
    *FILES.municipalities,
    *(filled_in(one, form) for one in FILES.municipalities for form in AddressForm),
]


@pytest.fixture(scope="module")
def samples() -> list[tuple[Municipality, RenderedText]]:
    """Every template, filled in for a gemeente that says u and for one that says je."""
    formal, informal = (filled_in(KNOWN.municipalities["katwijk"], form) for form in AddressForm)
    bare = KNOWN.municipalities["kaag-en-braassem"]
    campaigns = {one.campaign: one for one in EDITIONS}
    return [
        (place, text)
        for edition in campaigns.values()
        for place in (formal, informal, bare)
        if concerns(KNOWN.campaigns[edition.campaign], place, KNOWN.regions)
        for text in texts.fill(TEMPLATES, KNOWN, edition, place)
    ]


def test_every_text_is_good_for_every_gemeente_and_edition() -> None:
    """All kinds and campaigns x 18 gemeenten x the editions of 2026-2029: no error, no advice.

    As the gemeenten are, and with everything filled in for who says u and who says je. Only the
    open places for colleagues stay: names, numbers and what a gemeente does itself.
    """
    report = check(TEMPLATES, KNOWN, EDITIONS, municipalities=PLACES)

    assert report.texts > 50_000
    found = [line for line in report.lines.values() if line.finding.rule != "open plek"]
    assert [(one.template, str(one.finding), one.municipality, one.edition) for one in found] == []
    assert report.count(Severity.ERROR) == 0


def test_nothing_is_left_of_the_template(samples: list[tuple[Municipality, RenderedText]]) -> None:
    for place, one in samples:
        assert not re.search(r"[{}]|\n\n\n|  |None|\+\+\+", one.markdown), one.markdown
        assert not re.search(r"[{}]|None", f"{one.title}{one.alt}"), one
        if one.kind is TextKind.WEBSITE:
            assert place.name in one.markdown
            informal = place.profile.address_form is AddressForm.INFORMAL
            safely = SAFE_BROWSING_INFORMAL if informal else SAFE_BROWSING
            assert f"\n\n{safely}\n\n" in one.markdown


def test_a_post_describes_the_picture_that_goes_with_it(
    samples: list[tuple[Municipality, RenderedText]],
) -> None:
    """Its alternative text has every line of the poster, which is what the picture says."""
    posters = {
        (one.edition, one.municipality, one.alt): one
        for _, one in samples
        if one.kind is TextKind.POSTER
    }
    for place, one in samples:
        assert bool(one.alt) is RULES[one.kind].picture
        if one.alt:
            poster = posters[one.edition, place.key, one.alt]
            assert [line for line in poster.markdown.splitlines() if line not in one.alt] == []


def test_what_a_gemeente_filled_in_stands_in_its_texts(
    samples: list[tuple[Municipality, RenderedText]],
) -> None:
    way = "(telefoon 0252 12 34 56, https://www.sociaalwijkteam.example.nl/contact)"
    for place, one in samples:
        if one.kind not in (TextKind.WEBSITE, TextKind.MUNICIPAL_PAGE, TextKind.NEWSLETTER):
            continue
        if not place.profile.local_team:
            assert "de naam van het lokale team" in one.missing
        else:
            assert "Het Sociaal Wijkteam" in one.markdown
            assert way in one.markdown
        if place.profile.website and one.kind is TextKind.MUNICIPAL_PAGE:
            assert "Kijk op https://www.gemeente.example.nl/huiselijk-geweld." in one.markdown
        if place.profile.help_lines and one.kind is TextKind.WEBSITE:
            assert [
                line.number for line in FILES.help_lines if line.number not in one.markdown
            ] == []


def test_the_three_of_one_civil_service_each_get_their_own() -> None:
    edition = EDITIONS[0]
    for key in ("hillegom", "lisse", "teylingen"):
        others = {"Hillegom", "Lisse", "Teylingen"} - {KNOWN.municipalities[key].name}
        for one in texts.fill(TEMPLATES, KNOWN, edition, KNOWN.municipalities[key]):
            assert not others & set(re.findall(r"\w+", one.markdown)), one


def test_each_campaign_of_the_rota_has_every_kind_of_its_own() -> None:
    """And the general set serves all other days."""
    owners = {*(entry.campaign for entry in FILES.rota), "algemeen"}
    assert {path.parent.name for path in ONE_TEXT} == owners
    for owner in owners:
        assert {path.stem for path in (TEXTS / owner).glob("*.md")} == set(TextKind)


@pytest.mark.parametrize("path", ONE_TEXT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_head_of_a_text_says_where_it_comes_from(path: Path) -> None:
    found = head(path)

    kind = TextKind(path.stem)
    assert found.keys() - {"kleur"} == {
        *("titel", "soort", "doelgroep", "status", "versie", "bronnen", "gecontroleerd_op")
    }
    assert found["soort"] == kind
    assert found["doelgroep"] == RULES[kind].audience
    assert found["bronnen"]
    assert isinstance(found["gecontroleerd_op"], date)


@pytest.mark.parametrize("path", sorted(TEXTS.rglob("*.md")), ids=lambda path: path.stem)
def test_no_help_line_stands_literally_in_a_text(path: Path) -> None:
    body = re.sub(r"hulplijn\[.*?\]", "", path.read_text("utf-8"))
    numbers = [one.number for one in FILES.help_lines if one.number != "chat"]
    assert [one for one in numbers if re.search(rf"\b{one}\b", body)] == []


@pytest.mark.parametrize("path", ONE_TEXT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_figure_has_its_source_in_the_head(path: Path) -> None:
    body = path.read_text("utf-8").split("+++\n")[2]
    figures = re.findall(r"\d+ procent|1 op de \d+|\d{3} (?=ingewikkelde zaken)", body)

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
def test_what_the_manual_names_exists(name: str, tmp_path: Path) -> None:
    write_texts(tmp_path, f"{{{{ {name} }}}}")

    assert texts.fill(Templates(tmp_path), KNOWN, EDITIONS[0], KNOWN.municipalities["leiden"])


def test_what_the_texts_use_is_in_the_manual() -> None:
    used: set[str] = set()
    for path in TEXTS.rglob("*.md"):
        used |= meta.find_undeclared_variables(Environment().parse(path.read_text("utf-8")))  # noqa: S701 - only parsed

    assert used - {"ook"} <= {re.split(r"\W", one)[0] for one in PLACEHOLDERS}


def test_every_text_says_the_same_as_an_own_text() -> None:
    """Translated, and filled in as who changes nothing would publish it.

    For all gemeenten with everything filled in, for who says u and who says je; for one without it.
    In the words of a gemeente and in those of a region.
    """
    campaigns = [*KNOWN.campaigns.values()]
    sets = {template_of(TEMPLATES, one, TextKind.WEBSITE): one.key for one in campaigns}
    for edition in {
        one.campaign: one for one in EDITIONS if one.campaign in sets.values()
    }.values():
        for place in [PLACES[0], *PLACES[len(FILES.municipalities) :]]:
            if not concerns(KNOWN.campaigns[edition.campaign], place, KNOWN.regions):
                continue
            for text in texts.fill(TEMPLATES, KNOWN, edition, place):
                of = TextOf(edition, place, text.kind)
                found = own_filling.layers(TEMPLATES, KNOWN, of)
                assert found.shipped is not None
                assert found.beneath is not None
                assert "je %}" not in found.beneath.body
                for words in (found.shipped, found.beneath):
                    same = texts.own(TEMPLATES, KNOWN, of, words)
                    assert replace(same, template=text.template) == text
