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
from campagne.services import login
from campagne.store.tables import SecondFactorRow

_STEP_SECONDS = 30
_DRIFT = 1  # steps that the clock of a phone may be off, to either side
_ISSUER = "Campagnekalender"


def is_set_up(session: Session, contact_key: str) -> bool:
    """Say whether a contact has an app that has shown that it works."""
    row = session.get(SecondFactorRow, contact_key)
    return row is not None and row.confirmed_at is not None


def app_secret(session: Session, contact_key: str, *, secret: str) -> str:
    """Return the secret for the app of a contact, in base32, as an app takes it.

    Args:
        session: any session.
        contact_key: the contact.
        secret: key of the service.
    """
    row = session.get(SecondFactorRow, contact_key)
    text = f"second factor {contact_key} {row.generation if row else 0}"
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode()


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
    wanted = app_secret(session, contact_key, secret=secret)
    step = _step_of(wanted, "".join(code.split()), now)
    if step is None or (row is not None and step <= row.last_step):
        return (
            "Deze code klopt niet, of is al gebruikt. Wacht op de volgende code in je app en"
            " typ die over."
        )
    if row is None:
        row = SecondFactorRow(contact_key=contact_key)
        session.add(row)
    row.last_step = step
    row.confirmed_at = row.confirmed_at or now
    login.make_strong(session, contact_key, cookie)
    return None


def reset(session: Session, contact_key: str) -> bool:
    """Forget the app of a contact, who lost it, and log them out; False when there was none."""
    row = session.get(SecondFactorRow, contact_key)
    if row is None or row.confirmed_at is None:
        return False
    row.generation, row.confirmed_at, row.last_step = row.generation + 1, None, 0
    login.end_all(session, contact_key)
    return True


def _step_of(app_secret: str, code: str, now: datetime) -> int | None:
    """Return the step of time that a code is of, None when it is of none near now."""
    totp = pyotp.TOTP(app_secret)
    current = int(now.timestamp()) // _STEP_SECONDS
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            return step
    return None
