"""The page that explains how to take a subscription to a feed, step by step."""

from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request, Response

from campagne.bootstrap import App
from campagne.errors import NotFoundError
from campagne.services.publishing.feed_content import ROLES, FeedInfo, FeedKind
from campagne.services.publishing.feed_options import MOST_YEARS, FeedOptions, Show, read_options
from campagne.services.publishing.feeds import feed_list
from campagne.services.publishing.news import news_path
from campagne.web.calendar_guides import GUIDES, Guide
from campagne.web.calendar_links import CalendarLinks, calendar_links
from campagne.web.pages.rendering import Pages
from campagne.web.security import LOOPBACK_NAMES

# Those of a role are chosen beside the gemeente that they are of.
_GROUPS = {
    FeedKind.MUNICIPALITY: "Gemeente",
    FeedKind.REGION: "Regio",
    FeedKind.ALL: "Alles",
    FeedKind.CAMPAIGN: "Eén campagne",
}
_NO_STEPS = (
    "Die stappen zijn er niet voor deze keuze: ze horen bij een gemeente, en die van de"
    " centrumgemeente alleen bij een centrumgemeente. Dit is de agenda met alleen de campagnes."
)


@dataclass(frozen=True, slots=True)
class FeedGroup:
    """The feeds of one kind."""

    title: str
    feeds: tuple[FeedInfo, ...]


@dataclass(frozen=True, slots=True)
class SubscribePage:
    """What the page shows; `links` once a feed is chosen.

    Attributes:
        agenda: of whom the campaigns are, ``gemeente/katwijk``, or empty.
        role: whose steps are shown beside them, a `FeedKind`, or empty.
        remark: why it is another feed than was asked for.
        local_only: True where no other machine can reach the address.
        news: the address of the Atom feed.
    """

    title: str
    groups: tuple[FeedGroup, ...]
    agenda: str
    role: str
    options: FeedOptions
    links: CalendarLinks | None
    remark: str
    local_only: bool
    news: str
    guides: tuple[Guide, ...] = GUIDES
    most_years: int = MOST_YEARS
    section: str = "abonneren"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/abonneren``."""
    router = APIRouter()
    base_url = app.settings.base_url

    @router.api_route("/abonneren", methods=["GET", "HEAD"])
    def subscribe(request: Request, agenda: str = "", stappen: str = "") -> Response:
        options = read_options(request.url.query)
        with app.database.read() as session:
            feeds = {f"{one.kind}/{one.key}": one for one in feed_list(session)}
        if agenda and agenda not in feeds:
            raise NotFoundError("Deze agenda bestaat niet. Kies er een uit de lijst.")
        kind, _, key = agenda.partition("/")
        if kind in ROLES:  # a feed with steps, by its own address
            agenda, stappen = f"{FeedKind.MUNICIPALITY}/{key}", kind
        of_gemeente = agenda == f"{FeedKind.MUNICIPALITY}/{key}"
        with_steps = of_gemeente and stappen in ROLES and feeds.get(f"{stappen}/{key}")
        chosen = with_steps or feeds.get(agenda)
        remark = _NO_STEPS if chosen and stappen and not with_steps else ""
        if chosen and not with_steps:
            stappen = ""
            options = replace(options, show=Show.ALL)  # there is nothing else to show
        page = SubscribePage(
            title="Abonneren",
            groups=_grouped(list(feeds.values())),
            agenda=agenda,
            role=stappen,
            options=options,
            links=links_of(chosen, options, agenda, stappen) if chosen else None,
            remark=remark,
            local_only=urlsplit(base_url).hostname in LOOPBACK_NAMES,
            news=news_path(feeds[agenda]) if chosen else "",
        )
        return pages.answer("subscribe.html", page)

    def links_of(feed: FeedInfo, options: FeedOptions, agenda: str, steps: str) -> CalendarLinks:
        here = urlencode({"agenda": agenda, **({"stappen": steps} if steps else {})})
        further = options.query.replace("?", "&", 1)
        return calendar_links(
            base_url + feed.path + options.query,
            feed.title,
            page=f"{base_url}/abonneren?{here}{further}",
        )

    return router


def _grouped(feeds: list[FeedInfo]) -> tuple[FeedGroup, ...]:
    order = list(_GROUPS)
    listed = [one for one in feeds if one.kind in _GROUPS]
    ranked = sorted(listed, key=lambda one: (order.index(one.kind), one.title))
    return tuple(
        FeedGroup(_GROUPS[kind], tuple(same)) for kind, same in groupby(ranked, lambda f: f.kind)
    )
