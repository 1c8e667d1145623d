"""What gemeenten say of a year of the rota: who agrees, and what a change voids."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from campagne.domain.agreement import Following, Statement, is_other, kept, latest, standing
from campagne.domain.rota import Agreement, RotaEntry

A, D, P = Agreement.AGREED, Agreement.DIFFERS, Agreement.PROPOSED
YEAR = RotaEntry("streek-2027", "streek", 2027, "week", "samen", "november", "plan", version=2)
THREE = ("katwijk", "lisse", "noordwijk")


def at(hour: int) -> datetime:
    return datetime(2026, 9, 7, hour, tzinfo=UTC)


def said(place: str, agreement: Agreement | None, hour: int, version: int = 2) -> Statement:
    return Statement(version, place, agreement, "", "Beleid", at(hour))


@pytest.mark.parametrize(
    ("answers", "agreed", "missing", "differing", "complete"),
    [
        ({}, (), THREE, (), False),
        ({"katwijk": A}, ("katwijk",), ("lisse", "noordwijk"), (), False),
        (
            {"katwijk": A, "lisse": D, "noordwijk": P},
            ("katwijk",),
            ("noordwijk",),
            ("lisse",),
            False,
        ),
        (
            {"katwijk": A, "lisse": D, "noordwijk": A},
            ("katwijk", "noordwijk"),
            (),
            ("lisse",),
            False,
        ),
        (dict.fromkeys(THREE, A), THREE, (), (), True),
        # Of another region, or gone since: it does not count.
        ({**dict.fromkeys(THREE, A), "gouda": D}, THREE, (), (), True),
    ],
)
def test_who_agrees(
    answers: dict[str, Agreement],
    agreed: tuple[str, ...],
    missing: tuple[str, ...],
    differing: tuple[str, ...],
    complete: bool,  # noqa: FBT001 - a case
) -> None:
    found = standing(replace(YEAR, agreements=tuple(answers.items())), THREE, [])
    assert (found.agreed, found.missing, found.differing) == (agreed, missing, differing)
    assert found.complete is complete
    assert found.settled_at is None, "nobody said so on a page"


def test_a_region_without_gemeenten_agrees_to_nothing() -> None:
    assert not standing(YEAR, (), []).complete


def test_all_agree_since_the_last_one_did() -> None:
    entry = replace(YEAR, agreements=tuple(dict.fromkeys(THREE, A).items()))
    statements = [
        said("katwijk", A, 23, version=1),
        said("katwijk", A, 9),
        said("lisse", D, 10),
        said("lisse", A, 12),
        said("noordwijk", A, 11),
        said("noordwijk", None, 20),
    ]
    assert standing(entry, THREE, statements).settled_at == at(12)
    assert latest(entry, statements)["lisse"].agreement is A
    assert latest(entry, statements)["noordwijk"].at == at(11), "a remark is no answer"


@pytest.mark.parametrize(
    "changed",
    [
        {"campaign": "orange"},
        {"theme": "iets anders"},
        {"plan_period": "december"},
        {"lead": "lisse"},
        {"budget_eur": 1},
        {"division": "Lisse: drukwerk"},
    ],
)
def test_what_is_agreed_on(changed: dict[str, object]) -> None:
    assert is_other(YEAR, replace(YEAR, **changed))  # type: ignore[arg-type]


@pytest.mark.parametrize("changed", [{"source": "x"}, {"why_differs": "x"}, {"proposed_by": "x"}])
def test_what_is_not(changed: dict[str, str]) -> None:
    after = replace(YEAR, **changed)  # type: ignore[arg-type]
    assert not is_other(YEAR, after)
    assert kept({"katwijk": A}, YEAR, after) == {"katwijk": A}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"budget_eur": 5}, {"katwijk": P, "lisse": D, "noordwijk": P}),
        ({"campaign": "orange"}, {"katwijk": P, "lisse": P, "noordwijk": P}),
    ],
)
def test_a_change_voids_what_was_said_of_the_old(
    changed: dict[str, object], expected: dict[str, Agreement]
) -> None:
    before = {"katwijk": A, "lisse": D, "noordwijk": P}
    assert kept(before, YEAR, replace(YEAR, **changed)) == expected  # type: ignore[arg-type]


MARCH, JUNE, SEPTEMBER = date(2027, 3, 1), date(2027, 6, 1), date(2027, 9, 1)


@pytest.mark.parametrize(
    ("answers", "since"),
    [
        ([(A, MARCH)], None),
        ([(P, MARCH), (A, JUNE)], None),
        ([(D, MARCH), (A, JUNE)], JUNE),
        ([(D, MARCH), (P, JUNE)], JUNE),  # taken back, or void since the campaign is another
        ([(A, MARCH), (D, MARCH), (A, JUNE)], JUNE),
        ([(D, MARCH), (A, JUNE), (P, SEPTEMBER), (A, SEPTEMBER)], JUNE),
        # Said once more, with other words: it did something else since March.
        ([(D, MARCH), (D, JUNE), (A, JUNE)], JUNE),
        ([(D, MARCH), (A, JUNE), (D, JUNE), (A, SEPTEMBER)], SEPTEMBER),
        # A mistake that was put right on the day itself.
        ([(A, MARCH), (D, JUNE), (A, JUNE)], None),
        ([(D, JUNE), (A, JUNE)], None),
        ([(D, MARCH), (A, JUNE), (D, SEPTEMBER), (A, SEPTEMBER)], JUNE),
    ],
)
def test_who_did_something_else_goes_along_from_the_day_that_was_over(
    answers: list[tuple[Agreement, date]], since: date | None
) -> None:
    was: Agreement | None = None
    following = Following()
    for says, day in answers:
        following = following.then(was, says, day)
        was = says
    assert following == Following(since)


def test_nobody_knows_since_when_an_older_database_has_somebody_do_something_else() -> None:
    assert Following().then(D, A, MARCH) == Following(MARCH)
    assert Following().then(D, D, MARCH) == Following()
    assert Following(MARCH).then(A, D, JUNE) == Following(MARCH, JUNE)
