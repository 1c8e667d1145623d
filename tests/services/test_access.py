"""Signed links: what we put in comes out, and nothing else is taken."""

from collections.abc import Callable

import pytest

from campagne.errors import NotFoundError
from campagne.services.access import AnswerLink, Links, StepLink

BASE_URL = "https://campagne.example.nl"
LINKS = Links(BASE_URL, "s" * 32)
STEP = StepLink("orange-2026", "website", ("hillegom", "lisse", "teylingen"), "hltsamen")


def step(links: Links) -> str:
    address = links.step(STEP.edition, STEP.step, STEP.municipalities, STEP.contact)
    return address.removeprefix(f"{BASE_URL}/stap/")


def answer(links: Links) -> str:
    return links.answer(7, "lisse").removeprefix(f"{BASE_URL}/antwoord/")


def test_a_link_says_what_it_was_made_for() -> None:
    assert LINKS.read_step(step(LINKS)) == STEP
    assert LINKS.read_answer(answer(LINKS)) == AnswerLink(7, "lisse")


def test_a_long_link_does_not_begin_with_a_dot() -> None:
    """Many a web server in front refuses hidden files, and takes such a path for one."""
    places = [f"gemeente-{number}" for number in range(18)]
    address = LINKS.step("week-tegen-kindermishandeling-2026", "website", places, "contact")
    assert "/." not in address
    token = address.rpartition("/")[2]
    assert LINKS.read_step(token).municipalities == tuple(places)


@pytest.mark.parametrize("read", [LINKS.read_step, LINKS.read_answer])
@pytest.mark.parametrize(
    "make",
    [
        lambda: step(Links(BASE_URL, "x" * 32)),
        lambda: answer(Links(BASE_URL, "x" * 32)),
        lambda: step(LINKS)[:20] + step(LINKS)[21:],
        lambda: step(LINKS).replace(".", "", 1),
        lambda: "",
        lambda: "é\x00.",
        lambda: "WyJ4Il0.",
    ],
)
def test_what_we_did_not_sign_is_refused(
    read: Callable[[str], object], make: Callable[[], str]
) -> None:
    with pytest.raises(NotFoundError, match="Deze link klopt niet"):
        read(make())


def test_a_link_of_one_kind_is_not_one_of_another() -> None:
    with pytest.raises(NotFoundError):
        LINKS.read_answer(step(LINKS))
    with pytest.raises(NotFoundError):
        LINKS.read_step(answer(LINKS))
