"""What the gemeenten of a region say of a year of the rota, and what a change voids.

The Duin- en Bollenstreek has no authority of its own: any of its gemeenten proposes, each agrees
for itself, and agrees to what stood there when it did.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from campagne.domain.rota import Agreement, RotaEntry


@dataclass(frozen=True, slots=True)
class Statement:
    """What a gemeente said of one version of a year.

    Attributes:
        municipality: its key.
        agreement: None for a remark.
        note: what it does instead, or the remark; may be empty.
        by: who said so, as people read it; `by_key` who that is, where it is a contact.
        at: instant, aware UTC.
    """

    version: int
    municipality: str
    agreement: Agreement | None
    note: str
    by: str
    at: datetime
    by_key: str | None = None


@dataclass(frozen=True, slots=True)
class Following:
    """How long a gemeente goes along with a year.

    Attributes:
        since: the day on which it came back after it did something else; None: from the beginning.
        left_on: the day on which it said that it does something else; None while it goes along,
            and where nobody knows.
    """

    since: date | None = None
    left_on: date | None = None

    def then(self, was: Agreement | None, says: Agreement | None, today: date) -> "Following":
        """Return how long it does when what it says changes today.

        Whatever makes it go along again counts: an answer, other files, or another campaign, which
        voids what it said. What is put right on the day itself was a mistake, and what is still to
        be done may not be lost by that.

        Args:
            was: what it said; None for nothing.
            says: what it says from now on.
            today: the day.
        """
        if says is Agreement.DIFFERS:
            left_on = self.left_on if was is Agreement.DIFFERS else today
            return Following(self.since, left_on)
        comes_back = was is Agreement.DIFFERS and self.left_on != today
        return Following(today if comes_back else self.since)


@dataclass(frozen=True, slots=True)
class Standing:
    """Who agrees to a year as it is now, by keys of gemeenten in their order.

    Attributes:
        settled_at: since when all agree, aware UTC; None while they do not, and where nobody said
            so on a page.
    """

    agreed: tuple[str, ...]
    missing: tuple[str, ...]
    differing: tuple[str, ...]
    settled_at: datetime | None

    @property
    def complete(self) -> bool:
        """True when every gemeente agrees."""
        return bool(self.agreed) and not self.missing and not self.differing


def standing(
    entry: RotaEntry, members: Collection[str], statements: Collection[Statement]
) -> Standing:
    """Say who agrees to a year of the rota.

    Args:
        entry: the year; who is not in its agreements did not answer yet.
        members: keys of the gemeenten whose year it is.
        statements: all that was said of it, in the order of time.
    """
    said = dict(entry.agreements)
    found = {
        agreement: tuple(one for one in members if said.get(one, Agreement.PROPOSED) is agreement)
        for agreement in Agreement
    }
    agreed = found[Agreement.AGREED]
    since = [
        one.at
        for one in latest(entry, statements).values()
        if one.municipality in agreed and one.agreement is Agreement.AGREED
    ]
    complete = len(agreed) == len(members) and bool(agreed)
    return Standing(
        agreed=agreed,
        missing=found[Agreement.PROPOSED],
        differing=found[Agreement.DIFFERS],
        settled_at=max(since) if complete and since else None,
    )


def latest(entry: RotaEntry, statements: Collection[Statement]) -> dict[str, Statement]:
    """Return what each gemeente last answered to a year as it is now, remarks left out."""
    return {
        one.municipality: one
        for one in statements
        if one.version == entry.version and one.agreement is not None
    }


def is_other(before: RotaEntry, after: RotaEntry) -> bool:
    """Say whether two versions of a year differ in what the gemeenten agree on.

    A source, or why the dates differ from a plan, is no part of that.
    """
    return _content(before) != _content(after)


def kept(
    agreements: Mapping[str, Agreement], before: RotaEntry, after: RotaEntry
) -> dict[str, Agreement]:
    """Return what of the answers to a year still holds after a change of it.

    Who agreed did so to the old content, and is asked again. Who does something else is asked
    again only where it is about another campaign: it keeps the quiet that it chose.
    """
    if not is_other(before, after):
        return dict(agreements)
    other_campaign = before.campaign != after.campaign
    return {
        one: Agreement.DIFFERS
        if said is Agreement.DIFFERS and not other_campaign
        else Agreement.PROPOSED
        for one, said in agreements.items()
    }


def _content(one: RotaEntry) -> tuple[object, ...]:
    return (one.campaign, one.theme, one.plan_period, one.lead, one.budget_eur, one.division)
