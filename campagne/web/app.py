"""The web application: pages within, security around them, feeds in front."""

from fastapi import APIRouter, Depends, FastAPI
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from campagne.bootstrap import App
from campagne.store import queries
from campagne.web import metrics
from campagne.web.access import Door
from campagne.web.compression import Compression
from campagne.web.feeds import FeedRoom
from campagne.web.pages import (
    about,
    absence,
    answer,
    broadcast,
    broadcast_files,
    broadcasts,
    check,
    code,
    contact,
    contacts,
    date_proposals,
    deliveries,
    edition,
    edition_form,
    editions,
    evaluation,
    handover,
    local_plan,
    log_of_changes,
    login,
    mail_texts,
    mailbox,
    mine,
    my_calendar,
    my_data,
    my_municipality,
    new_campaign,
    new_contact,
    news,
    noted_answer,
    organisation_login,
    planner,
    playbook,
    preferences,
    propose,
    region_year,
    rota_proposal,
    rota_year,
    route,
    status,
    step,
    subscribe,
    text_edit,
    texts,
    year,
)
from campagne.web.pages.faults import Faults
from campagne.web.pages.rendering import Pages
from campagne.web.security import Security


def create_app(app: App) -> ASGIApp:
    """Return the application that a web server runs.

    Args:
        app: the wired service; its database must be of the right version.
    """
    return with_front(app, *page_room(app))


def page_room(app: App) -> tuple[ASGIApp, Faults]:
    """Return all pages and files, and what answers where something goes wrong.

    It is by far the most work of `create_app`. What may differ between two services with the same
    settings (where their data are, the clock) it asks of `app` at each request.
    """
    pages = Pages(app)
    faults = Faults(pages)
    # No lists of routes for machines: the pages are for people. And no addresses that are made from
    # the Host of a request.
    door = Door(app)
    api = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(door)],
    )
    faults.hook_into(api)
    api.add_middleware(Compression)
    for router in routers(app, pages, door):
        api.include_router(router)
    api.mount("/static", pages.assets)
    return api, faults


def with_front(app: App, pages: ASGIApp, faults: Faults) -> ASGIApp:
    """Put security around the pages, and the feeds before both: they ask it the same."""
    guarded = Security(pages, base_url=app.settings.base_url, fault=faults.answer)
    return FeedRoom(app.feeds, guarded, faults.answer)


def routers(app: App, pages: Pages, door: Door) -> list[APIRouter]:
    """Return every route there is; who may open each stands in `campagne.web.access`."""
    public = (year, planner, route, edition, texts, news, subscribe, about, status, mailbox)
    by_link = (answer, evaluation, step, preferences)
    logged_in = (editions, edition_form, contacts, contact, deliveries, log_of_changes)
    planning = (propose, date_proposals, playbook, mail_texts, text_edit)
    # Somebody new goes before `contact`, which would take it for the key of somebody.
    of_mine = (my_municipality, new_contact)
    rotas = (rota_year, rota_proposal, new_campaign)
    return [
        *(
            module.routes(app, pages)
            for module in (*public, *by_link, *of_mine, *logged_in, *planning, *rotas)
        ),
        *(module.routes(app, pages) for module in (handover, absence, my_calendar, my_data, check)),
        *(
            module.routes(app, pages)
            for module in (
                broadcasts,
                broadcast,
                broadcast_files,
                noted_answer,
                local_plan,
                region_year,
            )
        ),
        *(module.routes(app, pages, door) for module in (login, mine, code)),
        organisation_login.routes(app, door),
        metrics.routes(app),
        _health(app),
    ]


def _health(app: App) -> APIRouter:
    router = APIRouter()

    @router.api_route("/livez", methods=["GET", "HEAD"])
    def alive() -> Response:
        return PlainTextResponse("ok\n")

    @router.api_route("/readyz", methods=["GET", "HEAD"])
    def ready() -> Response:
        """Answer ok when the database does; otherwise its error gives 503."""
        with app.database.read() as session:
            queries.data_version(session)
        return PlainTextResponse("ok\n")

    return router
