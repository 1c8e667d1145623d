"""How long a log-in lasts, and how often somebody may try."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Long enough for greylisting, short enough for a mailbox that a colleague reads along. And four in
# an hour fill it: a stranger who asks for links all the time leaves the owner one that works.
LINK_LASTS = timedelta(minutes=15)
# A working day without a visit, and a week in all: then the link comes by mail again.
IDLE = timedelta(hours=10)
SESSION_LASTS = timedelta(days=7)
# How often the last visit is noted; not at each page, since that would be a write for each.
NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries within a period."""

    times: int
    within: timedelta


# Nobody's mailbox can be filled by a stranger, and one stranger cannot try many mailboxes.
ASKS_PER_ADDRESS = Limit(4, timedelta(hours=1))
ASKS_PER_CLIENT = Limit(30, timedelta(hours=1))
# Of a million codes three are right at a time: five tries in a quarter of an hour find nothing.
CODES_PER_CONTACT = Limit(5, timedelta(minutes=15))


def is_alive(created_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Say whether a session still counts; one of a clock that was ahead does not.

    Args:
        created_at: instant of the log-in.
        seen_at: instant of the last visit that was noted.
        now: the instant.
    """
    if seen_at - now > NOTED_EVERY:
        return False
    return now - seen_at <= IDLE and now - created_at <= SESSION_LASTS
