"""The benchmarks run, on a very small year: what they are held against changes all the time."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from bench import pages, planning
from campagne.bootstrap import build
from campagne.settings import Settings
from campagne.web.app import create_app


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "GEMEENTEN", 3)
    monkeypatch.setattr(planning, "CAMPAIGNS", 4)


@pytest.mark.usefixtures("small")
def test_every_page_is_measured(tmp_path: Path) -> None:
    """And none needs more than some thirty statements, however much there is."""
    settings = Settings(data_dir=tmp_path, secret_key=SecretStr("k" * 32), second_factor=False)
    app = build(settings, planning.CLOCK)
    app.database.upgrade()
    assert pages.fill(app) == 3 * 4 * planning.STEPS * planning.CONTACTS
    client = TestClient(
        create_app(app),
        base_url=settings.base_url,
        headers={"accept": "text/html"},
        follow_redirects=False,
    )
    pages.enter(app, client)
    found = pages.addresses(app)
    figures = {
        route: pages.measure(app, client, path, times=1)
        for route, path in found.items()
        if "planner" not in route  # drawing takes seconds
    }
    app.database.close()
    assert {route for route, one in figures.items() if one and one.statements > 35} == set()
    pages_there = {route for route, one in figures.items() if one and one.weight}
    assert pages_there >= {"/", "/mijn", "/editie/{key}?gemeente", "/beheer/contacten"}
