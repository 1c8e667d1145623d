"""A text for partners as a draft: without an address, marked as unsent, always the same bytes."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import parse_qs, urlsplit

from campagne.domain.texts import RenderedText, TextKind
from campagne.services.publishing import partner_drafts

TEXT = RenderedText(
    kind=TextKind.SCHOOLS,
    title="Week tegen Kindermishandeling: doet uw school mee?",
    markdown="Beste **directeur**,\n\nDoet u mee & wilt u [meer weten](https://example.nl/x)?",
    notice="",
    edition="week-2026",
    municipality="katwijk",
)


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, _class=EmailMessage, policy=default)


def test_a_draft_opens_as_a_mail_that_is_yet_to_be_sent() -> None:
    raw = partner_drafts.draft(TEXT)
    assert raw == partner_drafts.draft(TEXT)
    mail = read(raw)
    assert (mail["X-Unsent"], mail["Subject"]) == ("1", TEXT.title)
    assert not {"From", "To", "Cc", "Bcc", "Date", "Message-ID"} & set(mail.keys())
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().startswith("Beste directeur,")
    assert "<strong>directeur</strong>" in html.get_content()
    assert "mee &amp; wilt" in html.get_content()
    assert partner_drafts.name(TEXT) == "week-2026_katwijk_partners-scholen.eml"


def test_what_must_be_known_stands_above_it() -> None:
    text = replace(TEXT, notice="Voorlopig: nog niet publiceren")
    mail = read(partner_drafts.draft(text))
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        assert "VOORLOPIG: NOG NIET PUBLICEREN" in part.get_content()


def test_a_link_opens_a_mail_without_an_address() -> None:
    found = urlsplit(partner_drafts.link(TEXT))
    assert (found.scheme, found.path) == ("mailto", "")
    asked = parse_qs(found.query)
    assert asked["subject"] == [TEXT.title]
    assert asked["body"][0].startswith("Beste directeur,\r\n\r\nDoet u mee & wilt u")
    assert partner_drafts.link(replace(TEXT, markdown="woord " * 400)) == ""


def test_only_texts_for_partners_are_drafts() -> None:
    assert {TextKind.SCHOOLS, TextKind.SPORT, TextKind.WELFARE} == partner_drafts.KINDS
