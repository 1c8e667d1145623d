"""What the reports of different mail servers mean, and that nothing else is taken for one.

The files in `reports` are made up; they have the form that these servers give their reports.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain.bounces import (
    TOKEN_LENGTH,
    BounceKind,
    Outcome,
    is_return_address,
    read_report,
    return_address,
)
from campagne.domain.contacts import is_address

REPORTS = Path(__file__).with_name("reports")
RETURN = "bounces+abcdefghijklmnopqrstuvwx@example.nl"
KATWIJK = "beleid.katwijk@example.nl"
HARD, SOFT, DELAYED = BounceKind.HARD, BounceKind.SOFT, BounceKind.DELAYED


def sample(name: str) -> bytes:
    return (REPORTS / f"{name}.eml").read_bytes()


@pytest.mark.parametrize(
    ("name", "recipient", "kind", "status", "said"),
    [
        ("postfix", KATWIJK, HARD, "5.1.1", "User unknown in virtual mailbox table"),
        ("exchange", "Oud.Collega@lisse.example.nl", HARD, "5.1.10", "RecipientNotFound"),
        ("microsoft_edge", KATWIJK, HARD, "5.4.1", "Access denied."),
        ("exim", KATWIJK, HARD, "5.1.1", "does not exist."),
        ("internationalised", "josé@example.nl", HARD, "5.1.1", ""),
        ("delayed", KATWIJK, DELAYED, "4.4.1", "Connection timed out"),
        ("forwarded", KATWIJK, SOFT, "5.1.1", ""),
    ],
)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_reports(  # noqa: PLR0917 - a table
    name: str, recipient: str, kind: BounceKind, status: str, said: str, line_end: bytes
) -> None:
    report = read_report(sample(name).replace(b"\n", line_end))
    assert report is not None
    assert report.addresses == (RETURN,)
    outcome = report.about(recipient)
    assert outcome is not None
    assert (outcome.kind, outcome.status) == (kind, status)
    assert said in outcome.text
    assert outcome.text.isprintable()
    if name in {"postfix", "exchange", "exim", "internationalised"}:
        assert report.message_id == "<1f0a@example.nl>"


@pytest.mark.parametrize("name", ["qmail", "absence", "read_receipt"])
def test_what_is_no_report(name: str) -> None:
    assert read_report(sample(name)) is None


def test_somebody_else_who_is_gone_does_not_make_the_address_wrong() -> None:
    report = read_report(sample("forwarded"))
    assert report is not None
    assert [one.recipient for one in report.outcomes] == ["oud.collega@katwijk.example.nl"]
    assert report.about("oud.collega@katwijk.example.nl") == report.outcomes[0]
    assert report.outcomes[0].kind is HARD
    told = report.about(KATWIJK)
    assert told is not None
    assert told.kind is SOFT


def report_of(*groups: str, headers: str = "", returned: str = "") -> bytes:
    """Make a report with these groups of fields."""
    status = "\n".join(f"{group}\n" for group in ("Reporting-MTA: dns; mail.example.nl", *groups))
    return (
        f"To: {RETURN}\n{headers}"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=grens\n"
        f"\n--grens\nContent-Type: message/delivery-status\n\n{status}"
        f"\n--grens\nContent-Type: message/rfc822\n\n{returned}\n--grens--\n"
    ).encode()


def about(fields: str) -> Outcome | None:
    report = read_report(report_of(f"Final-Recipient: rfc822;{KATWIJK}\n{fields}"))
    assert report is not None
    return report.about(KATWIJK)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        # The address is wrong or gone.
        ("Action: failed\nStatus: 5.1.1", HARD),
        ("Action: failed\nStatus: 5.1.2", HARD),
        ("Action: failed\nStatus: 5.1.3", HARD),
        ("Action: failed\nStatus: 5.1.6", HARD),
        ("Action: failed\nStatus: 5.1.10", HARD),
        ("Action: failed\nStatus: 5.2.1", HARD),
        # It says nothing of the address, or of the sender's.
        ("Action: failed\nStatus: 5.1.0", SOFT),
        ("Action: failed\nStatus: 5.1.4", SOFT),
        ("Action: failed\nStatus: 5.1.7", SOFT),
        ("Action: failed\nStatus: 5.1.8", SOFT),
        ("Action: failed\nStatus: 5.2.2", SOFT),
        ("Action: failed\nStatus: 5.3.4", SOFT),
        ("Action: failed\nStatus: 5.4.1", SOFT),
        ("Action: failed\nStatus: 5.4.4", SOFT),
        ("Action: failed\nStatus: 5.4.7", SOFT),
        ("Action: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 5.7.1 User unknown", SOFT),
        ("Action: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown", SOFT),
        ("Action: failed\nStatus: 4.1.1", SOFT),
        ("Action: failed\nStatus: 4.4.7", SOFT),
        ("Action: failed\nStatus: 2.1.1", SOFT),
        ("Action: failed\nStatus: 5.1.11", SOFT),
        ("Action: failed\nStatus: 5.1.1.1", SOFT),
        ("Action: failed", SOFT),
        # The remote server is more precise, or the only one who says it.
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 gone", HARD),
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552 5.2.2 full", SOFT),
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 No such user", SOFT),
        ("Action: failed\nDiagnostic-Code: smtp;550 5.1.1 gone", HARD),
        ("Action: failed\nDiagnostic-Code: smtp; 550 #5.1.1 gone", HARD),
        ("Action: failed\nDiagnostic-Code: smtp; 556 no mail here", HARD),
        ("Action: failed\nDiagnostic-Code: smtp; 550 no such user here", SOFT),
        ("Action: failed\nDiagnostic-Code: smtp; 452 4.2.2 full", SOFT),
        # An action or a class that is missing.
        ("Status: 5.1.1", HARD),
        ("Status: 5.2.2", SOFT),
        ("Status: 4.4.1", None),
        ("Action: delayed\nStatus: 5.1.1", DELAYED),
        ("Action: delayed\nStatus: 4.2.2", DELAYED),
        ("Action: delivered\nStatus: 2.1.5", None),
        ("Action: relayed\nStatus: 2.0.0", None),
        ("Action: expanded\nStatus: 2.1.5", None),
        ("Action: verschoven\nStatus: 5.1.1", None),
    ],
)
def test_what_action_and_status_mean(fields: str, kind: BounceKind | None) -> None:
    found = about(fields)
    assert (found and found.kind) == kind


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ("Action: failed\nStatus: 5.1.1 (bad mailbox)", "5.1.1"),
        ("Action: failed\nDiagnostic-Code: smtp; 554 no", "5.0.0"),
        ("Action: failed\nDiagnostic-Code: smtp; 452 busy", "4.0.0"),
        ("Action: failed\nDiagnostic-Code: smtp; 556 no mail here", "5.1.10"),
        ("Action: failed\nStatus: weet niet", ""),
    ],
)
def test_the_status_that_is_kept(fields: str, status: str) -> None:
    found = about(fields)
    assert found is not None
    assert found.status == status


@pytest.mark.parametrize(
    "field",
    [
        f"Final-Recipient: rfc822;{KATWIJK}",
        f"Final-Recipient: RFC822;  <{KATWIJK.upper()}>",
        f"Final-Recipient: {KATWIJK}",
        f"Final-Recipient:\n rfc822;\n\t{KATWIJK} (a comment)",
        f"Original-Recipient: rfc822;{KATWIJK}",
        r"Final-Recipient: utf-8; beleid\x{2E}katwijk@example.nl",
        f"final-recipient: utf-8;{KATWIJK}",
    ],
)
def test_how_an_address_is_written(field: str) -> None:
    report = read_report(report_of(f"{field}\nAction: failed\nStatus: 5.1.1"))
    assert report is not None
    assert [one.recipient for one in report.outcomes] == [KATWIJK]


def test_what_no_database_takes_is_left_out() -> None:
    raw = report_of(
        "Final-Recipient: utf-8; a\\x{D800}\\x{00}b\0@example.nl\nAction: failed\nStatus: 5.1.1",
        returned="Message-ID: <a\0b@example.nl>\n",
    )
    report = read_report(raw)
    assert report is not None
    assert report.message_id == ""
    assert report.outcomes[0].recipient.isprintable()


def test_a_report_that_does_not_say_whom_it_is_about_is_never_hard() -> None:
    report = read_report(report_of("Action: failed\nStatus: 5.1.1"))
    assert report is not None
    found = report.about(KATWIJK)
    assert found == Outcome("", SOFT, "5.1.1", "")


def test_the_worst_of_several_recipients_counts() -> None:
    late = f"Final-Recipient: rfc822;{KATWIJK}\nAction: delayed\nStatus: 4.4.1"
    gone = f"Final-Recipient: rfc822;{KATWIJK}\nAction: failed\nStatus: 5.1.1"
    other = "Final-Recipient: rfc822;x@example.nl\nAction: failed\nStatus: 5.2.1"
    report = read_report(report_of(late, other, gone))
    assert report is not None
    assert len(report.outcomes) == 3
    found = report.about(KATWIJK)
    assert found is not None
    assert (found.kind, found.status, found.recipient) == (HARD, "5.1.1", KATWIJK)


def test_a_report_that_all_is_well_says_nothing() -> None:
    report = read_report(report_of(f"Final-Recipient: rfc822;{KATWIJK}\nAction: delivered"))
    assert report is not None
    assert report.outcomes == ()
    assert report.about(KATWIJK) is None


def test_what_is_inside_the_mail_that_came_back_counts_for_nothing() -> None:
    inner = report_of(f"Final-Recipient: rfc822;{KATWIJK}\nAction: failed\nStatus: 5.1.1")
    forwarded = b"Content-Type: multipart/mixed; boundary=m\n\n--m\n" + inner + b"\n--m--\n"
    assert read_report(forwarded) is None
    late = f"Final-Recipient: rfc822;{KATWIJK}\nAction: delayed"
    report = read_report(report_of(late, returned=inner.decode().replace("grens", "binnen")))
    assert report is not None
    assert [one.kind for one in report.outcomes] == [DELAYED]


def test_the_end_may_be_missing() -> None:
    whole = sample("postfix")
    cut = whole[: whole.index(b"Content-Description: Undelivered")]
    report = read_report(cut)
    assert report is not None
    found = report.about(KATWIJK)
    assert found is not None
    assert found.kind is HARD
    assert report.message_id == ""


def test_a_bomb_of_parts_is_no_work() -> None:
    parts = b"".join(
        b"--%d\nContent-Type: multipart/mixed; boundary=%d\n\n" % (n, n + 1) for n in range(50_000)
    )
    bomb = b"Content-Type: multipart/report; report-type=delivery-status; boundary=0\n\n" + parts
    assert read_report(bomb) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("To", "a" * 500_000),
        ("To", "a+" * 250_000),
        ("Delivered-To", "." * 500_000),
        ("Content-Type", 'multipart/report; x="' + ";" * 500_000 + '"; boundary=b'),
    ],
)
def test_a_header_without_end_is_no_work(name: str, value: str) -> None:
    """Each took minutes, or half an hour: no limit of time here, the suite would hang."""
    headers = {
        "Content-Type": "multipart/report; report-type=delivery-status; boundary=b",
        name: value,
    }
    report = b"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822;a@example.nl\n"
    head = "".join(f"{one}: {text}\n" for one, text in headers.items()).encode()
    read = read_report(head + b"\n--b\n" + report + b"Action: failed\nStatus: 5.1.1\n\n--b--\n")
    assert (read is None) is (name == "Content-Type")
    assert read is None or read.addresses == ()


def test_a_return_address_is_one_mail_s_own() -> None:
    made = return_address("Bounces@Example.nl", "herinnering:a:1", secret="s" * 32)
    assert made == return_address("bounces@example.nl", "herinnering:a:1", secret="s" * 32)
    assert made != return_address("bounces@example.nl", "herinnering:a:2", secret="s" * 32)
    assert made != return_address("bounces@example.nl", "herinnering:a:1", secret="t" * 32)
    assert made.startswith("bounces+")
    assert made.endswith("@example.nl")
    assert made == made.lower()
    assert len(made) == len("bounces@example.nl") + TOKEN_LENGTH
    assert is_address(made)
    assert is_return_address(made)
    assert not is_return_address("bounces@example.nl")
    assert not is_return_address("campagne+nieuws@example.nl")


@pytest.mark.parametrize(
    "header",
    [
        "Delivered-To: {}",
        "X-Original-To: {}",
        "Envelope-To: <{}>",
        "To: =?utf-8?q?Terug?= <{}>",
        "To: ander@example.nl,\n\t{}",
    ],
)
def test_where_the_return_address_stands(header: str) -> None:
    raw = report_of("Final-Recipient: rfc822;x@example.nl\nAction: failed").replace(
        f"To: {RETURN}\n".encode(), header.format(RETURN.upper()).encode() + b"\n"
    )
    report = read_report(raw)
    assert report is not None
    assert report.addresses == (RETURN,)


def test_the_return_path_of_what_came_back_counts_too() -> None:
    raw = report_of("Action: failed", returned=f"Return-Path: <{RETURN}>\n").replace(
        f"To: {RETURN}\n".encode(), b"To: ander@example.nl\n"
    )
    report = read_report(raw)
    assert report is not None
    assert report.addresses == (RETURN,)


@given(st.binary(max_size=2000))
def test_anything_may_come_in(raw: bytes) -> None:
    assert read_report(raw) is None


_JUNK = st.sampled_from(
    [
        b"--grens",
        b"--grens--",
        b"\n",
        b"\r\n",
        b"\n\n",
        b" ",
        b";",
        b'"',
        b"Content-Type: ",
        b"multipart/report",
        b"report-type=delivery-status",
        b"report-type*0*=utf-9''delivery",
        b"boundary=grens",
        b"boundary*=x''%ff%",
        b"message/delivery-status",
        b"text/rfc822-headers",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable",
        b"Final-Recipient: rfc822;",
        b"Original-Recipient: utf-8; \\x{FFFFFF}",
        b"Action: failed",
        b"Status: 5.",
        b"Diagnostic-Code: smtp; 55",
        b"Message-ID: <",
        b"Return-Path: ",
        b"=?utf-8?b?/w==?=",
        b"\xff\x00",
    ]
)


@given(st.lists(_JUNK | st.binary(max_size=5), max_size=60), st.booleans())
def test_pieces_of_reports_in_any_order_may_come_in(pieces: list[bytes], begun: bool) -> None:  # noqa: FBT001 - drawn
    start = report_of("Action: failed") if begun else b""
    report = read_report(start[:-10] + b"".join(pieces))
    if report is not None:
        found = report.about(KATWIJK)
        assert found is None or found.text.isprintable()


@given(st.binary(max_size=60), st.integers(min_value=0), st.integers(min_value=0))
def test_a_report_with_damage_may_come_in(damage: bytes, start: int, length: int) -> None:
    raw = sample("exchange")
    start %= len(raw)
    read_report(raw[:start] + damage + raw[start + length % 200 :])
