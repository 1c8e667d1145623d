"""What a contact wants to get, when, and who stands in during an absence."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from campagne.domain.dates import Span
from campagne.domain.playbook import Role


class Rhythm(StrEnum):
    """When reminders go: each on its day, or one digest a week."""

    AT_ONCE = "at_once"
    WEEKLY = "weekly"


class MailList(StrEnum):
    """What a contact can do without; the value stands in List-Id and in signed links.

    REMINDERS: of steps, with the notices that a campaign changed. BROADCASTS: what a
    centrumgemeente tells its region. An answer that was given is always confirmed.
    """

    REMINDERS = "herinneringen"
    BROADCASTS = "regioberichten"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What one contact wants; without a choice everything, at once.

    Attributes:
        digest_on: the day of the last weekly digest.
        muted: campaigns of which no reminder is wanted, each with the role that it is about.
        deputy: key of the contact who gets a copy during `absence`.
    """

    rhythm: Rhythm = Rhythm.AT_ONCE
    reminders: bool = True
    broadcasts: bool = True
    digest_on: date | None = None
    muted: frozenset[tuple[str, Role]] = frozenset()
    deputy: str | None = None
    absence: Span | None = None

    def gets(self, mail_list: MailList) -> bool:
        """Say whether mail of a list is wanted."""
        return self.reminders if mail_list is MailList.REMINDERS else self.broadcasts

    def wants(self, campaign: str, roles: Collection[Role]) -> bool:
        """Say whether reminders of a campaign are wanted in any of these roles."""
        if not self.reminders or not self.muted:  # as most, and asked of every step of a country
            return self.reminders
        return any((campaign, role) not in self.muted for role in roles)

    def deputy_on(self, day: date) -> str | None:
        """Return who gets a copy on a day: in the absence, its first and last day included."""
        away = self.absence is not None and self.absence.first <= day <= self.absence.last
        return self.deputy if away else None


EVERYTHING = Preferences()


def monday(day: date) -> date:
    """Return the first day of the week of a day."""
    return day - timedelta(days=day.weekday())


def end_of_week(day: date) -> date:
    """Return the Sunday of the week of a day."""
    return monday(day) + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Window:
    """Which reminders go to one contact today.

    Attributes:
        today: the day.
        until: the last day on which a first reminder may fall due.
        is_digest: True when what goes is the digest of the week.
        only_until: only what makes no sense any more after this day; None for everything.
    """

    today: date
    until: date
    is_digest: bool = False
    only_until: date | None = None

    def takes(self, due_on: date, valid_until: date, *, first: bool) -> bool:
        """Say whether a reminder goes today.

        Args:
            due_on: its day.
            valid_until: the last day on which it makes sense.
            first: False for one that chases: it never goes before its day, since the step may
                still be ticked off.
        """
        if due_on > (self.until if first else self.today):
            return False
        return self.only_until is None or valid_until <= self.only_until


def window(wanted: Preferences, today: date) -> Window:
    """Return which reminders go to a contact today.

    Who wants a digest gets one in a week, on the first day on which something is due or will be
    by Sunday; it holds everything of that week. After it only what would make no sense any more
    in the next one goes, on its day. A digest of a week to come, sent by a clock that ran ahead,
    does not count.
    """
    if wanted.rhythm is Rhythm.AT_ONCE:
        return Window(today, today)
    sunday = end_of_week(today)
    sent = wanted.digest_on
    if sent is not None and monday(today) <= sent <= sunday:
        return Window(today, today, only_until=sunday)
    return Window(today, sunday, is_digest=True)
