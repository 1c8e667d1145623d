"""The benchmarks run, on a very small year: what they are held against changes all the time."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from bench import pages, planning
from campagne.bootstrap import build
from campagne.settings import Settings
from campagne.store.kept import Kept
from campagne.web.app import create_app


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "GEMEENTEN", 3)
    monkeypatch.setattr(planning, "CAMPAIGNS", 4)


@pytest.mark.usefixtures("small")
def test_every_page_is_measured(tmp_path: Path) -> None:
    """And none needs more than forty statements, however much there is."""
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
    assert {route for route, one in figures.items() if one and one.statements > 40} == set()
    pages_there = {route for route, one in figures.items() if one and one.weight}
    assert pages_there >= {"/", "/mijn", "/editie/{key}?gemeente", "/beheer/contacten"}


def test_no_page_needs_more_statements_for_more_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one, by a process that keeps nothing yet of what it read."""

    def needed(gemeenten: int) -> dict[str, int]:
        monkeypatch.setattr(planning, "GEMEENTEN", gemeenten)
        folder = tmp_path / str(gemeenten)
        settings = Settings(data_dir=folder, secret_key=SecretStr("k" * 32), second_factor=False)
        app = build(settings, planning.CLOCK)
        app.database.upgrade()
        pages.fill(app)
        client = TestClient(
            create_app(app),
            base_url=settings.base_url,
            headers={"accept": "text/html"},
            follow_redirects=False,
        )
        pages.enter(app, client)
        found = {}
        for route, path in pages.addresses(app).items():
            if "planner" not in route:  # drawing takes seconds
                app.database._kept = Kept()
                with pages.counted(app.database.engines) as statements:
                    client.get(path)
                found[route] = len(statements)
        app.database.close()
        return found

    few, many = needed(3), needed(12)
    assert {route: (few[route], many[route]) for route in few if many[route] > few[route]} == {}
    assert sum(count > 3 for count in many.values()) > 40
