"""SQLite locked for a whole minute: the long form of what `make e2e` does for fifteen seconds."""

from tests.e2e.conftest import install
from tests.e2e.test_faults import Region, hold_sqlite, mail_port, region

__all__ = ["install", "mail_port", "region"]  # fixtures


def test_a_lock_of_a_minute_loses_nothing(region: Region) -> None:
    hold_sqlite(region, seconds=60)
