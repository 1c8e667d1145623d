"""The rota: brought in line with the calendar files, carried on each year, changed by people.

Files and people change the same data: what people changed is kept, and where both did, a person
chooses. Each change gives, in its transaction, new stamps for calendars and a new planning.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from campagne.clock import local_day
from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.rota import EditionStatus, check_days, expand
from campagne.domain.threeway import Decision, Item, Outcome, merge
from campagne.errors import InvalidInputError
from campagne.rota_files import RotaFiles
from campagne.services import audit, lookup
from campagne.services.audit import Author
from campagne.services.national import watching
from campagne.services.outbox import validity
from campagne.services.planning import notices, reminders
from campagne.services.publishing import feed_stamps
from campagne.services.rotas import rota_items
from campagne.services.rotas.rota_items import Values
from campagne.services.rotas.rota_report import ApplyReport, report
from campagne.services.rotas.rota_ties import with_their_content, with_their_dates
from campagne.store import queries, rows
from campagne.store.tables import EditionRow

log = logging.getLogger("campagne.rota")

_FIRST_YEAR = 2024  # of the plans that the shipped rota comes from
_YEARS_AHEAD = 3


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be done: decisions, and the three sides that they were taken from."""

    decisions: list[Decision]
    given: dict[Item, Values]
    applied: dict[Item, Values]


def diff(
    session: Session, files: RotaFiles, *, today: date, overwrite: bool = False
) -> ApplyReport:
    """Return what `apply` would do; changes nothing, any session will do."""
    return report(_plan(session, files, today, overwrite=overwrite).decisions)


def apply(
    session: Session,
    files: RotaFiles,
    *,
    today: date,
    now: datetime,
    overwrite: bool = False,
    by: Author | None = None,
) -> ApplyReport:
    """Bring the database in line with the calendar files; safe to repeat.

    Args:
        session: a writing session.
        files: everything in the files.
        today: editions are made until three years from this day.
        now: aware UTC.
        overwrite: take what the files give where both they and people changed something.
        by: who stands in the log of changes; None to fill an empty database, which changes nothing.

    Raises:
        InvalidInputError: when the files cannot go together with what is stored.
    """
    plan = _plan(session, files, today, overwrite=overwrite)
    try:
        _store(session, plan, now)
    except IntegrityError as error:
        raise InvalidInputError(
            "De kalenderbestanden passen niet bij wat al is opgeslagen: een sleutel of CBS-code"
            " is al van een ander, of verwijst naar iets dat niet bestaat. Er is niets veranderd;"
            " kijk of er in de bestanden een sleutel is veranderd."
            f" (De database meldt: {str(error.orig).splitlines()[0]})"
        ) from error
    result = report(plan.decisions)
    if by is not None:
        for one in result.changed_items():
            audit.record(
                session,
                by,
                one.what,
                of=(one.item.kind, one.item.key),
                before=one.before,
                after=one.after,
                why="",
                now=now,
            )
    if result.changes:
        follow_up(session, now=now, today=today)
    else:
        # A new version of the program may write events in other words.
        feed_stamps.restamp(session, now)
        feed_stamps.restamp_steps(session, reminders.situation(session), now)
    return result


def extend(session: Session, *, today: date, now: datetime) -> int:
    """Make the editions of years that have come within reach; safe to repeat.

    Args:
        session: a writing session.
        today: editions are made until three years from this day.
        now: aware UTC.

    Returns:
        How many editions were added.
    """
    years = _years([one.year for one in queries.rota_entries(session)], today)
    found = expand(tuple(queries.campaigns(session).values()), years)
    stored = {one.key for one in queries.editions(session)}
    missing = rota_items.from_editions(one for one in found.editions if one.key not in stored)
    if missing:
        applied = rota_items.last_applied(session)
        # One that was there before and is not now was removed by a person.
        missing = {item: values for item, values in missing.items() if item not in applied}
    if missing:
        by_people = {
            item: {**values, "added_on": today}
            for item, values in missing.items()
            if Item("campaign", values["campaign_key"]) not in applied
        }
        rota_items.add(session, {**missing, **by_people}, now)
        rota_items.remember(session, {}, rota_items.plain(missing))
        follow_up(session, now=now, today=today, editions=[item.key for item in missing])
    return len(missing)


