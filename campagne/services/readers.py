"""Who reads a mail: whose it is, or the deputy who gets a copy."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.contacts import Contact
from campagne.domain.preferences import EVERYTHING, MailList
from campagne.store import queries


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a mail.

    Attributes:
        contact: who gets it.
        of: whose mail it is; another contact for a copy.
        away_until: the last day of the absence of `of`; None when this is no copy.
    """

    contact: Contact
    of: Contact
    away_until: date | None = None

    @property
    def copy_note(self) -> str:
        """What stands at the top of a copy: whole Dutch sentences; empty when this is none."""
        if self.away_until is None:
            return ""
        return (
            f"{self.of.name} is afwezig tot en met"
            f" {dutch.day(self.away_until)}. Je krijgt deze mail omdat jij dan de vervanger bent."
        )

    @property
    def copy_of(self) -> str:
        """What stands behind the name of a copy in a list; empty when this is none."""
        return "" if self.away_until is None else f", kopie van {self.of.name}"

    def key(self, own: str) -> str:
        """Return the key of this reader's mail, from that of the mail of whose it is."""
        return own if self.contact == self.of else f"{own}:vervanger:{self.contact.key}"


def deputies(session: Session, mail_list: MailList, today: date) -> dict[str, Reader]:
    """Return who gets a copy of mail of a list today, per contact who is absent.

    A deputy who is no active contact any more, has a paused address, or does without this list,
    gets none.
    """
    people = {one.key: one for one in queries.contacts(session)}
    wanted = queries.preferences(session)
    found = {}
    for key, one in wanted.items():
        deputy = people.get(one.deputy_on(today) or "")
        if deputy is None or deputy.paused or key not in people or one.absence is None:
            continue
        if wanted.get(deputy.key, EVERYTHING).gets(mail_list):
            found[key] = Reader(deputy, people[key], one.absence.last)
    return found
