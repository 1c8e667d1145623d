"""What an edition says of itself to search engines: a schema.org Event, as JSON-LD.

Search engines tell residents, and nothing goes out to residents on dates that nobody confirmed: of
those there is no such event. The fields are those of https://schema.org/Event, with the meaning
that https://developers.google.com/search/docs/appearance/structured-data/event gives the status.
"""

from collections.abc import Mapping
from typing import Any

from campagne.domain.rota import Campaign, Edition, EditionStatus, expand


def event_data(edition: Edition, campaign: Campaign, place: str, url: str) -> Mapping[str, Any]:
    """Return the event that stands in the page of an edition; empty where there is none.

    Args:
        edition: the edition.
        campaign: its campaign.
        place: of whom it is, in Dutch: a gemeente or region; empty for all of the Netherlands.
        url: the page of the edition.
    """
    before = _sure_before(edition, campaign)
    span, status = edition.span, "EventScheduled"
    moved = {}
    if edition.status is EditionStatus.CANCELLED:
        status = "EventCancelled"
    elif edition.status is EditionStatus.PROVISIONAL:
        if before is None:
            return {}
        # The days that everybody knew are off, and the new ones are not sure: the old ones stay.
        span, status = before.span, "EventPostponed"
    elif before is not None:
        status = "EventRescheduled"
        moved = {"previousStartDate": before.span.first.isoformat()}
    told = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": f"{url}#campagne",
        "name": campaign.name,
        "description": " ".join(campaign.summary.split()),
        "startDate": span.first.isoformat(),
        "endDate": span.last.isoformat(),
        **moved,
        "eventStatus": f"https://schema.org/{status}",
        "location": _location(place),
        "organizer": {"@type": "Organization", "name": campaign.organiser},
        "keywords": edition.theme,
        "url": url,
    }
    return {name: value for name, value in told.items() if value}


def _sure_before(edition: Edition, campaign: Campaign) -> Edition | None:
    """Return the edition as it was sure by the rule or a source, if it has other days now."""
    for one in expand([campaign], [edition.year]).editions:
        if one.key == edition.key and one.status is EditionStatus.CONFIRMED:
            return one if one.span != edition.span else None
    return None


def _location(place: str) -> Mapping[str, Any]:
    # A place must have an address; that of a campaign goes no further than this.
    address = {"@type": "PostalAddress", "addressCountry": "NL"}
    if place:
        address["addressRegion"] = place
    return {"@type": "Place", "name": place or "Nederland", "address": address}
