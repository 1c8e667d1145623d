"""What gemeenten do around an edition: read by their region, written by each for itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from campagne.clock import local_day
from campagne.domain import dutch, local_plans
from campagne.domain.contacts import Contact
from campagne.domain.local_plans import LocalAction, LocalPlan
from campagne.domain.regions import Municipality
from campagne.domain.reminders import Answer
from campagne.domain.rota import Edition, EditionStatus
from campagne.errors import InvalidInputError
from campagne.services import lookup
from campagne.services.audit import Author
from campagne.services.regional import broadcasts
from campagne.store import queries, said_and_done
from campagne.store.tables import LocalActionRow, ParticipationRow

# As long as the evaluations are asked for.
_WRITTEN_UNTIL = timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class PlanPage:
    """What a page needs to ask a gemeente what it does.

    Attributes:
        period: the days in Dutch.
        colleagues: who can be contact, by name.
        closed: a Dutch sentence that says why nothing is asked, None when it is.
    """

    edition_key: str
    municipality_key: str
    municipality: str
    campaign: str
    period: str
    plan: LocalPlan
    colleagues: tuple[Contact, ...]
    closed: str | None


def page(session: Session, broadcast_id: int, municipality_key: str, today: date) -> PlanPage:
    """Return what a gemeente does around the edition of a broadcast; asked of who joins.

    Args:
        session: any session.
        broadcast_id: the broadcast.
        municipality_key: the gemeente.
        today: the day.

    Raises:
        NotFoundError: for an unknown broadcast or gemeente.
    """
    row = broadcasts.find(session, broadcast_id)
    edition = lookup.edition(session, row.edition_key)
    place = lookup.municipality(session, municipality_key)
    name = queries.campaigns(session)[edition.campaign].name
    key = (edition.key, place.key)
    shut = _closed(session, edition, place, today, broadcast_id)
    return PlanPage(
        edition_key=edition.key,
        municipality_key=place.key,
        municipality=place.name,
        campaign=name,
        period=dutch.period(edition.span),
        plan=read(session, [edition.key], [place.key]).get(key, LocalPlan()),
        colleagues=_colleagues(session, place.key),
        closed=shut,
    )


def read(
    session: Session,
    editions: Collection[str],
    municipalities: Collection[str] | None = None,
) -> dict[tuple[str, str], LocalPlan]:
    """Return what was stored per (edition, gemeente), also of who takes part no more.

    Args:
        session: any session.
        editions: keys of these editions.
        municipalities: keys of only these gemeenten; None for all.
    """
    acts = select(LocalActionRow).where(col(LocalActionRow.edition_key).in_(editions))
    plans = select(ParticipationRow).where(col(ParticipationRow.edition_key).in_(editions))
    if municipalities is not None:
        acts = acts.where(col(LocalActionRow.municipality_key).in_(municipalities))
        plans = plans.where(col(ParticipationRow.municipality_key).in_(municipalities))
    actions: dict[tuple[str, str], list[LocalAction]] = {}
    for row in session.exec(acts.order_by(col(LocalActionRow.position))):
        action = LocalAction(row.kind, row.text, row.on)
        actions.setdefault((row.edition_key, row.municipality_key), []).append(action)
    return {
        (one.edition_key, one.municipality_key): LocalPlan(
            actions=tuple(actions.get((one.edition_key, one.municipality_key), ())),
            contact=one.contact_key,
            expected_cents=one.expected_cents,
            real_cents=one.real_cents,
            version=one.version,
        )
        for one in session.exec(plans)
    }


def store(
    session: Session,
    *,
    edition_key: str,
    municipality_key: str,
    plan: LocalPlan,
    by: Author,
    now: datetime,
    broadcast_id: int | None = None,
) -> bool:
    """Store what a gemeente does around an edition, in the place of what it said before.

    Args:
        session: a writing session.
        edition_key: the edition.
        municipality_key: the gemeente.
        plan: all of it; its `version` is that of the plan that was read.
        by: who says so: a contact, or a name as people will read it.
        now: the instant, aware UTC.
        broadcast_id: the broadcast of the link by which they came; None without one.

    Returns:
        True when stored; False when it says what was stored already.

    Raises:
        NotFoundError: for an unknown edition, gemeente or broadcast.
        InvalidInputError: when the edition is cancelled or long over, the gemeente does not take
            part, the broadcast was not sent, the plan cannot be meant, or somebody else stored
            another one meanwhile.
    """
    edition = lookup.edition(session, edition_key)
    place = lookup.municipality(session, municipality_key)
    if reason := _closed(session, edition, place, local_day(now), broadcast_id):
        raise InvalidInputError(reason)
    colleagues = [one.key for one in _colleagues(session, place.key)]
    local_plans.check(plan, edition.span, colleagues)
    key = (edition.key, place.key)
    stored = read(session, [edition.key], [place.key]).get(key, LocalPlan())
    if plan.version != stored.version:
        raise InvalidInputError(
            f"Een collega veranderde intussen wat {place.name} doet. Jouw wijziging is niet"
            " opgeslagen. Kijk wat er nu staat, en sla het dan nog een keer op."
        )
    if plan == stored:
        return False
    row = session.get(ParticipationRow, key) or ParticipationRow(
        edition_key=edition.key, municipality_key=place.key, version=0, by="", at=now
    )
    row.contact_key, row.version = plan.contact, stored.version + 1
    row.expected_cents, row.real_cents = plan.expected_cents, plan.real_cents
    row.by, row.by_key, row.at = by.name, by.contact, now
    session.add(row)
    session.exec(
        delete(LocalActionRow).where(
            col(LocalActionRow.edition_key) == edition.key,
            col(LocalActionRow.municipality_key) == place.key,
        )
    )
    for position, one in enumerate(plan.actions):
        session.add(
            LocalActionRow(
                edition_key=edition.key,
                municipality_key=place.key,
                position=position,
                kind=one.kind,
                text=one.text,
                on=one.on,
            )
        )
    session.flush()
    return True


def _closed(
    session: Session,
    edition: Edition,
    place: Municipality,
    today: date,
    broadcast_id: int | None,
) -> str | None:
    """Return in Dutch why a gemeente writes nothing down around an edition; None when it may."""
    # The link of a mail to look at.
    if broadcast_id is not None and broadcasts.find(session, broadcast_id).released_at is None:
        return (
            "Dit regiobericht is nog niet verstuurd. Acties opschrijven kan als het verstuurd is."
        )
    name = queries.campaigns(session)[edition.campaign].name
    if edition.span.last + _WRITTEN_UNTIL < today:
        return f"{name} is voorbij. Acties opschrijven kan niet meer."
    if edition.status is EditionStatus.CANCELLED:
        return f"{name} gaat niet door. Acties opschrijven hoeft niet meer."
    answer = said_and_done.answers(session, [edition.key], [place.key]).get(
        (edition.key, place.key)
    )
    if answer is Answer.DECLINE:
        return f"{place.name} doet niet mee met {name}. Verander eerst dat antwoord."
    return None


def _colleagues(session: Session, municipality_key: str) -> tuple[Contact, ...]:
    return tuple(
        one
        for one in queries.contacts(session)
        if municipality_key in {at for _, at in one.assignments}
    )


def set_real_costs(
    session: Session,
    *,
    edition_key: str,
    municipality_key: str,
    cents: int | None,
    by: Author,
    now: datetime,
) -> None:
    """Store what an edition really cost a gemeente, and leave the rest of its plan as it is.

    Args:
        session: a writing session.
        edition_key: the edition.
        municipality_key: the gemeente.
        cents: whole euro cents; None for not known.
        by: who says so.
        now: the instant, aware UTC.

    Raises:
        InvalidInputError: for costs that cannot be meant, with the field `echte-kosten`.
    """
    local_plans.check_cents(cents, "echte-kosten")
    row = session.get(ParticipationRow, (edition_key, municipality_key))
    if row is None and cents is None:
        return
    row = row or ParticipationRow(
        edition_key=edition_key, municipality_key=municipality_key, version=0, by="", at=now
    )
    if row.real_cents == cents and row.version:
        return
    row.real_cents, row.version = cents, row.version + 1
    row.by, row.by_key, row.at = by.name, by.contact, now
    session.add(row)
    session.flush()
