"""Keys that a person gives."""

from collections.abc import Callable

import pytest

from campagne.errors import NotFoundError
from campagne.services import lookup
from campagne.store.database import Database


@pytest.mark.parametrize("find", [lookup.edition, lookup.municipality])
def test_a_key_that_no_database_takes_is_not_there(
    world: Database, find: Callable[..., object]
) -> None:
    with pytest.raises(NotFoundError, match="bestaat niet"), world.read() as session:
        find(session, "gouda\0")
