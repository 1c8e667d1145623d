"""The table of who may open what: it names every route, and what it says is what happens."""

from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.web import app as web
from campagne.web.access import ACCESS, Access, Door
from campagne.web.pages.rendering import Pages


def _routes(app: App) -> Iterator[APIRoute]:
    for router in web.routers(app, Pages(app), Door(app)):
        assert isinstance(router, APIRouter)
        for route in router.routes:
            assert isinstance(route, APIRoute)
            yield route


def test_the_table_names_every_route_and_no_other(app: App) -> None:
    assert {route.path for route in _routes(app)} == set(ACCESS)


def test_what_can_be_changed_without_a_log_in_needs_a_token(app: App) -> None:
    """All but asking to log in, and logging out."""
    posts = {route.path for route in _routes(app) if "POST" in (route.methods or ())}
    public = {path for path in posts if ACCESS[path] is Access.PUBLIC}
    assert public == {"/inloggen", "/uitloggen"}


@pytest.mark.parametrize("cookie", ["", "campagne=verzonnen", 'campagne="\\"'])
def test_a_stranger_gets_no_further_than_the_log_in(
    app: App, client: TestClient, cookie: str
) -> None:
    headers = {"cookie": cookie} if cookie else {}
    tried = set()
    for route in _routes(app):
        if ACCESS[route.path] is not Access.LOGGED_IN:
            continue
        tried.add(route.path)
        for method in route.methods or ():
            address = route.path.replace("{number:int}", "1").replace("{year:int}", "2027")
            address = address.replace("{place:int}", "0")
            answer = client.request(method, address, headers=headers)
            if method == "POST":
                assert answer.status_code == 403, address
                assert "niet meer ingelogd" in answer.text, address
            else:
                assert answer.status_code == 303, address
                assert answer.headers["location"].startswith("/inloggen?naar="), address
            assert answer.headers["cache-control"] == "no-store", address
    assert tried == {path for path, access in ACCESS.items() if access is Access.LOGGED_IN}
