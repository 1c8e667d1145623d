"""Who owns an edition, who is a colleague, and who hears that a mail did not arrive."""

from datetime import date

import pytest

from campagne.domain.contacts import Contact
from campagne.domain.dates import Span
from campagne.domain.playbook import Role
from campagne.domain.regions import Municipality, Region
from campagne.domain.responsibility import (
    answering,
    centre_contacts,
    colleagues_of,
    owners,
    tell_of_mail,
)
from campagne.domain.rota import Agreement, Edition, EditionStatus, RotaEntry

REGIONS = {
    one.key: one
    for one in (
        Region("hollands-midden", "Hollands Midden"),
        Region("holland-rijnland", "Holland Rijnland", "hollands-midden", "leiden"),
        Region("duin-en-bollenstreek", "Duin- en Bollenstreek", "holland-rijnland"),
    )
}
PLACES = {
    key: Municipality(key, key.title(), f"GM{number}", region)
    for number, (key, region) in enumerate(
        [
            ("leiden", "holland-rijnland"),
            ("katwijk", "duin-en-bollenstreek"),
            ("lisse", "duin-en-bollenstreek"),
            ("noordwijk", "duin-en-bollenstreek"),
            ("zoetermeer", "hollands-midden"),
        ]
    )
}


def person(key: str, *assignments: tuple[Role, str]) -> Contact:
    return Contact(key, key, f"{key}@example.nl", "", assignments)


KATWIJK = person("beleid-katwijk", (Role.POLICY, "katwijk"))
LISSE = person("beleid-lisse", (Role.POLICY, "lisse"))
LISSE_TEXTS = person("tekst-lisse", (Role.COMMUNICATION, "lisse"), (Role.COMMUNICATION, "katwijk"))
NOORDWIJK = person("tekst-noordwijk", (Role.COMMUNICATION, "noordwijk"))
LEIDEN = person("centrum-leiden", (Role.CENTRE, "leiden"))
KEEPER = person("beheer", (Role.ADMIN, "leiden"))
ZOETERMEER = person("tekst-zoetermeer", (Role.COMMUNICATION, "zoetermeer"))
PEOPLE = [KATWIJK, LISSE, LISSE_TEXTS, NOORDWIJK, LEIDEN, KEEPER, ZOETERMEER]

EDITION = Edition(
    "week-2026",
    "week",
    2026,
    Span(date(2026, 11, 16), date(2026, 11, 22)),
    EditionStatus.CONFIRMED,
    "bron",
)
LED = RotaEntry(
    "bollenstreek-2026",
    "duin-en-bollenstreek",
    2026,
    "week",
    "",
    "november",
    "plan",
    lead="katwijk",
    agreements=(("noordwijk", Agreement.DIFFERS),),
)


@pytest.mark.parametrize(
    ("places", "rota", "expected"),
    [
        pytest.param(["lisse"], [LED], ["beleid-katwijk"], id="the gemeente that leads"),
        pytest.param(["lisse"], [], ["beleid-lisse"], id="none leads: its own"),
        pytest.param(["lisse", "katwijk"], [], ["beleid-katwijk", "beleid-lisse"], id="each"),
        pytest.param(["noordwijk"], [LED], [], id="who differs is not led, and has no beleid"),
        pytest.param(["elders"], [LED], [], id="a gemeente that is not there"),
        pytest.param(["zoetermeer"], [LED], [], id="another region"),
    ],
)
def test_the_owner_is_the_beleid_of_the_gemeente_that_leads(
    places: list[str], rota: list[RotaEntry], expected: list[str]
) -> None:
    found = owners(
        EDITION, places, contacts=PEOPLE, municipalities=PLACES, regions=REGIONS, rota=rota
    )
    assert [one.key for one in found] == expected


def test_another_year_of_the_rota_says_nothing() -> None:
    later = RotaEntry("x-2027", "duin-en-bollenstreek", 2027, "week", "", "", "", lead="katwijk")
    found = owners(
        EDITION, ["lisse"], contacts=PEOPLE, municipalities=PLACES, regions=REGIONS, rota=[later]
    )
    assert found == [LISSE]


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("holland-rijnland", [LEIDEN]),
        ("duin-en-bollenstreek", [LEIDEN]),
        ("hollands-midden", []),
    ],
)
def test_the_centrumgemeente_is_that_of_the_region_or_of_the_one_around_it(
    region: str, expected: list[Contact]
) -> None:
    assert centre_contacts(region, contacts=PEOPLE, regions=REGIONS) == expected


