"""What the calendar of an organiser says of the editions of a campaign; it changes none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.rota import LONGEST_DAYS, Edition, EditionStatus


@dataclass(frozen=True, slots=True)
class RemoteEvent:
    """An event in a calendar of somebody else; its days are those of Amsterdam.

    Attributes:
        title: one line; anything can be in it.
        span: first and last day, both included.
        cancelled: it is off.
        repeats: it comes back by a rule, of which only the first time is read.
    """

    title: str
    span: Span
    cancelled: bool = False
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """What a calendar says.

    Attributes:
        dates: for an edition by key, other days than it has, or the same while it is provisional.
        agrees: keys of the editions that have the days of the calendar.
        new: years that the campaign has no edition in, with the days.
        remarks: what a person must look at, in Dutch.
    """

    dates: tuple[tuple[str, RemoteEvent], ...]
    agrees: frozenset[str]
    new: tuple[tuple[int, Span], ...]
    remarks: tuple[str, ...]


def is_about(event: RemoteEvent, words: str) -> bool:
    """Say whether words stand in the title of an event, in any case and with any spaces."""
    return _plain(words) in _plain(event.title)


def find(
    editions: Sequence[Edition], events: Iterable[RemoteEvent], words: str, today: date
) -> Findings:
    """Compare the editions of one campaign with a calendar.

    An event belongs to the edition of its year. Where several could, a person looks: a guess could
    put the day of a kick-off in the place of a whole week.

    Args:
        editions: of the campaign, of any year and status.
        events: of the calendar, all of them.
        words: what stands in the titles of its events.
        today: what is over is left alone.
    """
    about = [one for one in events if is_about(one, words)]
    nothing = f'Geen enkele afspraak in de agenda heeft "{words}" in de titel.'
    remarks = [] if about else [nothing]
    ahead = [one for one in about if one.span.last >= today]
    coming = sorted((one for one in ahead if _is_plain(one)), key=lambda one: one.span)
    if len(coming) < len(ahead):
        remarks.append(
            "Een afspraak die zich herhaalt of langer dan een jaar duurt, telt niet mee."
            " Kijk zelf of de datum klopt."
        )
    dates: list[tuple[str, RemoteEvent]] = []
    agrees: set[str] = set()
    new: list[tuple[int, Span]] = []
    for year in sorted({one.span.first.year for one in coming}):
        of_year = [one for one in coming if one.span.first.year == year]
        live = [one for one in of_year if not one.cancelled]
        there = [one for one in editions if one.year == year]
        remarks += _called_off(there, of_year)
        if not there:
            new += [(year, one) for one in sorted({one.span for one in live})]
            continue
        spans = {one.span for one in live}
        agrees |= {one.key for one in there if one.span in spans}
        dates += [
            (one.key, event)
            for one in there
            if one.status is EditionStatus.PROVISIONAL
            for event in live
            if event.span == one.span
        ]
        taken = {one.span for one in there}
        rest = {one.span: one for one in live if one.span not in taken}
        open_ones = [
            one
            for one in there
            if one.key not in agrees
            and one.status is not EditionStatus.CANCELLED
            and one.span.last >= today
        ]
        if len(rest) == 1 and len(open_ones) == 1:
            dates.append((open_ones[0].key, next(iter(rest.values()))))
        elif rest and open_ones:
            found = dutch.join([dutch.period(one) for one in sorted(rest)])
            remarks.append(
                f"In {year} staat er meer dan een afspraak: {found}. Kijk zelf welke dagen kloppen."
            )
    return Findings(tuple(dict(dates).items()), frozenset(agrees), tuple(new), tuple(remarks))


def _called_off(editions: Iterable[Edition], events: Iterable[RemoteEvent]) -> list[str]:
    off = {one.span for one in events if one.cancelled}
    return [
        f"Volgens de agenda gaat {one.year} niet door ({dutch.period(one.span)})."
        " Klopt dat? Zeg de campagne dan af."
        for one in editions
        if one.span in off and one.status is not EditionStatus.CANCELLED
    ]


def _is_plain(event: RemoteEvent) -> bool:
    return not event.repeats and event.span.days <= LONGEST_DAYS


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
