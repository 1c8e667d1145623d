"""Addresses: what we send to, and what we refuse with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain.contacts import Contact, address_fault, is_address
from campagne.domain.playbook import Role


@pytest.mark.parametrize(
    "text",
    [
        "communicatie.katwijk@example.nl",
        "a@example.org",
        "j.o'brien+campagne@afdeling.example.nl",
        "Beleid_1@EXAMPLE.NL",
        "post@xn--gemnte-dva.example.nl",
        "x" * 64 + "@example.nl",
    ],
)
def test_an_ordinary_work_address_is_accepted(text: str) -> None:
    assert is_address(text)
    assert address_fault(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "precies een @"),
        ("communicatie.example.nl", "precies een @"),
        ("@example.nl", "precies een @"),
        ("a@b@example.nl", "precies een @"),
        ("a@", "domein met een punt"),
        ("a@localhost", "domein met een punt"),
        ("a@example..nl", "domein met een punt"),
        ("a@-example.nl", "domein met een punt"),
        ("a@example-.nl", "domein met een punt"),
        ("a@.nl", "domein met een punt"),
        ("a@example.nl.", "domein met een punt"),
        ("a@192.0.2.1", "domein met een punt"),
        ("a@[192.0.2.1]", "domein met een punt"),
        ("a@exam ple.nl", "domein met een punt"),
        ("a@example.nl\n", "domein met een punt"),
        ("a@example.nl\r\nBcc: b", "domein met een punt"),
        ("a@example.nl,b", "domein met een punt"),
        ("a@" + "x" * 64 + ".nl", "domein met een punt"),
        ("a b@example.nl", "zonder spatie of komma"),
        ("a,b@example.nl", "zonder spatie of komma"),
        ("a\n@example.nl", "zonder spatie of komma"),
        ("a\x00@example.nl", "zonder spatie of komma"),
        ("Naam <a@example.nl", "zonder spatie of komma"),
        (".a@example.nl", "zonder spatie of komma"),
        ("a.@example.nl", "zonder spatie of komma"),
        ("a..b@example.nl", "zonder spatie of komma"),
        ("-a@example.nl", "zonder spatie of komma"),
        ("é@example.nl", "zonder spatie of komma"),
        ("\u0661@example.nl", "zonder spatie of komma"),
        ("a@geme\u00efnte.nl", "xn--"),
        ("x" * 65 + "@example.nl", "hoogstens 254"),
        ("a@" + ".".join(["x" * 50] * 5) + ".nl", "hoogstens 254"),
    ],
)
def test_a_wrong_address_is_refused_with_the_reason(text: str, reason: str) -> None:
    fault = address_fault(text)
    assert fault is not None
    assert reason in fault
    assert not is_address(text)


@given(st.text(max_size=300))
def test_no_accepted_address_can_break_out_of_a_header(text: str) -> None:
    candidate = text + "@example.nl"
    if is_address(candidate):
        assert candidate.isascii()
        assert not set(candidate) & set(' ,;:<>()[]\\"\t\r\n\0')


def test_a_contact_may_do_two_things_for_several_gemeenten() -> None:
    contact = Contact(
        "beleid-hlt",
        "Beleid",
        "beleid@example.nl",
        assignments=((Role.POLICY, "lisse"), (Role.CENTRE, "leiden")),
    )
    assert contact.phone == ""
    assert {role for role, _ in contact.assignments} == {Role.POLICY, Role.CENTRE}
