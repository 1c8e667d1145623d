"""The second factor: a code from an app (RFC 6238), for who may act for more than one gemeente.

The secret of an app is made from the key of the service, so that a copy of the table is of no use.
"""

import base64
import hashlib
import hmac
from datetime import datetime

import pyotp
from sqlmodel import Session

from campagne.domain.login import CODES_PER_CONTACT
from campagne.services.entrance import login
from campagne.store.tables import SecondFactorRow

RESET = "overal uitgelogd, begint opnieuw met inloggen"  # in the log of changes

_STEP_SECONDS = 30
_DRIFT = 1  # steps that the clock of a phone may be off, to either side
_ISSUER = "Campagnekalender"


def is_set_up(session: Session, contact_key: str) -> bool:
    """Say whether a contact has an app that has shown that it works."""
    row = session.get(SecondFactorRow, contact_key)
    return row is not None and row.confirmed_at is not None


def app_secret(session: Session, contact_key: str, *, cookie: str, secret: str) -> str:
    """Return the secret for the app of a contact, in base32, as an app takes it.

    Until an app has shown a code, each session has another one: who once read along in the mailbox
    and looked, does not know the secret that the contact sets up.

    Args:
        session: any session.
        contact_key: the contact.
        cookie: key of the session that asks.
        secret: key of the service.
    """
    return _secret(contact_key, _generation(session, contact_key, cookie, secret), secret)


def address(name: str, app_secret: str) -> str:
    """Return what the QR code for the app holds; `name` tells in the app whose code it is."""
    return pyotp.TOTP(app_secret).provisioning_uri(name=name, issuer_name=_ISSUER)


def prove(
    session: Session, contact_key: str, code: str, *, cookie: str, secret: str, now: datetime
) -> str | None:
    """Check a code and give the session the rights that ask for it.

    Args:
        session: a writing session.
        contact_key: who is logged in.
        code: as it was typed.
        cookie: key of the session.
        secret: key of the service.
        now: the real instant, also while the service pretends another day; aware UTC.

    Returns:
        A Dutch sentence when the code is wrong, was used, or was tried too often; None when it
        is right. No error: the try must be stored, and an error would undo it.
    """
    if not login.may_try(session, f"code {contact_key}", CODES_PER_CONTACT, secret=secret, now=now):
        return "Er is te vaak een code geprobeerd. Wacht een kwartier en probeer het dan opnieuw."
    row = session.get(SecondFactorRow, contact_key)
    generation = _generation(session, contact_key, cookie, secret)
    wanted = _secret(contact_key, generation, secret)
    step = _step_of(wanted, "".join(code.split()), now)
    if step is None or (row is not None and step <= row.last_step):
        return (
            "Deze code klopt niet, of is al gebruikt. Wacht op de volgende code in je app en"
            " typ die over."
        )
    if row is None:
        row = SecondFactorRow(contact_key=contact_key)
        session.add(row)
    row.generation, row.last_step = generation, step
    row.confirmed_at = row.confirmed_at or now
    login.make_strong(session, contact_key, cookie)
    return None


def reset(session: Session, contact_key: str) -> None:
    """Let a contact begin anew: forget the app, let go of the account, log out everywhere.

    Also who has no app: with the account of an organisation nobody needs one, and that account can
    be another one by now.
    """
    row = session.get(SecondFactorRow, contact_key)
    if row is not None:
        row.confirmed_at, row.last_step = None, 0
    login.end_all(session, contact_key)


def _generation(session: Session, contact_key: str, cookie: str, secret: str) -> int:
    """Return which of the secrets of a contact counts: that of their app, else of this session."""
    row = session.get(SecondFactorRow, contact_key)
    if row is not None and row.confirmed_at is not None:
        return row.generation
    return int.from_bytes(_signed(secret, f"second factor set up in {cookie}")[:4]) >> 2


def _secret(contact_key: str, generation: int, secret: str) -> str:
    signed = _signed(secret, f"second factor {contact_key} {generation}")
    return base64.b32encode(signed[:20]).decode()


def _signed(secret: str, text: str) -> bytes:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()


def _step_of(app_secret: str, code: str, now: datetime) -> int | None:
    """Return the step of time that a code is of, None when it is of none near now."""
    totp = pyotp.TOTP(app_secret)
    current = int(now.timestamp()) // _STEP_SECONDS
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            return step
    return None
