"""Files that go with a mail, each for itself or the same for many."""

import email
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from campagne import messages
from campagne.domain.delivery import Message, MessageKind, Tail
from campagne.mail_files import Attachment, bundle
from campagne.messages import Mails, plain_text
from campagne.resources import folder

FILES = (
    Attachment("poster.pdf", "application/pdf", bytes(range(256)) * 40),
    Attachment(
        "één léúk bestand met een lange naam \N{ORANGE HEART}.csv",
        "text/csv; charset=utf-8",
        b"a;b",
    ),
    Attachment("leeg.txt", "text/plain; charset=windows-1252", b"\r\n--=_a--\r\n.\r\n"),
)
CALENDAR = (Attachment("campagne.ics", "text/calendar", b"BEGIN:VCALENDAR", method="PUBLISH"),)


@pytest.fixture(scope="module")
def mails() -> Mails:
    return Mails(folder("templates") / "mail", sender="campagne@example.nl")


def mail(
    mails: Mails,
    to: str = "anna",
    *,
    tail: Tail | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> Message:
    return mails.compose(
        "inloggen",
        {"name": to.title(), "url": "https://campagne.example.nl/x", "minutes": 30},
        kind=MessageKind.BROADCAST,
        key=f"regiobericht:{to}",
        recipient=f"{to}@example.nl",
        recipient_name=to,
        date=datetime(2026, 9, 7, tzinfo=UTC),
        attachments=attachments,
        tail=tail,
    )


def opened(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=SMTP)
    assert isinstance(found, EmailMessage)
    for part in found.walk():
        assert not part.defects
    assert not found.epilogue
    return found


def files(raw: bytes) -> list[tuple[object, ...]]:
    return [
        (one.get_filename(), one.get_content_type(), one.get_payload(decode=True))
        for one in opened(raw).iter_attachments()
    ]


@pytest.mark.parametrize("attachments", [(), CALENDAR])
def test_mails_share_the_end_with_their_files(
    mails: Mails, attachments: tuple[Attachment, ...]
) -> None:
    tail = bundle(FILES)
    one, other = (mail(mails, to, tail=tail, attachments=attachments) for to in ("anna", "bea"))
    assert one.raw == one.own + tail.content
    assert one.own != other.own
    for each in (one, other):
        wanted = [
            (file.name, file.media_type.partition(";")[0], file.content)
            for file in (*attachments, *FILES)
        ]
        assert files(each.raw) == wanted
        assert plain_text(each) == plain_text(mail(mails, each.recipient.partition("@")[0]))
        assert opened(each.raw).get_content_type() == "multipart/mixed"
        assert max(map(len, each.raw.splitlines())) <= 998
    charsets = [one.get_content_charset() for one in opened(one.raw).iter_attachments()]
    assert charsets[-2:] == ["utf-8", "windows-1252"]
    assert bundle(FILES) == tail
    assert bundle(FILES[:1]).digest != tail.digest


def test_a_part_is_what_the_library_makes_of_it() -> None:
    """But faster: what is 5 MB is made for every batch of mails."""
    theirs = EmailMessage(policy=SMTP)
    theirs.make_mixed()
    for one in FILES[:1]:
        theirs.add_attachment(one.content, maintype="application", subtype="pdf", filename=one.name)
    (part,) = theirs.iter_attachments()
    ours = bundle(FILES[:1]).content.partition(b"\r\n")[2].rpartition(b"\r\n--=_")[0]
    theirs_alone = part.as_bytes().replace(b"MIME-Version: 1.0\r\n", b"")
    assert ours == theirs_alone.rstrip(b"\r\n")


@pytest.mark.parametrize("attachments", [(), CALENDAR])
def test_other_words_before_the_end_leave_it_whole(
    mails: Mails, attachments: tuple[Attachment, ...]
) -> None:
    tail = bundle(FILES)
    own = mail(mails, tail=tail, attachments=attachments).own
    assert messages.with_words(own, {"Nergens": "Iemand"}) == own
    changed = messages.with_words(own, {"Anna": "Iemand"})
    assert files(changed + tail.content) == files(own + tail.content)
    body = opened(changed + tail.content).get_body(("plain",))
    assert body is not None
    assert "Iemand" in body.get_content()
    whole = mail(mails, attachments=attachments).raw
    assert files(messages.with_words(whole, {"Anna": "Iemand"})) == files(whole)
