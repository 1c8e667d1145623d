"""What stands in the pictures of a campaign, and keeping their PNGs."""

from datetime import date

import pytest

from campagne.documents.cards import SIZES, Card, HouseStyle
from campagne.documents.pressing import DocumentError
from campagne.domain.dates import Span
from campagne.domain.profile import Profile
from campagne.domain.regions import Municipality
from campagne.domain.rota import Edition, EditionStatus
from campagne.domain.texts import RenderedText, TextKind
from campagne.services.publishing import pictures
from campagne.services.publishing.pictures import PictureStore

SMALL = SIZES["breed-1200x630"]


Shown = tuple[RenderedText, str, Edition, Municipality]


def shown(text: str, colour: str = "", website: str = "") -> Shown:
    day = date(2027, 6, 15)
    return (
        RenderedText(TextKind.POSTER, "t", text, "", "oud-2027", "lisse", colour=colour),
        "Dag tegen Ouderenmishandeling",
        Edition("oud-2027", "oud", 2027, Span(day, day), EditionStatus.CONFIRMED, ""),
        Municipality("lisse", "Lisse", "GM0553", "streek", profile=Profile(website=website)),
    )


def card(text: str, colour: str = "", website: str = "") -> Card:
    return pictures.card(
        *shown(text, colour, website),
        style=HouseStyle(),
        fallback="https://campagne.example.nl/teksten/oud-2027/lisse/website",
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("A?\nB.\nV: 0800-2000\nC\nGemeente Lisse", (("A?", "B."), "V: 0800-2000", ("C",))),
        ("A?\nBel 112\nGemeente Lisse", (("A?",), "Bel 112", ())),
        ("A?\n\nB 2026\nGemeente Lisse", (("A?", "B 2026"), "", ())),
        ("A?", (("A?",), "", ())),
        ("", (("Dag tegen Ouderenmishandeling",), "", ())),
    ],
)
def test_the_words_of_the_poster_find_their_place(
    text: str, parts: tuple[tuple[str, ...], str, tuple[str, ...]]
) -> None:
    made = card(text)
    assert (made.lines, made.number, made.after) == parts
    assert (made.sender, made.when) == ("Gemeente Lisse", "dinsdag 15 juni 2027")


def test_the_code_leads_to_the_website_of_the_gemeente_where_that_is_known() -> None:
    assert card("A", website="https://lisse.example.nl").address == "https://lisse.example.nl"
    assert card("A").address.endswith("/teksten/oud-2027/lisse/website")


@pytest.mark.parametrize(
    ("website", "leads_to"),
    [("https://lisse.example.nl", "https://lisse.example.nl"), ("", "meer informatie")],
)
def test_the_alternative_text_needs_no_address_of_ours(website: str, leads_to: str) -> None:
    """So what stands below a post is what stands in the picture, wherever it is made."""
    text = "Zorgen?\nPraat erover.\nVeilig Thuis: 0800-2000\nGemeente Lisse"
    assert card(text, website=website).alt == pictures.alt(*shown(text, website=website))
    assert pictures.alt(*shown(text, website=website)) == (
        "Beeld met de tekst: Zorgen? Praat erover. Veilig Thuis: 0800-2000. Dag tegen"
        " Ouderenmishandeling: dinsdag 15 juni 2027. Gemeente Lisse."
        f" De QR-code leidt naar {leads_to}."
    )


def test_what_is_no_colour_is_left_out() -> None:
    assert [card("A", one).colour for one in ("#F26A1B", "oranje", "")] == ["#f26a1b", "", ""]


def test_a_picture_is_made_once() -> None:
    store = PictureStore(most=2)
    first = store.png(card("A"), [SMALL])[0]
    assert store.png(card("A"), [SMALL])[0] is first
    both = store.png(card("A"), [SMALL, SIZES["vierkant-1080x1080"]])
    assert both[0] is first
    store.png(card("B"), [SMALL, SIZES["vierkant-1080x1080"]])
    again = store.png(card("A"), [SMALL])[0]
    assert again == first
    assert again is not first


def test_who_comes_when_too_many_wait_is_asked_to_come_back() -> None:
    store = PictureStore()
    with store._drawing:
        for _ in range(4):
            assert store._waiting.acquire(blocking=False)
        with pytest.raises(DocumentError, match="te veel beelden tegelijk"):
            store.png(card("A"), [SMALL])
