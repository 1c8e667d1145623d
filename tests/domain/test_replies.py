"""An answer of a mail server, as a colleague can read it."""

import pytest

from campagne.domain.replies import code_of, in_dutch, is_gone


@pytest.mark.parametrize(
    ("answer", "code", "has"),
    [
        (
            "De mailserver weigert dit bericht (550 5.1.1 User unknown).",
            "550 5.1.1",
            "bestaat niet",
        ),
        ("550-5.1.1 The email account", "550 5.1.1", "Dit mailadres bestaat niet"),
        ("5.1.10 null MX", "5.1.10", "achter de @"),
        ("5.2.1 mailbox disabled", "5.2.1", "uitgezet"),
        ("(452 4.2.2 The mailbox is full)", "452 4.2.2", "mailbox is vol"),
        ("(554 5.7.1 blocked by policy)", "554 5.7.1", "filter"),
        ("(550 5.7.509 DMARC)", "550 5.7.509", "filter"),
        ("(450 4.4.1 no answer from host)", "450 4.4.1", "niet te bereiken"),
        ("(550 no such user)", "550", "neemt de mail voor dit adres niet aan"),
        ("(552 over quota)", "552", "vol, of de mail is te groot"),
        ("(421 try later)", "421", "niet te bereiken"),
        ("(571 go away)", "571", "neemt de mail voor dit adres niet aan"),
        ("5.0.0 other", "5.0.0", "neemt de mail voor dit adres niet aan"),
        ("NotifyNL weigert dit bericht (400).", "", "NotifyNL weigert dit bericht (400)."),
        ("De mailserver gaf geen antwoord.", "", "De mailserver gaf geen antwoord."),
        ("", "", "zei niet waarom"),
    ],
)
def test_an_answer_in_plain_dutch(answer: str, code: str, has: str) -> None:
    assert code_of(answer) == code
    assert has in in_dutch(answer)


def test_a_number_that_is_no_code_means_nothing() -> None:
    assert code_of("Na 72 uur opgegeven, poging 1550.") == ""
    assert in_dutch("Het lukte niet in 5 pogingen.") == "Het lukte niet in 5 pogingen."


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("De mailserver weigert dit bericht (550 5.1.1 User unknown).", True),
        ("5.1.10 null MX", True),
        ("(552 5.2.2 full)", False),
        ("(550 no such user)", False),
        ("De mailserver gaf geen antwoord.", False),
    ],
)
def test_only_an_enhanced_code_says_that_an_address_is_gone(answer: str, *, expected: bool) -> None:
    assert is_gone(answer) is expected
