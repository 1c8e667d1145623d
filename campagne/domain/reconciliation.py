"""What a change adds, moves, withdraws or takes back in the stored reminders.

What was sent is never touched; what still waits in the outbox is taken back when it is no longer
right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from campagne.domain.reminders import PlannedReminder, ReminderKey, ReminderState


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """A mail with reminders that has not arrived.

    Attributes:
        waits: True when it can still be taken back; False when it was refused or came back.
        outdated: what it says of the edition is not what there is now.
    """

    id: int
    recipient: str
    waits: bool
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class StoredReminder:
    """A reminder as it is stored; `mail` only where it has one that has not arrived."""

    id: int
    key: ReminderKey
    due_on: date
    valid_until: date
    state: ReminderState
    mail: OutboxMail | None = None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What must change in the stored reminders.

    Attributes:
        add: new ones.
        move: stored id with its new due date and valid-until; a withdrawn or expired one that is
            wanted again comes back this way, and so does one whose mail is taken back.
        withdraw: ids of those that are no longer wanted.
        recall: ids of mails that are not to go out as they are. Where that comes too late, the
            reminders in it stay as they are.
    """

    add: tuple[PlannedReminder, ...]
    move: tuple[tuple[int, date, date], ...]
    withdraw: tuple[int, ...]
    recall: tuple[int, ...] = ()


def reconcile(
    wanted: Mapping[ReminderKey, PlannedReminder],
    stored: Sequence[StoredReminder],
    today: date,
    addresses: Mapping[str, str],
) -> Reconciliation:
    """Compare what should be with what is stored; what may have been sent is never touched.

    A mail that still waits is taken back when one of its reminders is not wanted any more, has
    other days, says something else of its edition than there is now, or its contact has another
    address; one that was refused or came back, when there is
    another address to try. The reminders in it that are wanted are planned again.

    After a change of dates the reminders of the new version are added, but not one that this
    person already had for the older dates and that would be due at once again.

    Args:
        wanted: what should be.
        stored: what there is.
        today: what is due by this day is due at once.
        addresses: mail address per contact.
    """
    recall = _recalled(wanted, stored, addresses)

    def had(one: StoredReminder) -> bool:
        taken_back = one.mail is not None and one.mail.id in recall
        return one.state is ReminderState.QUEUED and not taken_back

    told = {one.key.any_dates for one in stored if had(one)}
    known = {one.key for one in stored}
    add = tuple(
        one
        for key, one in wanted.items()
        if key not in known and not (one.due_on <= today and key.any_dates in told)
    )
    move: list[tuple[int, date, date]] = []
    withdraw: list[int] = []
    for old in stored:
        if had(old):
            continue
        new = wanted.get(old.key)
        if new is None:
            # Expired before its day: dropped by a clock that ran ahead.
            is_open = old.state is not ReminderState.WITHDRAWN
            if is_open and (old.valid_until >= today or old.state is ReminderState.QUEUED):
                withdraw.append(old.id)
        elif old.state is not ReminderState.PLANNED or _differs(old, new):
            move.append((old.id, new.due_on, new.valid_until))
    return Reconciliation(add, tuple(move), tuple(withdraw), tuple(sorted(recall)))


def _recalled(
    wanted: Mapping[ReminderKey, PlannedReminder],
    stored: Sequence[StoredReminder],
    addresses: Mapping[str, str],
) -> set[int]:
    """Return the ids of the mails that are not to go out, or not to have gone, as they are."""
    found: set[int] = set()
    for old in stored:
        if old.mail is None or old.state is not ReminderState.QUEUED:
            continue
        new = wanted.get(old.key)
        readdressed = new is not None and addresses[old.key.contact] != old.mail.recipient
        if readdressed or (
            old.mail.waits and (new is None or old.mail.outdated or _differs(old, new))
        ):
            found.add(old.mail.id)
    return found


def _differs(old: StoredReminder, new: PlannedReminder) -> bool:
    return (old.due_on, old.valid_until) != (new.due_on, new.valid_until)
