"""What search engines are told of an edition: never days that nobody confirmed."""

from dataclasses import replace
from datetime import date

import pytest

from campagne.domain.dates import DateRule, FixedDays, RuleKind, Span
from campagne.domain.rota import Campaign, Certainty, Edition, EditionStatus, KnownDates
from campagne.services.publishing.event_data import event_data

URL = "https://campagne.example.nl/editie/orange-the-world-2026"
SPAN = Span(date(2026, 11, 25), date(2026, 12, 10))
OTHER = Span(date(2026, 11, 26), date(2026, 12, 11))
CAMPAIGN = Campaign(
    key="orange-the-world",
    name="Orange the World",
    rule=DateRule(RuleKind.FIXED, FixedDays(11, 25, 12, 10)),
    rule_text="Elk jaar.",
    certainty=Certainty.HIGH,
    organiser="Stichting Voorbeeld",
    source="https://example.org/bron",
    summary="Zestien dagen\naandacht.",
)
ANNOUNCED = replace(CAMPAIGN, rule=DateRule(RuleKind.ANNOUNCED), known=())
EDITION = Edition(
    key="orange-the-world-2026",
    campaign="orange-the-world",
    year=2026,
    span=SPAN,
    status=EditionStatus.CONFIRMED,
    source="bron",
)


def test_a_sure_edition_is_an_event() -> None:
    assert event_data(EDITION, CAMPAIGN, "", URL) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": f"{URL}#campagne",
        "name": "Orange the World",
        "description": "Zestien dagen aandacht.",
        "startDate": "2026-11-25",
        "endDate": "2026-12-10",
        "eventStatus": "https://schema.org/EventScheduled",
        "location": {
            "@type": "Place",
            "name": "Nederland",
            "address": {"@type": "PostalAddress", "addressCountry": "NL"},
        },
        "organizer": {"@type": "Organization", "name": "Stichting Voorbeeld"},
        "url": URL,
    }


def test_where_it_is_and_its_theme() -> None:
    found = event_data(replace(EDITION, theme="veilig"), CAMPAIGN, "Katwijk", URL)
    assert found["location"]["name"] == "Katwijk"
    assert found["location"]["address"]["addressRegion"] == "Katwijk"
    assert found["keywords"] == "veilig"


@pytest.mark.parametrize(
    ("campaign", "status", "span", "told"),
    [
        (CAMPAIGN, EditionStatus.CANCELLED, SPAN, ("EventCancelled", SPAN, None)),
        (CAMPAIGN, EditionStatus.CONFIRMED, OTHER, ("EventRescheduled", OTHER, SPAN)),
        # Not sure any more: the days that were known stand, as "postponed" asks.
        (CAMPAIGN, EditionStatus.PROVISIONAL, OTHER, ("EventPostponed", SPAN, None)),
        (CAMPAIGN, EditionStatus.PROVISIONAL, SPAN, None),
        (ANNOUNCED, EditionStatus.CONFIRMED, OTHER, ("EventScheduled", OTHER, None)),
        (ANNOUNCED, EditionStatus.PROVISIONAL, OTHER, None),
        (
            replace(ANNOUNCED, known=(KnownDates(2026, SPAN, "bron", confirmed=True),)),
            EditionStatus.PROVISIONAL,
            OTHER,
            ("EventPostponed", SPAN, None),
        ),
        (
            replace(ANNOUNCED, known=(KnownDates(2026, SPAN, "bron"),)),
            EditionStatus.CONFIRMED,
            OTHER,
            ("EventScheduled", OTHER, None),
        ),
    ],
)
def test_what_became_of_it(
    campaign: Campaign,
    status: EditionStatus,
    span: Span,
    told: tuple[str, Span, Span | None] | None,
) -> None:
    found = event_data(replace(EDITION, status=status, span=span), campaign, "", URL)
    if told is None:
        assert found == {}
        return
    kind, days, before = told
    assert found["eventStatus"] == f"https://schema.org/{kind}"
    assert (found["startDate"], found["endDate"]) == (
        days.first.isoformat(),
        days.last.isoformat(),
    )
    assert found.get("previousStartDate") == (before.first.isoformat() if before else None)
