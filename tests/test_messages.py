"""From a template and a context to the bytes of a mail."""

import email
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain.bounces import is_return_address, return_address
from campagne.domain.delivery import Message, MessageKind, message_id
from campagne.errors import InvalidInputError, SettingsError, TemplateError
from campagne.mail_contexts import EditionBlock, ReminderContext, StepLine
from campagne.messages import Mails, plain_text
from campagne.resources import folder

SENDER = "Campagnekalender <campagne@example.nl>"
WHEN = datetime(2026, 11, 4, 7, 30, 15, 999, tzinfo=UTC)

STEP = StepLine(
    title="Schrijf de webtekst",
    what="Schrijf of kopieer de webtekst.",
    due="woensdag 4 november 2026",
    municipalities="Hillegom, Lisse en Teylingen",
    late=False,
    waits_for_date=False,
    done_url="https://campagne.example.nl/stap/webtekst.a_b-c_d",
)
PLAN = replace(
    STEP, title="Plan de berichten in", done_url="https://campagne.example.nl/stap/plan.a_b"
)
BLOCK = EditionBlock(
    name="Orange the World",
    theme="geweld tegen vrouwen",
    period="van woensdag 25 november tot en met donderdag 10 december 2026",
    in_time="over 3 weken",
    provisional=False,
    url="https://campagne.example.nl/editie/orange-the-world-2026?a=1&b=2",
    why="Elk jaar van 25 november tot en met 10 december.",
    steps=(STEP, PLAN),
    signal=False,
)
DAY = replace(
    BLOCK,
    name="Dag tegen Ouderenmishandeling",
    theme="",
    period="dinsdag 15 juni 2027",
    in_time="over 32 weken",
    steps=(STEP,),
)
REMINDER = ReminderContext(
    name="Anna de Vries",
    blocks=(BLOCK,),
    next_on="maandag 16 november 2026",
    reason="Je krijgt deze mail omdat je communicatiemedewerker bent voor Lisse.",
    subscribe_url="https://campagne.example.nl/abonneren",
    year_url="https://campagne.example.nl/jaar/2026",
)


@pytest.fixture(scope="module")
def mails() -> Mails:
    """The mails that campagne comes with."""
    return Mails(folder("templates") / "mail", sender=SENDER)


def compose(
    mails: Mails,
    context: ReminderContext = REMINDER,
    *,
    kind: MessageKind = MessageKind.REMINDER,
    key: str = "herinnering:anna:1",
    recipient: str = "anna@example.nl",
    recipient_name: str = "Anna de Vries",
    reply_to: str | None = None,
    unsubscribe_url: str = "",
) -> Message:
    return mails.compose(
        "herinnering",
        context,
        kind=kind,
        key=key,
        recipient=recipient,
        recipient_name=recipient_name,
        date=WHEN,
        reply_to=reply_to,
        unsubscribe_url=unsubscribe_url,
    )


