"""How long to go on: `make soak ARGS="--kills=1000 --seed=7"`."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=500, help="times that a worker is killed")
    parser.addoption("--mails", type=int, default=5000, help="mails in the outbox, at least")
    parser.addoption("--seed", type=int, default=1, help="of the moods and the fates")
