"""Links: where things stand on the web, and signed links that need no log-in.

A signed link names what it is about and carries a signature, so there is nothing to steal from a
table. It is good for one purpose only: a link of one kind cannot be used as another.
"""

from dataclasses import dataclass
from urllib.parse import quote

from itsdangerous import BadSignature, URLSafeSerializer

from campagne.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """What the link to an answer page names: one broadcast and one gemeente."""

    broadcast_id: int
    municipality: str


class Links:
    """Makes every address that stands in a mail, a feed or a page.

    Args:
        base_url: public address of the service, without a slash at the end.
        secret: key that signs links.
    """

    def __init__(self, base_url: str, secret: str) -> None:
        self.base_url = base_url
        self._answers = URLSafeSerializer(secret, salt="campagne.answer")

    def year(self, year: int) -> str:
        """Return the address of the page of a year."""
        return f"{self.base_url}/jaar/{year}"

    def edition(self, key: str, municipality: str | None = None) -> str:
        """Return the address of the page of an edition, seen from a gemeente if one is given."""
        query = f"?gemeente={quote(municipality)}" if municipality else ""
        return f"{self.base_url}/editie/{quote(key)}{query}"

    def subscribe(self) -> str:
        """Return the address of the page that explains how to subscribe to a feed."""
        return f"{self.base_url}/abonneren"

    def feed(self, kind: str, key: str) -> str:
        """Return the address of a feed; kind is ``regio``, ``gemeente`` or ``campagne``."""
        return f"{self.base_url}/feeds/{kind}/{quote(key)}.ics"

    def answer(self, broadcast_id: int, municipality: str) -> str:
        """Return the signed address of the answer page of one gemeente."""
        token = self._answers.dumps([broadcast_id, municipality])
        return f"{self.base_url}/antwoord/{token}"

    def read_answer(self, token: str) -> AnswerLink:
        """Read the token of an answer link.

        Raises:
            NotFoundError: when the token was not made by this service for this purpose.
        """
        try:
            broadcast_id, municipality = self._answers.loads(token)
        except (BadSignature, ValueError, TypeError):
            raise NotFoundError(
                "Deze link klopt niet. Open de link uit de mail nog een keer, in zijn geheel."
            ) from None
        return AnswerLink(int(broadcast_id), str(municipality))