def opened(message: Message) -> EmailMessage:
    found = email.message_from_bytes(message.raw, policy=SMTP)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def part(message: Message, subtype: str) -> str:
    body = opened(message).get_body((subtype,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_each_mail_has_its_own_return_address_and_one_sender(mails: Mails) -> None:
    returns = partial(return_address, "bounces@example.nl", secret="s" * 32)
    own = Mails(folder("templates") / "mail", sender=SENDER, returns=returns)
    one, other = (compose(own, key=f"herinnering:{number}") for number in (1, 2))
    assert is_return_address(one.sender)
    assert one.sender != other.sender == returns("herinnering:2")
    mail = opened(one)
    assert str(mail["From"]) == SENDER
    assert mail["Return-Path"] is None
    assert one.raw == compose(mails, key=one.key).raw


def test_the_envelope_and_the_headers(mails: Mails) -> None:
    message = compose(mails)
    mail = opened(message)

    assert (message.sender, message.recipient) == ("campagne@example.nl", "anna@example.nl")
    assert message.message_id == message_id("herinnering:anna:1", "campagne@example.nl")
    assert dict(mail.items()) == {
        "From": "Campagnekalender <campagne@example.nl>",
        "To": "Anna de Vries <anna@example.nl>",
        "Subject": "Orange the World begint over 3 weken: 2 stappen voor jou",
        "Date": "Wed, 04 Nov 2026 08:30:15 +0100",
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "MIME-Version": "1.0",
        "Content-Type": mail["Content-Type"],
        "Content-Language": "nl",
    }
    assert mail["Content-Type"].content_type == "multipart/alternative"
    kinds = [
        (one.get_content_type(), one.get_content_charset(), one["Content-Transfer-Encoding"])
        for one in mail.iter_parts()
    ]
    assert kinds == [
        ("text/plain", "utf-8", "quoted-printable"),
        ("text/html", "utf-8", "quoted-printable"),
    ]


def test_a_broadcast_comes_from_a_person(mails: Mails) -> None:
    mail = opened(compose(mails, kind=MessageKind.BROADCAST, reply_to="centrum@example.nl"))

    assert "Auto-Submitted" not in mail
    assert mail["Reply-To"] == "centrum@example.nl"


LEAVE = f"https://campagne.example.nl/afmelden/{'W' * 120}.abc_-d"


@pytest.mark.parametrize(
    ("kind", "url", "expected"),
    [
        (MessageKind.REMINDER, LEAVE, ("Herinneringen", "campagne.example.nl", "bulk", True)),
        (MessageKind.NOTICE, LEAVE, ("Herinneringen", "campagne.example.nl", "bulk", True)),
        (MessageKind.BROADCAST, LEAVE, ("Regioberichten", "campagne.example.nl", "list", True)),
        # One click asks https (RFC 8058, 3.1); and an address is no name for a list.
        (
            MessageKind.REMINDER,
            "http://127.0.0.1:8000/afmelden/a",
            ("Herinneringen", "localhost", "bulk", False),
        ),
    ],
)
def test_a_list_can_be_left(
    mails: Mails, kind: MessageKind, url: str, expected: tuple[str, str, str, bool]
) -> None:
    name, host, precedence, one_click = expected
    message = compose(mails, kind=kind, unsubscribe_url=url)
    mail = opened(message)
    assert mail["List-Id"] == f"{name} <{name.lower()}.{host}>"
    assert mail["Precedence"] == precedence
    assert mail["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if one_click else None)
    # On one line, and no encoded words: programs take the address as it stands.
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in message.raw


def test_a_confirmation_is_of_no_list(mails: Mails) -> None:
    mail = opened(compose(mails, kind=MessageKind.CONFIRMATION))
    assert not [name for name in mail if name.startswith("List-") or name == "Precedence"]


def test_the_same_input_gives_the_same_bytes(mails: Mails) -> None:
    again = Mails(folder("templates") / "mail", sender=SENDER)

    assert compose(mails) == compose(again)
    assert compose(mails).raw != compose(mails, key="herinnering:anna:2").raw


def test_every_line_ends_as_smtp_wants_it_and_is_short(mails: Mails) -> None:
    raw = compose(mails).raw

    assert raw.replace(b"\r\n", b"").count(b"\n") == 0
    assert raw.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert raw.isascii()


@given(name=st.text(max_size=200))
def test_no_name_can_add_a_header_or_break_the_mail(name: str) -> None:
    mails = Mails(folder("templates") / "mail", sender=SENDER)
    name = name.encode("utf-8", "ignore").decode()  # no half surrogates: no database gives them

    mail = opened(compose(mails, replace(REMINDER, name=name), recipient_name=name))

    assert len(mail.keys()) == 10
    assert mail["To"].addresses[0].addr_spec == "anna@example.nl"


def test_a_long_subject_begins_on_its_first_line(mails: Mails) -> None:
    name = "Internationale dag van de rechten van het kind in heel Nederland"
    message = compose(mails, replace(REMINDER, blocks=(replace(BLOCK, name=name),)))
    assert b"\r\nSubject: Internationale dag" in message.raw
    assert str(opened(message)["Subject"]).startswith(name)


def test_line_ends_in_a_name_or_campaign_add_nothing(mails: Mails) -> None:
    evil = "Orange\r\nBcc: iedereen@example.nl"
    message = compose(
        mails, replace(REMINDER, blocks=(replace(BLOCK, name=evil),)), recipient_name=evil
    )
    mail = opened(message)

    assert "Bcc" not in mail
    assert message.subject.startswith("Orange Bcc: iedereen@example.nl begint")
    assert mail["To"].addresses[0].display_name == "Orange Bcc: iedereen@example.nl"


@pytest.mark.parametrize("address", ["anna", "anna@example.nl\r\nBcc: x@example.nl", ""])
def test_a_wrong_address_is_refused(mails: Mails, address: str) -> None:
    with pytest.raises(InvalidInputError, match="kan geen mail krijgen"):
        compose(mails, recipient=address)
    with pytest.raises(InvalidInputError, match="kan geen mail krijgen"):
        compose(mails, reply_to=address)


@pytest.mark.parametrize("sender", ["Campagnekalender", "", "Naam <a@b>"])
def test_a_wrong_sender_stops_the_start(sender: str) -> None:
    with pytest.raises(SettingsError, match="CAMPAGNE_MAIL_FROM"):
        Mails(folder("templates") / "mail", sender=sender)


def test_a_context_that_lacks_something_is_refused(mails: Mails) -> None:
    with pytest.raises(TemplateError, match=r"mail/herinnering.md .*'step_count'"):
        mails.compose(
            "herinnering",
            {"name": "Anna", "blocks": (BLOCK,)},
            kind=MessageKind.REMINDER,
            key="x",
            recipient="anna@example.nl",
            recipient_name="Anna",
            date=WHEN,
        )


def test_a_template_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"herinnering.md bestaat niet"):
        compose(Mails(tmp_path, sender=SENDER))


def test_values_cannot_become_markdown_or_html(mails: Mails) -> None:
    evil = "<b>Anna</b> [klik](https://evil.example.org) **x**"
    message = compose(mails, replace(REMINDER, name=evil))

    assert evil in " ".join(part(message, "plain").split())
    html = part(message, "html")
    assert "&lt;b&gt;Anna&lt;/b&gt; [klik](https://evil.example.org) **x**" in html


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.links: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.attributes += [(tag, name, value) for name, value in attrs]


def outline(html: str) -> _Outline:
    parser = _Outline()
    parser.feed(html)
    return parser


@pytest.mark.parametrize("blocks", [(BLOCK,), (BLOCK, DAY)])
def test_the_html_part_is_accessible(mails: Mails, blocks: tuple[EditionBlock, ...]) -> None:
    message = compose(mails, replace(REMINDER, blocks=blocks))
    html = part(message, "html")
    found = outline(html)

    assert ("html", "lang", "nl") in found.attributes
    assert f"<title>{message.subject}</title>" in html
    assert found.headings.count("h1") == 1
    levels = [int(heading[1]) for heading in found.headings]
    steps = [after - before for before, after in pairwise(levels)]
    assert levels[0] == 1
    assert max(steps) <= 1
    assert "prefers-color-scheme: dark" in html
    assert "src=" not in html, "nothing is fetched when the mail is opened"


def test_both_parts_carry_the_same_links(mails: Mails) -> None:
    message = compose(mails, replace(REMINDER, blocks=(BLOCK, DAY)))

    links = outline(part(message, "html")).links
    assert links == [
        *(BLOCK.url, STEP.done_url, PLAN.done_url),
        *(DAY.url, STEP.done_url),
        *(REMINDER.subscribe_url, REMINDER.year_url),
    ]
    for link in links:
        assert link in part(message, "plain")


def test_the_plain_part_reads_well(mails: Mails) -> None:
    text = plain_text(compose(mails))

    assert text == part(compose(mails), "plain")
    assert text.startswith("Hallo Anna de Vries,\n\nEr staan nu 2 stappen voor je klaar.")
    assert not [mark for mark in ("**", "](", "##", "\n\n\n", "> ") if mark in text]
    assert all(len(line) <= 78 or "https://" in line for line in text.splitlines())


@pytest.mark.parametrize(
    ("in_time", "begins"),
    [
        ("over 3 weken", "begint over 3 weken"),
        ("vandaag", "begint vandaag"),
        ("morgen", "begint morgen"),
        ("gisteren", "begon gisteren"),
        ("6 weken geleden", "begon 6 weken geleden"),
    ],
)
def test_the_verb_follows_the_time(in_time: str, begins: str) -> None:
    assert replace(BLOCK, in_time=in_time).begins == begins