def set_dates(
    session: Session,
    edition_key: str,
    span: Span,
    *,
    by: str,
    source: str,
    now: datetime,
    today: date,
) -> None:
    """Give an edition other dates; when they differ, it is provisional until someone confirms it.

    Mails that wait in the outbox are taken back, and who had one about the old dates is told so.

    Args:
        session: a writing session.
        edition_key: key of the edition.
        span: the new first and last day.
        by: who does this, for the log.
        source: where the dates come from; shown to people.
        now: aware UTC.
        today: kept as the day on which the dates were checked.

    Raises:
        NotFoundError: when there is no such edition.
        InvalidInputError: when the dates cannot be those of its year, or no source is given.
    """
    row = _edition(session, edition_key)
    check_days(edition_key, row.year, span)
    if not source.strip():
        raise InvalidInputError(
            "Geef aan waar de datums vandaan komen, bijvoorbeeld een webadres.", "bron"
        )
    if (row.first, row.last) != (span.first, span.last):
        row.first, row.last = span.first, span.last
        row.date_version += 1
        if row.status is EditionStatus.CONFIRMED:
            row.status = EditionStatus.PROVISIONAL
    row.source, row.checked_on = source.strip(), today
    log.info("edition %s set to %s by %s", edition_key, dutch.short_period(span), by)
    _after_edit(session, edition_key, now=now, today=today)


def confirm(
    session: Session, edition_key: str, *, by: str, now: datetime, today: date, source: str = ""
) -> None:
    """Confirm the dates of an edition; one that was cancelled goes on again.

    Args:
        session: a writing session.
        edition_key: key of the edition.
        by: who does this, for the log.
        now: aware UTC.
        today: kept as the day on which the dates were checked.
        source: where that can be read; empty to keep the source that it has.

    Raises:
        NotFoundError: when there is no such edition.
    """
    row = _edition(session, edition_key)
    if row.status is EditionStatus.CANCELLED:
        # People were told that it is off: what they are told from here on is new.
        row.date_version += 1
    if row.status is not EditionStatus.CONFIRMED:
        row.confirmed_on, row.confirmed_at = today, now
    row.status, row.checked_on = EditionStatus.CONFIRMED, today
    row.source = source.strip() or row.source
    log.info("edition %s confirmed by %s", edition_key, by)
    _after_edit(session, edition_key, now=now, today=today)


def cancel(session: Session, edition_key: str, *, by: str, now: datetime, today: date) -> None:
    """Cancel an edition: calendars show so, and reminders are withdrawn, from the outbox too.

    Who had a mail about it is told so.

    Args:
        session: a writing session.
        edition_key: key of the edition.
        by: who does this, for the log.
        now: aware UTC.
        today: the day of the change.

    Raises:
        NotFoundError: when there is no such edition.
    """
    row = _edition(session, edition_key)
    if row.status is not EditionStatus.CANCELLED:
        row.cancelled_from = row.status
    row.status = EditionStatus.CANCELLED
    log.info("edition %s cancelled by %s", edition_key, by)
    _after_edit(session, edition_key, now=now, today=today)


def resume(session: Session, edition_key: str, *, by: str, now: datetime, today: date) -> None:
    """Undo a cancellation: the edition goes on, as sure of its dates as it was before.

    Who was told that it is off, is told that it goes on after all. Args: as `cancel`.

    Raises:
        NotFoundError: when there is no such edition.
        InvalidInputError: when it is not cancelled.
    """
    row = _edition(session, edition_key)
    if row.status is not EditionStatus.CANCELLED:
        raise InvalidInputError("Deze editie is niet afgelast. Er is niets veranderd.")
    row.status = row.cancelled_from or EditionStatus.PROVISIONAL
    row.cancelled_from = None
    row.date_version += 1
    log.info("edition %s goes on again, says %s", edition_key, by)
    _after_edit(session, edition_key, now=now, today=today)


def set_theme(
    session: Session, edition_key: str, theme: str, *, by: str, now: datetime, today: date
) -> None:
    """Give an edition another theme; empty for none of its own.

    Args:
        session: a writing session.
        edition_key: key of the edition.
        theme: one line.
        by: who does this, for the log.
        now: aware UTC.
        today: the day of the change.

    Raises:
        NotFoundError: when there is no such edition.
    """
    _edition(session, edition_key).theme = theme
    log.info("theme of edition %s set by %s", edition_key, by)
    _after_edit(session, edition_key, now=now, today=today)


