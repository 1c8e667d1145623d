"""Applications that tests use one after another: to build the routes takes longest of all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from starlette.types import ASGIApp

from campagne.bootstrap import App
from campagne.settings import Settings
from campagne.web.app import page_room, with_front

# What differs for every test. The pages may ask for it at a request only.
_OWN = {"data_dir": Path("/of/no/test"), "database_url": "sqlite:////of/no/test"}
_MOST = 8


class _Standin:
    """Stands for the service of the test that has the pages now; pages ask it at each request."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._app: App | None = None

    def __getattr__(self, name: str) -> Any:
        if self._app is not None:
            return getattr(self._app, name)
        if name == "settings":
            return self._settings
        raise AssertionError(f"the pages ask for {name} while they are built")

    def become(self, app: App | None) -> None:
        self._app = app


class _Room:
    """The pages for some settings, and for whom they are now."""

    def __init__(self, settings: Settings) -> None:
        self.stands_for = _Standin(settings)
        self.pages = page_room(cast("App", self.stands_for))


class Lending:
    """Lends applications; one that comes back is lent again for the same settings."""

    def __init__(self) -> None:
        self._free: dict[Settings, list[_Room]] = {}

    @contextmanager
    def application(self, app: App) -> Iterator[ASGIApp]:
        """Lend an application for `app`, as `create_app` would make it."""
        kind = app.settings.model_copy(update=_OWN)
        free = self._free.get(kind)
        lent = free.pop() if free else _Room(kind)
        lent.stands_for.become(app)
        try:
            yield with_front(app, *lent.pages)
        finally:
            lent.stands_for.become(None)
            if len(self._free) >= _MOST and kind not in self._free:
                self._free.clear()  # mostly of settings that one test had
            self._free.setdefault(kind, []).append(lent)
