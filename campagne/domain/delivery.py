"""Messages and the life of a delivery: states, allowed moves, when to try again."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class DeliveryState(StrEnum):
    """Where a delivery stands.

    HELD waits for a person, DUE for a sender, DEFERRED for a next try. CLAIMED: one sender has
    it, nothing has left. SENDING: the body is going out, so it may have arrived. ACCEPTED: the
    server took it on. BOUNCED: it came back after that. FAILED: refused for good, or given up.
    UNKNOWN: the sender never heard whether it was taken.
    """

    HELD = "held"
    DUE = "due"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


_S = DeliveryState
# From UNKNOWN a late answer of the server, a bounce or a person tells what became of it. FAILED
# becomes DUE when a person says so, and that is no risk: the server said that it took nothing.
ALLOWED: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    _S.HELD: frozenset({_S.DUE, _S.CANCELLED}),
    _S.DUE: frozenset({_S.CLAIMED, _S.HELD, _S.CANCELLED}),
    _S.DEFERRED: frozenset({_S.CLAIMED, _S.HELD, _S.CANCELLED}),
    _S.CLAIMED: frozenset({_S.DUE, _S.HELD, _S.SENDING, _S.DEFERRED, _S.FAILED, _S.CANCELLED}),
    _S.SENDING: frozenset({_S.ACCEPTED, _S.DEFERRED, _S.FAILED, _S.UNKNOWN}),
    _S.UNKNOWN: frozenset({_S.DUE, _S.ACCEPTED, _S.DEFERRED, _S.FAILED, _S.BOUNCED}),
    _S.ACCEPTED: frozenset({_S.BOUNCED}),
    _S.FAILED: frozenset({_S.DUE}),
    _S.BOUNCED: frozenset(),
    _S.CANCELLED: frozenset(),
}


def may_move(start: DeliveryState, end: DeliveryState) -> bool:
    """Say whether a delivery may go from one state to another."""
    return end in ALLOWED[start]


def states_before(end: DeliveryState) -> list[DeliveryState]:
    """Return the states that may go to `end`, for the condition of an UPDATE."""
    return [start for start in ALLOWED if may_move(start, end)]


class MessageKind(StrEnum):
    """What a message is for; decides what happens when its outcome is unknown."""

    REMINDER = "reminder"
    BROADCAST = "broadcast"
    CONFIRMATION = "confirmation"
    SILENCE = "silence"
    NOTICE = "notice"
    HANDOVER = "handover"
    PROPOSAL = "proposal"
    REPORT = "report"
    REQUEST = "request"
    APPROVAL = "approval"
    PLAN = "plan"
    CHECK = "check"
    EVALUATION = "evaluation"
    MATERIAL = "material"
    NEWS = "news"
    LOGIN = "login"


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of many mails, the same in each: their files, of which one is as large as a thousand.

    Attributes:
        digest: the SHA-256 of the content, under which it is stored once.
    """

    digest: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """Frozen bytes to one recipient.

    Attributes:
        key: unique and derived from what the message is about, never random; a second message
            with the same key is the same message.
        sender / recipient: bare addresses of the envelope.
        own: the bytes before the tail; the whole message where it has none.
    """

    key: str
    kind: MessageKind
    sender: str
    recipient: str
    subject: str
    message_id: str
    own: bytes
    tail: Tail | None = None

    @property
    def raw(self) -> bytes:
        """The whole RFC 5322 message with CRLF, including Message-ID and Date."""
        return self.own if self.tail is None else self.own + self.tail.content


def message_id(key: str, sender: str) -> str:
    """Return the Message-ID for a message key: the same key always gives the same one.

    Args:
        key: the message's key.
        sender: bare address; its domain is the right-hand side.
    """
    digest = hashlib.sha256(key.encode()).hexdigest()[:40]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


# A claim of a sender that died is taken over after this; a living one renews it.
LEASE = timedelta(seconds=60)
# Longer than the ten minutes that a sender waits for the reply to a body (RFC 5321, 4.5.3.2.6).
SENDING_LIMIT = timedelta(minutes=11)
RESEND_AFTER = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(hours=72)
_BACK_OFF_MINUTES = (1, 5, 15, 30, 60)


def next_attempt(
    attempts: int, first_tried: datetime, now: datetime, jitter: float
) -> datetime | None:
    """Return when to try again after a temporary fault, or None to give up.

    Args:
        attempts: tries so far, 1 or more.
        first_tried: instant of the first try.
        now: instant of the fault.
        jitter: 0.0 to 1.0; spreads the tries over up to a fifth of the wait.

    Returns:
        1, 5, 15, 30, 60 minutes, then hourly, for 72 hours after the first try.
    """
    if now - first_tried >= GIVE_UP_AFTER:
        return None
    minutes = _BACK_OFF_MINUTES[min(attempts, len(_BACK_OFF_MINUTES)) - 1]
    return now + timedelta(minutes=minutes) * (1 + 0.2 * jitter)


_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")
_PERMANENT_CLASS = 5
# Not the message is refused here but we are: our log-in, or the lack of encryption (RFC 4954, 6).
_ABOUT_US = frozenset({530, 534, 535, 538})


def is_permanent(code: int, text: str) -> bool:
    """Say whether an SMTP refusal is final; after any other one a later try can help.

    Args:
        code: reply code, RFC 5321 4.2.1: 4xx is temporary, 5xx permanent.
        text: text of the reply. An enhanced status code in front (RFC 3463) is more exact than
            the reply code: 4.x.x is temporary, and so is x.2.2, a full mailbox, which many
            servers answer with 552 or 550. A message that is too big (552 without it, 5.3.4)
            stays too big.
    """
    if code // 100 != _PERMANENT_CLASS or code in _ABOUT_US:
        return False
    enhanced = _ENHANCED.match(text)
    if enhanced is None:
        return True
    kind, subject, detail = enhanced.groups()
    return kind != "4" and (subject, detail) != ("2", "2")


def after_unknown(
    kind: MessageKind, resends: int, unknown_since: datetime, now: datetime
) -> DeliveryState:
    """Return where a delivery goes whose outcome is unknown: DUE to send it again, else UNKNOWN.

    A second copy of a reminder or a confirmation does less harm than none, and its bytes are the
    same, so that mail systems can recognise it. A broadcast goes to a whole region in the name
    of a gemeente: a person decides.

    Args:
        kind: what the message is for.
        resends: times that it was sent again already.
        unknown_since: instant at which the outcome became unknown.
        now: instant of the decision.
    """
    once_more = kind is not MessageKind.BROADCAST and resends == 0
    if once_more and now - unknown_since >= RESEND_AFTER:
        return DeliveryState.DUE
    return DeliveryState.UNKNOWN
