"""A broadcast as it lies in the database: Leiden asks Holland Rijnland about Orange the World."""

from datetime import UTC, date, datetime
from typing import Any

from campagne.store.tables import BroadcastRow


def asked(number: int = 1, **other: Any) -> BroadcastRow:
    """Return one that was released on 1 September 2026, but for what is given."""
    at = datetime(2026, 9, 1, tzinfo=UTC)
    usual: dict[str, Any] = {
        "edition_key": "orange-the-world-2026",
        "region_key": "holland-rijnland",
        "centre_key": "leiden",
        "author_key": "leiden-centrum",
        "subject": "Doen jullie mee?",
        "body": "Doen jullie mee?",
        "answer_by": date(2026, 9, 28),
        "created_at": at,
        "released_at": at,
    }
    return BroadcastRow(id=number, **(usual | other))