def test_colleagues_share_a_gemeente() -> None:
    assert colleagues_of(KATWIJK, PEOPLE) == [LISSE_TEXTS]
    assert colleagues_of(LISSE_TEXTS, PEOPLE) == [KATWIJK, LISSE]
    assert colleagues_of(LEIDEN, PEOPLE) == [KEEPER]
    assert colleagues_of(ZOETERMEER, PEOPLE) == []


@pytest.mark.parametrize(
    ("to", "place", "gone", "paused", "expected"),
    [
        pytest.param(LISSE_TEXTS, "lisse", False, "", ["beleid-katwijk"], id="the owner"),
        pytest.param(
            LISSE_TEXTS,
            "lisse",
            True,
            "",
            ["beleid-katwijk", "beleid-lisse"],
            id="gone: the colleagues too",
        ),
        pytest.param(KATWIJK, "katwijk", False, "", ["centrum-leiden"], id="not the owner itself"),
        pytest.param(KATWIJK, "katwijk", True, "", ["tekst-lisse"], id="a colleague is left"),
        pytest.param(
            LISSE_TEXTS,
            "lisse",
            False,
            "beleid-katwijk@example.nl",
            ["centrum-leiden"],
            id="an owner who gets no mail is not told",
        ),
        pytest.param(NOORDWIJK, "noordwijk", True, "", ["centrum-leiden"], id="nobody near"),
        pytest.param(
            NOORDWIJK,
            "noordwijk",
            True,
            "centrum-leiden@example.nl",
            ["beheer"],
            id="nor at the centrumgemeente",
        ),
        pytest.param(ZOETERMEER, "zoetermeer", False, "", ["beheer"], id="no centrumgemeente"),
    ],
)
def test_who_hears_that_a_mail_did_not_arrive(
    to: Contact, place: str, *, gone: bool, paused: str, expected: list[str]
) -> None:
    told = tell_of_mail(
        to,
        [(EDITION, place)],
        gone=gone,
        paused={paused},
        contacts=PEOPLE,
        municipalities=PLACES,
        regions=REGIONS,
        rota=[LED],
    )
    assert [one.key for one in told] == expected


def test_of_a_mail_about_no_edition_the_colleagues_hear() -> None:
    told = tell_of_mail(
        LISSE_TEXTS,
        [],
        gone=False,
        contacts=PEOPLE,
        municipalities=PLACES,
        regions=REGIONS,
        rota=[LED],
    )
    assert told == [KATWIJK, LISSE]


def test_who_reads_the_same_mailbox_is_not_told_there() -> None:
    same = Contact("lisse-2", "L", "TEKST-LISSE@example.nl", "", ((Role.POLICY, "katwijk"),))
    told = tell_of_mail(
        LISSE_TEXTS,
        [(EDITION, "lisse")],
        gone=True,
        contacts=[same, LISSE_TEXTS],
        municipalities=PLACES,
        regions=REGIONS,
        rota=[LED],
    )
    assert told == []


@pytest.mark.parametrize(
    ("reader", "places", "expected"),
    [
        pytest.param(LISSE, {"lisse"}, "centrum-leiden", id="of the region around its own"),
        pytest.param(KATWIJK, {"lisse", "leiden"}, "centrum-leiden", id="two regions, one centre"),
        pytest.param(LEIDEN, {"lisse"}, None, id="nobody writes to oneself"),
        pytest.param(ZOETERMEER, {"zoetermeer"}, None, id="a region without one"),
        pytest.param(LISSE, {"lisse", "zoetermeer"}, None, id="not the same for both"),
        pytest.param(LISSE, {"vervallen"}, None, id="a gemeente that is gone"),
    ],
)
def test_answers_are_read_by_the_centrumgemeente(
    reader: Contact, places: set[str], expected: str | None
) -> None:
    found = answering(reader, places, contacts=PEOPLE, municipalities=PLACES, regions=REGIONS)
    assert (found and found.key) == expected
