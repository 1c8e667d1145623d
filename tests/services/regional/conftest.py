"""A desk of the centrumgemeente, on each engine or on one."""

import pytest

from campagne.clock import SetClock
from campagne.messages import Mails
from campagne.resources import folder
from campagne.store.database import Database
from tests.services.regional.desk import Desk


@pytest.fixture(scope="module")
def mails() -> Mails:
    """The mails that campagne comes with."""
    return Mails(folder("templates") / "mail", sender="Campagnekalender <campagne@example.nl>")


@pytest.fixture
def desk(world: Database, clock: SetClock, mails: Mails) -> Desk:
    """A desk on each engine."""
    return Desk(world, clock, mails)


@pytest.fixture
def one_desk(sqlite_world: Database, clock: SetClock, mails: Mails) -> Desk:
    """A desk where the engine makes no difference."""
    return Desk(sqlite_world, clock, mails)
