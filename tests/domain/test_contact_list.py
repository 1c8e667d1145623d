"""The contacts as a table: what a table changes, and every fault in it at once."""

import pytest

from campagne.domain import contact_list
from campagne.domain.contact_list import COLUMNS, Change, Entry, Scope
from campagne.domain.playbook import Role
from campagne.errors import Fault

NAMES = {"leiden": "Leiden", "katwijk": "Katwijk", "kaag": "Kaag en Braassem", "gouda": "Gouda"}
SCOPE = Scope("baas", {"leiden", "katwijk", "kaag"}, NAMES)
KNOWN = {
    one.key: one
    for one in (
        Entry("baas", "Baas", "baas@example.nl", "", frozenset({(Role.ADMIN, "leiden")})),
        Entry(
            "anna",
            "Anna",
            "anna@example.nl",
            "071 1",
            frozenset({(Role.POLICY, "katwijk"), (Role.POLICY, "kaag")}),
        ),
        Entry(
            "samen",
            "Samen",
            "samen@example.nl",
            "",
            frozenset({(Role.POLICY, "katwijk"), (Role.POLICY, "gouda")}),
        ),
        Entry(
            "weg", "Weg", "weg@example.nl", "", frozenset({(Role.POLICY, "leiden")}), active=False
        ),
    )
}


def read(
    *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS
) -> tuple[list[Change], list[Fault]]:
    table = [(1, list(columns))]
    table += [(at, [row.get(one, "") for one in columns]) for at, row in enumerate(rows, 2)]
    return contact_list.read(table, KNOWN, SCOPE)


def row(key: str, **changed: str) -> dict[str, str]:
    known = KNOWN.get(key, Entry(key))
    return {**contact_list.cells(known, NAMES), **changed}


def test_what_was_written_changes_nothing() -> None:
    assert read(*(row(key) for key in KNOWN)) == ([], [])


def test_who_is_not_in_the_table_stays() -> None:
    assert read() == ([], [])


def test_a_column_that_is_not_there_stays() -> None:
    changes, faults = read({"sleutel": "anna", "telefoon": ""}, columns=("sleutel", "telefoon"))
    assert faults == []
    assert changes[0].after == Entry(
        "anna", "Anna", "anna@example.nl", "", KNOWN["anna"].assignments
    )


def test_each_kind_of_change_has_its_word() -> None:
    new = row(
        "nieuw",
        naam=" Nieuw  iemand ",
        email="n@example.nl",
        beleid_voor="kaag, KATWIJK",
        actief="",
    )
    changes, faults = read(
        new, row("anna", email="a@example.nl"), row("weg", actief="JA"), row("baas", naam="De baas")
    )
    assert faults == []
    assert [(one.after.key, one.what) for one in changes] == [
        ("nieuw", "toegevoegd"),
        ("anna", "gewijzigd"),
        ("weg", "aangezet"),
        ("baas", "gewijzigd"),
    ]
    assert changes[0].after == Entry(
        "nieuw",
        "Nieuw iemand",
        "n@example.nl",
        "",
        frozenset({(Role.POLICY, "kaag"), (Role.POLICY, "katwijk")}),
    )
    changes, _ = read(row("anna", actief="nee"))
    assert changes[0].what == "uitgezet"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (row("anna", naam=""), "vul een naam in"),
        (row("anna", naam="x" * 101), "hoogstens 100"),
        (row("anna", naam="a\x07b"), "gewone tekens"),
        (row("anna", telefoon="0" * 41), "hoogstens 40"),
        (row("anna", email=""), "het adres klopt niet"),
        (row("anna", email="a@b@example.nl"), "het adres klopt niet"),
        (row("anna", email="a@example.nl,b@example.nl"), "het adres klopt niet"),
        (row("anna", beleid_voor="Atlantis"), "de gemeente 'Atlantis' bij 'beleid_voor'"),
        (row("anna", beleid_voor=""), "waarvoor deze persoon iets doet"),
        (row("anna", beleid_voor="Gouda"), "niet beheert (Gouda)"),
        (row("anna", actief="misschien"), "ja of nee"),
        (row("samen", naam="Anders"), "niet beheert (Gouda)"),
        (row("samen", beleid_voor="Katwijk"), "niet beheert (Gouda)"),
        (row("nieuw", naam="N", email="n@example.nl", beleid_voor="gouda"), "niet beheert"),
        (
            row("nieuw", naam="N", email="n@example.nl", beleid_voor="leiden", actief="nee"),
            "nog niet",
        ),
        (row("A B", naam="N", email="n@example.nl", beleid_voor="leiden"), "kleine letters"),
        (row("", naam="N", email="n@example.nl", beleid_voor="leiden"), "kleine letters"),
        (row("x" * 61, naam="N", email="n@example.nl", beleid_voor="leiden"), "hoogstens 60"),
        (row("anna", email="Baas@example.nl"), "al van een andere contactpersoon"),
        (row("baas", beheer_voor="", beleid_voor="Leiden"), "je eigen werk als beheerder"),
        (row("baas", actief="nee"), "je eigen werk als beheerder"),
    ],
)
def test_what_cannot_be_is_told_with_its_line(wrong: dict[str, str], sentence: str) -> None:
    _, faults = read(row("weg"), wrong)
    assert len(faults) == 1, faults
    assert faults[0].startswith("Regel 3: ")
    assert sentence in faults[0]


def test_two_new_people_never_share_an_address() -> None:
    one, other = (
        row(key, naam="N", email="n@example.nl", beleid_voor="leiden") for key in ("een", "twee")
    )
    assert read(one)[1] == []
    assert read(one, other)[1] == [
        "Regel 3: het adres 'n@example.nl' is al van een andere contactpersoon."
    ]


def test_the_address_of_who_left_can_be_used_again() -> None:
    assert read(row("anna", email="weg@example.nl"))[1] == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Beleid Kaag & Braassem", "beleid-kaag-braassem"),
        ("  Renée d'Hoore ", "renee-d-hoore"),
        ("Anna", "anna-2"),
        ("anna 2", "anna-2"),
        ("?!", ""),
        ("日本", ""),
        ("a" * 100, "a" * 55),
    ],
)
def test_a_key_is_made_from_a_name(name: str, key: str) -> None:
    assert contact_list.key_for(name, KNOWN) == key
    assert contact_list.key_for("Anna", {"anna", "anna-2"}) == "anna-3"


def test_all_faults_are_told_at_once() -> None:
    _, faults = read(row("anna", naam="", email="x"), row("anna"), row("samen", naam="A"))
    assert [one.partition(":")[0] for one in faults] == ["Regel 2", "Regel 2", "Regel 3", "Regel 4"]
    assert "de sleutel 'anna' staat ook op regel 2" in faults[2]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([], "'sleutel'"),
        ([(1, ["naam"])], "'sleutel'"),
        ([(1, ["sleutel", "wachtwoord"])], "de kolom 'wachtwoord' bestaat niet"),
        ([(1, ["sleutel", "naam", "naam"])], "staat er 2 keer"),
        ([(1, ["sleutel"]), (2, ["anna", "x"])], "meer vakken dan kolommen"),
    ],
)
def test_a_table_of_another_kind_is_refused(
    table: list[tuple[int, list[str]]], sentence: str
) -> None:
    changes, faults = contact_list.read(table, KNOWN, SCOPE)
    assert changes == []
    assert sentence in faults[0]