def _plan(session: Session, files: RotaFiles, today: date, *, overwrite: bool) -> _Plan:
    """Decide everything, first what stands in the files, then the editions that follow from it."""
    given = rota_items.from_files(files)
    stored = rota_items.from_store(session)
    applied = rota_items.last_applied(session)
    given |= rota_items.departed(given, applied)
    editions = {item: values for item, values in stored.items() if item.kind == "edition"}
    rest = {item: values for item, values in stored.items() if item not in editions}
    decisions = with_their_content(
        merge(
            rota_items.plain(given),
            {item: fields for item, fields in applied.items() if item.kind != "edition"},
            rota_items.plain(rest),
            overwrite=overwrite,
        )
    )
    # People may have changed a campaign: the editions follow from what it will be.
    merged = _merged(decisions, given, rest)
    removed = queries.campaigns_ever(session).keys() - queries.campaigns(session).keys()
    entries = [values["year"] for item, values in merged.items() if item.kind == "rota_entry"]
    years = _years(entries, today)
    campaigns = [
        rows.campaign_from(SimpleNamespace(key=item.key, **values))
        for item, values in merged.items()
        if item.kind == "campaign" and item.key not in removed
    ]
    in_order = sorted(campaigns, key=lambda one: one.key)
    expected = rota_items.from_editions(expand(in_order, years).editions)
    given |= expected
    reached = {item for item, values in editions.items() if values["year"] in years}
    decisions += with_their_dates(
        merge(
            rota_items.plain(expected),
            {item: fields for item, fields in applied.items() if item in reached | set(expected)},
            rota_items.plain(editions),
            overwrite=overwrite,
        )
    )
    return _Plan(decisions, given, applied)


def _merged(
    decisions: Iterable[Decision], given: dict[Item, Values], stored: dict[Item, Values]
) -> dict[Item, Values]:
    """Return the items as they will be."""
    merged = {item: dict(values) for item, values in stored.items()}
    for one in decisions:
        if one.outcome is Outcome.ADD:
            merged[one.item] = dict(given[one.item])
        elif one.outcome is Outcome.TAKE:
            merged[one.item][one.field] = given[one.item].get(one.field)
    return merged


def _years(rota_years: Sequence[int], today: date) -> range:
    last = max([*rota_years, today.year + _YEARS_AHEAD])
    return range(min([*rota_years, _FIRST_YEAR]), last + 1)


def _store(session: Session, plan: _Plan, now: datetime) -> None:
    added = {one.item: plan.given[one.item] for one in plan.decisions if one.outcome is Outcome.ADD}
    rota_items.add(session, added, now)
    changed: dict[Item, Values] = {}
    for one in plan.decisions:
        if one.outcome is Outcome.TAKE:
            value: Any = plan.given[one.item].get(one.field)
            changed.setdefault(one.item, {})[one.field] = value
    for item, values in changed.items():
        if values.get("status") == EditionStatus.CONFIRMED:
            values |= {"confirmed_on": local_day(now), "confirmed_at": now}
        rota_items.change(session, item, values, now)
    given = rota_items.plain(plan.given)
    agreed = {item: dict(plan.applied.get(item, {})) for item in given}
    for one in plan.decisions:
        if one.outcome is Outcome.ADD:
            agreed[one.item] = dict(given[one.item])
        elif one.outcome in {Outcome.SAME, Outcome.TAKE}:
            if one.field in given[one.item]:
                agreed[one.item][one.field] = one.given
            else:
                agreed[one.item].pop(one.field, None)
    rota_items.remember(session, plan.applied, agreed)
    # The rows were changed behind the back of the session.
    session.expire_all()


def follow_up(
    session: Session,
    *,
    now: datetime,
    today: date,
    editions: Collection[str] | None = None,
    steps: Collection[str] | None = None,
) -> None:
    """Bring calendars, mails and reminders in line with a change, in its transaction.

    Args:
        session: a writing session.
        now: aware UTC.
        today: the day.
        editions: keys of the editions that changed; None for all.
        steps: keys of the steps of the playbook that changed, where nothing else did; None for all.
    """
    if not feed_stamps.restamp(session, now):  # pages show more than calendars do
        queries.raise_data_version(session, now)
    if editions is None and steps is None:
        feed_stamps.restamp_steps(session, reminders.situation(session), now)
    notices.keep_dates(session)
    watching.keep(session, now=now)
    validity.withdraw(session, now=now)
    reminders.replan(session, now=now, today=today, editions=editions, steps=steps)
    notices.replan(session, now=now, today=today, editions=editions)


def _edition(session: Session, key: str) -> EditionRow:
    lookup.edition(session, key)
    return session.get_one(EditionRow, key)


def _after_edit(session: Session, key: str, *, now: datetime, today: date) -> None:
    session.flush()
    follow_up(session, now=now, today=today, editions=[key])
