"""The life of a broadcast: what may be done with it when, and who must look at it first."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from campagne.domain.enclosures import Enclosure
from campagne.domain.playbook import Role
from campagne.domain.workdays import WorkCalendar

# Longer than any letter that a colleague reads to its end.
SUBJECT_LIMIT = 150
BODY_LIMIT = 20_000
# When most people are at work, local time; the last is the first moment that is too late.
_OPENS, _CLOSES = time(9), time(17)


class BroadcastState(StrEnum):
    """Where a broadcast stands.

    DRAFT can be changed; SUBMITTED waits for a colleague; APPROVED and SCHEDULED can leave.
    RELEASED leaves, PAUSED stands still, DONE has left; CANCELLED goes no further. DONE is never
    stored: it is RELEASED with nothing that still waits.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    RELEASED = "released"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"


class Move(StrEnum):
    """What a person does with a broadcast."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    RELEASE = "release"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    SEND_REST = "send_rest"


class FourEyes(StrEnum):
    """Which broadcasts a second person must approve.

    TEXTS: those with texts for residents, or with files.
    """

    TEXTS = "bij-teksten"
    ALWAYS = "altijd"
    NEVER = "nooit"


_S = BroadcastState
ALLOWED: Mapping[Move, frozenset[BroadcastState]] = {
    Move.EDIT: frozenset({_S.DRAFT, _S.SUBMITTED, _S.APPROVED, _S.SCHEDULED}),
    Move.SUBMIT: frozenset({_S.DRAFT}),
    Move.APPROVE: frozenset({_S.SUBMITTED}),
    Move.RETURN: frozenset({_S.SUBMITTED, _S.APPROVED}),
    Move.SCHEDULE: frozenset({_S.DRAFT, _S.APPROVED, _S.SCHEDULED}),
    Move.UNSCHEDULE: frozenset({_S.SCHEDULED}),
    Move.RELEASE: frozenset({_S.DRAFT, _S.APPROVED, _S.SCHEDULED}),
    Move.PAUSE: frozenset({_S.RELEASED}),
    Move.RESUME: frozenset({_S.PAUSED}),
    Move.CANCEL: frozenset(set(_S) - {_S.CANCELLED, _S.DONE}),
    Move.SEND_REST: frozenset({_S.RELEASED, _S.DONE}),
}
_ENDS: Mapping[Move, BroadcastState] = {
    Move.EDIT: _S.DRAFT,
    Move.SUBMIT: _S.SUBMITTED,
    Move.APPROVE: _S.APPROVED,
    Move.RETURN: _S.DRAFT,
    Move.SCHEDULE: _S.SCHEDULED,
    Move.RELEASE: _S.RELEASED,
    Move.PAUSE: _S.PAUSED,
    Move.RESUME: _S.RELEASED,
    Move.CANCEL: _S.CANCELLED,
    Move.SEND_REST: _S.RELEASED,
}


def may_move(state: BroadcastState, move: Move) -> bool:
    """Say whether something can be done with a broadcast in this state."""
    return state in ALLOWED[move]


def after(move: Move, *, approved: bool) -> BroadcastState:
    """Return the state after a move; `approved` when somebody approved what stands there."""
    if move is Move.UNSCHEDULE:
        return _S.APPROVED if approved else _S.DRAFT
    return _ENDS[move]


def now_is(stored: BroadcastState, *, waits: bool) -> BroadcastState:
    """Return the state as people see it, when mails of it wait or not."""
    return _S.DONE if stored is _S.RELEASED and not waits else stored


def needs_approval(four_eyes: FourEyes, *, with_texts: bool, with_files: bool) -> bool:
    """Say whether a second person must approve a broadcast before it goes.

    A file counts as a text for residents: nobody can tell but who reads it.
    """
    goes_on = with_texts or with_files
    return four_eyes is FourEyes.ALWAYS or (four_eyes is FourEyes.TEXTS and goes_on)


@dataclass(frozen=True, slots=True)
class Content:
    """What a broadcast says, and to whom: all that an approval is given to.

    Attributes:
        edition / region / centre / author: keys; the author's name and address stand in the mail.
        subject / body: with placeholders; the body is Markdown.
        places: keys of the gemeenten that were chosen; empty for all of the region.
        roles: who in a gemeente gets it.
        with_texts: texts for residents go along.
        with_calendar: the edition goes along as a file for a calendar.
        follows: the broadcast that this is a follow-up of, which makes the audience smaller.
        facts: fingerprint of what the campaign said when the text was saved.
        files: those that the author added.
    """

    edition: str
    region: str
    centre: str
    author: str
    subject: str
    body: str
    answer_by: date
    places: tuple[str, ...]
    roles: tuple[Role, ...]
    with_texts: bool
    with_calendar: bool
    follows: int | None
    facts: str
    files: tuple[Enclosure, ...] = ()

    def digest(self) -> str:
        """Return a fingerprint: another one is another message, or another audience."""
        parts = {**asdict(self), "answer_by": self.answer_by.isoformat()}
        if not self.files:  # what was approved before there were files stays approved
            del parts["files"]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def fingerprint(*parts: str) -> str:
    """Return a fingerprint of texts."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def next_office_moment(local: datetime, calendar: WorkCalendar) -> datetime:
    """Return the first morning after a moment on which offices open, in the same time zone."""
    day = local.date() + timedelta(days=1)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, _OPENS, tzinfo=local.tzinfo)
