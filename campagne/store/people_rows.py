"""People and what they want, as columns and back; the rota is in `rows`."""

from collections.abc import Iterable
from typing import Any

from campagne.domain.contacts import Contact
from campagne.domain.dates import Span
from campagne.domain.playbook import Role
from campagne.domain.preferences import Preferences
from campagne.store.rows import Values


def contact_values(one: Contact) -> Values:
    """Return the columns of a contact, without the roles."""
    return {"key": one.key, "name": one.name, "email": one.email, "phone": one.phone}


def contact_from(row: Any, assignments: Iterable[tuple[Role, str]]) -> Contact:
    """Return the contact of a row, with its roles and gemeenten."""
    return Contact(
        row.key, row.name, row.email, row.phone, tuple(assignments), paused=bool(row.paused)
    )


def preferences_values(one: Preferences) -> Values:
    """Return the columns of what a contact wants, without the muted campaigns."""
    return {
        "rhythm": one.rhythm,
        "reminders": one.reminders,
        "broadcasts": one.broadcasts,
        "digest_on": one.digest_on,
        "deputy_key": one.deputy,
        "absent_from": one.absence and one.absence.first,
        "absent_until": one.absence and one.absence.last,
    }


def preferences_from(row: Any, muted: Iterable[tuple[str, Role]]) -> Preferences:
    """Return what the contact of a row wants, with the campaigns that are muted."""
    is_away = row.absent_from is not None and row.absent_until is not None
    return Preferences(
        rhythm=row.rhythm,
        reminders=row.reminders,
        broadcasts=row.broadcasts,
        digest_on=row.digest_on,
        muted=frozenset(muted),
        deputy=row.deputy_key,
        absence=Span(row.absent_from, row.absent_until) if is_away else None,
    )
