"""The benchmarks run, on a very small year: what they are held against changes all the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from bench import pages, planning
from campagne.bootstrap import App, build
from campagne.settings import Settings
from campagne.store.kept import Kept
from campagne.web.app import create_app

_CAMPAIGNS = 4


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "CAMPAIGNS", _CAMPAIGNS)


@contextmanager
def _year(folder: Path, gemeenten: int) -> Iterator[tuple[App, TestClient, dict[str, str]]]:
    """Fill a year; give the service, who may see most of it, and the page of each route."""
    planning.GEMEENTEN = gemeenten
    settings = Settings(data_dir=folder, secret_key=SecretStr("k" * 32), second_factor=False)
    app = build(settings, planning.CLOCK)
    app.database.upgrade()
    reminders = gemeenten * _CAMPAIGNS * planning.STEPS * planning.CONTACTS
    assert pages.fill(app) == reminders
    client = TestClient(
        create_app(app),
        base_url=settings.base_url,
        headers={"accept": "text/html"},
        follow_redirects=False,
    )
    pages.enter(app, client)
    found = pages.addresses(app).items()
    yield app, client, {route: path for route, path in found if "planner" not in route}
    app.database.close()


def _statements(app: App, client: TestClient, path: str) -> int:
    """Count what a process asks that keeps nothing yet of what it read."""
    app.database._kept = Kept()
    with pages.counted(app.database.engines) as statements:
        client.get(path)
    return len(statements)


def test_every_page_is_measured_and_asks_no_more_for_more_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No statement more for four times as many gemeenten, and never over forty."""
    monkeypatch.setattr(planning, "GEMEENTEN", 0)  # put back afterwards
    with _year(tmp_path / "few", 3) as (app, client, found):
        few = {route: _statements(app, client, path) for route, path in found.items()}
    with _year(tmp_path / "many", 12) as (app, client, found):
        many = {route: _statements(app, client, path) for route, path in found.items()}
        figures = {
            route: pages.measure(app, client, path, times=1) for route, path in found.items()
        }
    assert {route: (few[route], many[route]) for route in few if many[route] > few[route]} == {}
    assert sum(count > 3 for count in many.values()) > 40
    assert {route for route, one in figures.items() if one and one.statements > 40} == set()
    weighed = {route for route, one in figures.items() if one and one.weight}
    assert weighed >= {"/", "/mijn", "/editie/{key}?gemeente", "/beheer/contacten"}
