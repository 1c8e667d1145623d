"""Links: where things stand on the web, and signed links that need no log-in.

A signed link names what it is about and carries a signature, so there is nothing to steal from a
table. It is good for one purpose only: a link of one kind cannot be used as another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from itsdangerous import BadSignature, Serializer, URLSafeSerializer, base64_encode

from campagne.domain.preferences import MailList
from campagne.errors import NotFoundError

# A mail is forwarded, and stays somewhere for years. Links from before they carried a day are of
# mails until the end of 2026.
_LEAVE_WITHIN = timedelta(days=365)
_OLD_LINKS_UNTIL = date(2027, 12, 31)


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """What the link to an answer page names: one broadcast and one gemeente.

    Attributes:
        others: the other gemeenten that who got the mail answers for.
    """

    broadcast_id: int
    municipality: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepLink:
    """What the link to a step page names, all by key.

    Attributes:
        municipalities: for which the step can be ticked off; an officer can serve several.
        contact: who got the link.
        stands_in_for: whose work it is, for the deputy who got a copy; None for one's own.
    """

    edition: str
    step: str
    municipalities: tuple[str, ...]
    contact: str
    stands_in_for: str | None = None


@dataclass(frozen=True, slots=True)
class PreferencesLink:
    """What the link to the page of what a contact gets names: whose it is, and of which list."""

    contact: str
    mail_list: MailList


@dataclass(frozen=True, slots=True)
class CheckLink:
    """What the link to the page of what is known of a contact names: who, and the day it is of."""

    contact: str
    on: date


@dataclass(frozen=True, slots=True)
class EvaluationLink:
    """What the link to look back on an edition names, by key: for which gemeente, who got it."""

    edition: str
    municipality: str
    contact: str


class Links:
    """Makes every address that stands in a mail, a feed or a page.

    Args:
        base_url: public address of the service, without a slash at the end.
        secret: key that signs links.
    """

    def __init__(self, base_url: str, secret: str) -> None:
        self.base_url = base_url
        self._answers = _Tokens(secret, salt="campagne.answer")
        self._steps = _Tokens(secret, salt="campagne.step")
        self._preferences = _Tokens(secret, salt="campagne.preferences")
        self._checks = _Tokens(secret, salt="campagne.check")
        self._evaluations = _Tokens(secret, salt="campagne.evaluation")

    def year(self, year: int) -> str:
        """Return the address of the page of a year."""
        return f"{self.base_url}/jaar/{year}"

    def edition(self, key: str, municipality: str | None = None) -> str:
        """Return the address of the page of an edition, seen from a gemeente if one is given."""
        query = f"?gemeente={quote(municipality)}" if municipality else ""
        return f"{self.base_url}/editie/{quote(key)}{query}"

    def texts(self, edition: str, municipality: str) -> str:
        """Return the address of the page with the texts of an edition for a gemeente."""
        return f"{self.base_url}/teksten/{quote(edition)}/{quote(municipality)}"

    def managed_contact(self, key: str) -> str:
        """Return the address of the page on which a contact is managed."""
        return f"{self.base_url}/beheer/contact/{quote(key)}"

    def deliveries(self) -> str:
        """Return the address of the page that shows whoever manages mails what became of each."""
        return f"{self.base_url}/beheer/verzendingen"

    def delivery(self, number: int) -> str:
        """Return the address of the page of one of these mails."""
        return f"{self.base_url}/beheer/verzending/{number}"

    def proposal(self, number: int) -> str:
        """Return the address of the page where somebody decides on dates that were proposed."""
        return f"{self.base_url}/beheer/datumvoorstel/{number}"

    def broadcast(self, number: int) -> str:
        """Return the address of the page of a broadcast; it needs a log-in."""
        return f"{self.base_url}/beheer/regiobericht/{number}"

    def mine(self) -> str:
        """Return the address of the page with one's own steps."""
        return f"{self.base_url}/mijn"

    def rota_year(self, region: str, year: int) -> str:
        """Return the address of the page of a year of a rota."""
        return f"{self.base_url}/rooster/{quote(region)}/{year}"

    def region_year(self, region: str, year: int) -> str:
        """Return the address of what the gemeenten of a region do in a year; needs a log-in."""
        return f"{self.base_url}/regio/{quote(region)}/{year}"

    def my_municipality(self, key: str | None = None) -> str:
        """Return the address of the page of one's own gemeente, of one of them if one is given."""
        query = f"?gemeente={quote(key)}" if key else ""
        return f"{self.base_url}/mijn/gemeente{query}"

    def plan(self, year: int) -> str:
        """Return the address of the spreadsheet with the plan for a year; it needs a log-in."""
        return f"{self.my_municipality()}/communicatieplan-{year}.xlsx"

    def subscribe(self) -> str:
        """Return the address of the page that explains how to subscribe to a feed."""
        return f"{self.base_url}/abonneren"

    def login(self, token: str, then: str = "") -> str:
        """Return the address that logs in with a token, and goes to the path `then` after it."""
        query = f"?naar={quote(then, safe='')}" if then else ""
        return f"{self.base_url}/inloggen/{quote(token)}{query}"

    def answer(self, broadcast_id: int, municipality: str, others: Iterable[str] = ()) -> str:
        """Return the signed address of the answer page of one gemeente, or of others with it."""
        token = self._answers.dumps([broadcast_id, municipality, *others])
        return f"{self.base_url}/antwoord/{token}"

    def read_answer(self, token: str) -> AnswerLink:
        """Read the token of an answer link.

        Raises:
            NotFoundError: when the token was not made by this service for this purpose.
        """
        broadcast_id, municipality, *others = _read(self._answers, token)
        return AnswerLink(int(broadcast_id), str(municipality), tuple(others))

    def step(
        self,
        edition: str,
        step: str,
        municipalities: Iterable[str],
        contact: str,
        stands_in_for: str | None = None,
    ) -> str:
        """Return the signed address where a contact ticks a step off for these gemeenten."""
        who = contact if stands_in_for is None else [contact, stands_in_for]
        token = self._steps.dumps([edition, step, who, *municipalities])
        return f"{self.base_url}/stap/{token}"

    def read_step(self, token: str) -> StepLink:
        """Read the token of a step link.

        Raises:
            NotFoundError: when the token was not made by this service for this purpose.
        """
        edition, step, who, *municipalities = _read(self._steps, token)
        contact, stands_in_for = who if isinstance(who, list) else (who, None)
        return StepLink(edition, step, tuple(municipalities), contact, stands_in_for)

    def preferences(self, contact: str, mail_list: MailList, on: date) -> str:
        """Return the signed address where a contact chooses what to get, or leaves a list.

        Args:
            contact: key of the contact.
            mail_list: what the mail with it is of.
            on: the day of that mail; the address works for a year from then.
        """
        token = self._preferences.dumps([contact, mail_list.value, on.isoformat()])
        return f"{self.base_url}/afmelden/{token}"

    def check(self, contact: str, on: date) -> str:
        """Return the signed address where a contact says whether what is known is still so."""
        return f"{self.base_url}/klopt-dit/{self._checks.dumps([contact, on.isoformat()])}"

    def read_check(self, token: str) -> CheckLink:
        """Read the token of a link to what is known of a contact.

        Raises:
            NotFoundError: when the token was not made by this service for this purpose.
        """
        contact, on = _read(self._checks, token)
        return CheckLink(str(contact), date.fromisoformat(on))

    def evaluation(self, edition: str, municipality: str, contact: str) -> str:
        """Return the signed address where a contact looks back on an edition for a gemeente."""
        token = self._evaluations.dumps([edition, municipality, contact])
        return f"{self.base_url}/evaluatie/{token}"

    def read_evaluation(self, token: str) -> EvaluationLink:
        """Read the token of a link to look back.

        Raises:
            NotFoundError: when the token was not made by this service for this purpose.
        """
        edition, municipality, contact = _read(self._evaluations, token)
        return EvaluationLink(str(edition), str(municipality), str(contact))

    def read_preferences(self, token: str, today: date) -> PreferencesLink:
        """Read the token of a link to what a contact gets.

        Raises:
            NotFoundError: when the token was not made by this service for this purpose, or is of a
                mail of more than a year ago: who has that by now may be another.
        """
        contact, mail_list, *days = _read(self._preferences, token)
        until = date.fromisoformat(days[0]) + _LEAVE_WITHIN if days else _OLD_LINKS_UNTIL
        if today > until:
            raise NotFoundError(
                "Deze link is te oud: hij werkt een jaar. Gebruik de link uit een nieuwere mail, of"
                " log in en ga naar 'Welke mails wil je krijgen?'."
            )
        return PreferencesLink(str(contact), MailList(mail_list))


class _Tokens(URLSafeSerializer):
    """Never compresses: that begins with a dot, and many a web server refuses `/.` in a path."""

    def dump_payload(self, obj: Any) -> bytes:
        return base64_encode(Serializer.dump_payload(self, obj))


def _read(tokens: _Tokens, token: str) -> list[Any]:
    """Return what we put in a token; the signature says that it has the form we gave it."""
    try:
        found: list[Any] = tokens.loads(token)
    except BadSignature:
        raise NotFoundError(
            "Deze link klopt niet. Open de link uit de mail nog een keer, in zijn geheel."
        ) from None
    return found
