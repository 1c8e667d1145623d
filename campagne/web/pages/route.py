"""The page of the route: the rota over all its years, in a picture and in a table."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Response

from campagne.bootstrap import App
from campagne.services.publishing.route import RouteGroup, route_view
from campagne.web.pages.rendering import Pages
from campagne.web.route_map import RouteMap, lay_out


@dataclass(frozen=True, slots=True)
class GroupPicture:
    """A group of gemeenten with the picture of its route."""

    group: RouteGroup
    map: RouteMap


@dataclass(frozen=True, slots=True)
class RoutePage:
    """What the page of the route shows."""

    title: str
    today: date
    groups: tuple[GroupPicture, ...]
    section: str = "route"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/route``."""
    router = APIRouter()

    @router.api_route("/route", methods=["GET", "HEAD"])
    def route(regio: str = "") -> Response:
        today = app.clock.today()
        with app.database.read() as session:
            view = route_view(session, today=today, region=regio or None)
        groups = tuple(GroupPicture(one, lay_out(one, today.year)) for one in view.groups)
        return pages.answer("route.html", RoutePage("De route", today, groups))

    return router
