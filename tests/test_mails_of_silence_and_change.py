"""The mails about a step that stays open, and about an edition that changed, read well."""

import re
from dataclasses import replace
from datetime import date

import pytest

from campagne.clock import SetClock
from campagne.domain.delivery import MessageKind
from campagne.mail_contexts import (
    ChangeLine,
    EditionBlock,
    NoticeContext,
    ReminderContext,
    StepLine,
)
from campagne.messages import Mails, plain_text
from campagne.resources import folder

MAILS = Mails(folder("templates") / "mail", sender="Campagnekalender <campagne@example.nl>")
OLD = "van maandag 16 tot en met zondag 22 november 2026"
NEW = "van maandag 23 tot en met zondag 29 november 2026"
AGAIN = StepLine(
    title="Citaat laten goedkeuren",
    what="Leg het citaat voor aan de portefeuillehouder.",
    due="woensdag 28 oktober 2026",
    municipalities="Lisse",
    late=True,
    waits_for_date=False,
    done_url="https://campagne.example.nl/stap/a.b-c_d",
    again=True,
)
COLLEAGUE = replace(AGAIN, again=False, colleagues="Beleid Lisse")
CENTRE = replace(COLLEAGUE, colleagues="Beleid Lisse (0252 000 000)", elsewhere=True)
FIRST = replace(AGAIN, again=False)
MOVED = ChangeLine(
    kind="moved",
    name="Orange the World",
    old=OLD,
    new=NEW,
    provisional=True,
    url="https://campagne.example.nl/editie/orange-the-world-2026",
)
CANCELLED = replace(MOVED, kind="cancelled", new=OLD, provisional=False)
RESUMED = replace(MOVED, kind="resumed", new=OLD, provisional=False)
RESUMED_LATER = replace(RESUMED, new=NEW)


def _mail(template: str, context: ReminderContext | NoticeContext) -> tuple[str, str]:
    message = MAILS.compose(
        template,
        context,
        kind=MessageKind.NOTICE,
        key="x",
        recipient="anna@example.nl",
        recipient_name="Anna",
        date=SetClock(date(2026, 11, 4)).now(),
    )
    text = plain_text(message)
    assert not re.search(r"[{}*#]|\n\n\n|[^ \n]  |None| ,|\.\.| \.", text), text
    assert text.startswith("Hallo Anna,\n\n")
    return message.subject, " ".join(text.split())


def _reminder(*steps: StepLine) -> ReminderContext:
    return ReminderContext(
        name="Anna",
        blocks=(
            EditionBlock(
                name="Orange the World",
                theme="",
                period="van woensdag 25 november tot en met donderdag 10 december 2026",
                in_time="over 3 weken",
                provisional=False,
                url="https://campagne.example.nl/editie/orange-the-world-2026",
                why="",
                steps=steps,
                signal=False,
            ),
        ),
        next_on=None,
        reason="Je krijgt deze mail omdat je beleidsmedewerker bent voor Lisse.",
        subscribe_url="https://campagne.example.nl/abonneren",
        year_url="https://campagne.example.nl/jaar/2026",
    )


@pytest.mark.parametrize(
    ("steps", "subject", "has", "has_not"),
    [
        (
            [AGAIN],
            "Orange the World begint over 3 weken: 1 stap nog niet afgevinkt",
            [
                "Deze stap is nog niet afgevinkt. Misschien is het werk al gedaan",
                "Dit is de tweede herinnering aan deze stap.",
            ],
            ["Er staat nu een stap", "Je krijgt dit omdat"],
        ),
        (
            [COLLEAGUE],
            "Orange the World begint over 3 weken: 1 stap nog niet afgevinkt",
            ["Je krijgt dit omdat deze stap nog niet is afgevinkt door Beleid Lisse."],
            ["tweede herinnering"],
        ),
        (
            [CENTRE],
            "Orange the World begint over 3 weken: 1 stap nog niet afgevinkt",
            [
                "Deze stap is nog niet afgevinkt door Beleid Lisse (0252 000 000).",
                "Voor Lisse is afgesproken dat de centrumgemeente dat hoort.",
            ],
            ["tweede herinnering", "Je krijgt dit omdat"],
        ),
        (
            [FIRST, AGAIN],
            "Orange the World begint over 3 weken: 2 stappen voor jou",
            ["Er staan nu 2 stappen", "Dit is de tweede herinnering aan deze stap."],
            ["Misschien is het werk"],
        ),
    ],
)
def test_a_step_that_stays_open(
    steps: list[StepLine], subject: str, has: list[str], has_not: list[str]
) -> None:
    found, text = _mail("herinnering", _reminder(*steps))
    assert found == subject
    assert [one for one in has if one not in text] == []
    assert [one for one in has_not if one in text] == []


@pytest.mark.parametrize(
    ("changes", "subject", "has", "has_not"),
    [
        (
            [MOVED],
            "Orange the World heeft een andere datum",
            [f"Was: {OLD}", f"Wordt: {NEW}", "nog voorlopig", "gepland, gedrukt of gepubliceerd"],
            ["gaat niet door", "toch door"],
        ),
        (
            [CANCELLED],
            "Orange the World gaat niet door",
            [f"Was gepland: {OLD}", "geen herinneringen meer"],
            ["Wordt", "herinneren we je vanzelf", "voorlopig"],
        ),
        (
            [RESUMED],
            "Orange the World gaat toch door",
            [f"Wanneer: {OLD}", "Eerder meldden we dat de campagne niet doorging"],
            ["Wordt", "Was:"],
        ),
        ([RESUMED_LATER], "Orange the World gaat toch door", [f"Wordt: {NEW}"], []),
        (
            [MOVED, replace(CANCELLED, name="Paarse Vrijdag")],
            "2 campagnes zijn veranderd",
            ["Orange the World heeft een andere datum", "Paarse Vrijdag gaat niet door"],
            ["over deze campagne."],
        ),
    ],
)
def test_an_edition_that_changed(
    changes: list[ChangeLine], subject: str, has: list[str], has_not: list[str]
) -> None:
    context = NoticeContext(
        name="Anna",
        changes=tuple(changes),
        subscribe_url="https://campagne.example.nl/abonneren",
    )
    found, text = _mail("wijziging", context)
    assert found == subject
    assert [one for one in has if one not in text] == []
    assert [one for one in has_not if one in text] == []
