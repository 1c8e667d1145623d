"""The mails of the benchmark `delivery.py`, and whether they arrived as they were meant."""

import email
from datetime import date
from email.policy import SMTP
from typing import NamedTuple

from campagne.clock import SetClock
from campagne.domain.delivery import Message, MessageKind
from campagne.mail_contexts import EditionBlock, ReminderContext, StepLine
from campagne.messages import Mails

SENDER = "campagne@example.nl"
REFUSED_EACH = 50
LONG_EACH = 7
# No comma: django-post-office takes what stands before one in a name for an address of its own.
NAMES = ("Zoë Müller-Şahin", "Communicatie Súdwest-Fryslân", 'Beleid "Jeugd" Noordwijk', "Anne")


class Size(NamedTuple):
    """How much a mail tells: so many campaigns, each with so many steps."""

    campaigns: int
    steps: int


BUSY = Size(campaigns=2, steps=2)
SHORT = Size(campaigns=1, steps=1)


def compose(number: int, mails: Mails, size: Size = BUSY) -> Message:
    """Make a reminder mail; some with a link too long for a line."""
    refused = number % REFUSED_EACH == 0
    name = f"{NAMES[number % len(NAMES)]} {number}"
    token = "x" * (1500 if number % LONG_EACH == 0 else 120)
    url = f"https://campagne.example.nl/klaar/{token}{number}"
    steps = tuple(
        StepLine(
            title=f"Bericht op de website ({place})",
            what="Zet het bericht klaar, en vraag een collega om het na te lezen. " * 2,
            due="maandag 7 september 2026",
            municipalities="Katwijk, Noordwijk en Teylingen",
            late=False,
            waits_for_date=False,
            done_url=url,
        )
        for place in ("voorbereiding", "publicatie")[: size.steps]
    )
    blocks = tuple(
        EditionBlock(
            name=campaign,
            theme="Samen één geluid",
            period="van woensdag 25 november tot en met donderdag 10 december 2026",
            in_time="over 11 weken",
            provisional=False,
            url="https://campagne.example.nl/editie/orange-the-world-2026",
            why="",
            steps=steps,
            signal=False,
        )
        for campaign in ("Orange the World", "Week tegen Kindermishandeling")[: size.campaigns]
    )
    context = ReminderContext(
        name=name,
        blocks=blocks,
        next_on="maandag 21 september 2026",
        reason="Je krijgt deze mail omdat je bij je gemeente de communicatie doet.",
        subscribe_url="https://campagne.example.nl/abonneren",
        year_url="https://campagne.example.nl/",
    )
    return mails.compose(
        "herinnering",
        context,
        kind=MessageKind.REMINDER,
        key=f"bench:{number}",
        recipient=f"{'weg' if refused else 'contact'}{number}@example.nl",
        recipient_name=name,
        date=SetClock(date(2026, 9, 7)).now(),
    )


def is_refused(message: Message) -> bool:
    """Say whether the mail server refuses this one."""
    return message.recipient.startswith("weg")


def check_bytes(messages: list[Message], taken: list[tuple[str, bytes]]) -> None:
    """Fail unless each mail came once, byte for byte, and the refused ones did not."""
    wanted = {one.recipient: one.raw for one in messages if not is_refused(one)}
    assert len(taken) == len(wanted), (len(taken), len(wanted))
    assert dict(taken) == wanted
    check_content(messages, taken)


def check_content(messages: list[Message], taken: list[tuple[str, bytes]]) -> None:
    """Fail unless each mail reads as it should: names, subject and text, and no line too long."""
    wanted = {one.recipient: _reads(one.raw) for one in messages if not is_refused(one)}
    assert len(taken) == len(wanted), (len(taken), len(wanted))
    for recipient, raw in taken:
        for has, should in zip(_reads(raw), wanted.pop(recipient), strict=True):
            assert has == should, (recipient, has, should)
    # RFC 5322, 2.1.1: 998 characters, without the end of the line.
    assert max(len(line) for _, raw in taken for line in raw.split(b"\r\n")) <= 998


def _reads(raw: bytes) -> tuple[str, ...]:
    mail = email.message_from_bytes(raw, policy=SMTP)
    (to,) = mail["To"].addresses
    body = [
        str(part.get_content()) for kind in ("plain", "html") if (part := mail.get_body((kind,)))
    ]
    assert len(body) == 2
    lines = ["\n".join(one.split()) for one in body]
    return (to.display_name, to.addr_spec, str(mail["Subject"]), str(mail["Message-ID"]), *lines)
