"""The page that explains how to take a subscription to a feed, step by step."""

from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from fastapi import APIRouter, Response

from campagne.bootstrap import App
from campagne.errors import NotFoundError
from campagne.services.publishing.feed_content import FeedInfo, FeedKind
from campagne.services.publishing.feeds import feed_list
from campagne.web.calendar_links import CalendarLinks, calendar_links
from campagne.web.pages.rendering import Pages
from campagne.web.security import LOOPBACK_NAMES

_GROUPS = {
    FeedKind.MUNICIPALITY: "Per gemeente",
    FeedKind.REGION: "Per regio",
    FeedKind.CAMPAIGN: "Per campagne",
    FeedKind.ALL: "Alles",
    FeedKind.COMMUNICATION: "Per gemeente, met de stappen van communicatie",
    FeedKind.POLICY: "Per gemeente, met de stappen van beleid",
    FeedKind.CENTRE: "Met de stappen van de centrumgemeente",
}


@dataclass(frozen=True, slots=True)
class FeedGroup:
    """The feeds of one kind."""

    title: str
    feeds: tuple[FeedInfo, ...]


@dataclass(frozen=True, slots=True)
class SubscribePage:
    """What the page shows; `links` once a feed is chosen.

    Attributes:
        chosen: ``gemeente/katwijk``, or empty.
        local_only: True where no other machine can reach the address.
    """

    title: str
    groups: tuple[FeedGroup, ...]
    chosen: str
    links: CalendarLinks | None
    local_only: bool
    section: str = "abonneren"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/abonneren``."""
    router = APIRouter()
    base_url = app.settings.base_url

    @router.api_route("/abonneren", methods=["GET", "HEAD"])
    def subscribe(agenda: str = "") -> Response:
        with app.database.read() as session:
            feeds = feed_list(session)
        chosen = next((one for one in feeds if f"{one.kind}/{one.key}" == agenda), None)
        if agenda and chosen is None:
            raise NotFoundError("Deze agenda bestaat niet. Kies er een uit de lijst.")
        page = SubscribePage(
            title="Abonneren",
            groups=_grouped(feeds),
            chosen=agenda,
            links=calendar_links(base_url + chosen.path, chosen.title) if chosen else None,
            local_only=urlsplit(base_url).hostname in LOOPBACK_NAMES,
        )
        return pages.answer("subscribe.html", page)

    return router


def _grouped(feeds: list[FeedInfo]) -> tuple[FeedGroup, ...]:
    order = list(_GROUPS)
    ranked = sorted(feeds, key=lambda one: (order.index(one.kind), one.title))
    return tuple(
        FeedGroup(_GROUPS[kind], tuple(same)) for kind, same in groupby(ranked, lambda f: f.kind)
    )
