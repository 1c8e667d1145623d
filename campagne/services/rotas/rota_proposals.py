"""Proposing a year of the rota, and changing or withdrawing that.

Each is done in the transaction of the caller, who rolls back what was only to be seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from campagne.domain import agreement as agreements
from campagne.domain import dutch
from campagne.domain.agreement import Statement
from campagne.domain.playbook import Role
from campagne.domain.regions import Municipality, Region, reaches
from campagne.domain.rights import Visitor
from campagne.domain.rota import Agreement, Campaign, RotaEntry
from campagne.domain.threeway import Item
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services.audit import Author
from campagne.services.rotas import (
    effects,
    proposal_mails,
    rota,
    rota_answers,
    rota_items,
    rota_years,
)
from campagne.services.rotas.effects import Effect
from campagne.services.rotas.proposal_mails import Desk, Proposed
from campagne.services.rotas.rota_years import Room
from campagne.store import queries, rows
from campagne.store.tables import AuditRow, RotaAgreementRow, RotaEntryRow, RotaStatementRow

_MOST_IN_YEAR = 9
_MOST_EUROS = 1_000_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes for a year; as of a `RotaEntry`.

    Attributes:
        campaign / lead: keys; an empty `lead` for nobody.
        places: keys of the gemeenten in whose name it is done, and that so agree.
    """

    campaign: str
    theme: str
    plan_period: str
    lead: str
    budget_eur: int
    division: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form to propose a year needs.

    Attributes:
        entry: the proposal that is changed; None for a new one.
        previous: what was proposed for the year before, to start from; None for nothing.
        campaigns: what can be chosen, by name: key, name and the days in this year, in Dutch.
        members: the gemeenten whose year it is.
        mine: those that the visitor answers for.
        willing: keys of those of `mine` that did not say they do something else.
        version: fingerprint of what is there, see `form_version`.
        agreed: names of the gemeenten that agreed, which a change asks again.
    """

    region: Region
    year: int
    entry: RotaEntry | None
    previous: RotaEntry | None
    campaigns: tuple[tuple[str, str, str], ...]
    members: tuple[Municipality, ...]
    mine: tuple[Municipality, ...]
    willing: tuple[str, ...]
    version: str
    agreed: tuple[str, ...]


def draft(
    session: Session, region: str, year: int, entry: str | None, *, visitor: Visitor, today: date
) -> Draft:
    """Return what a form to propose a year of a rota needs, or to change a proposal.

    Raises:
        NotFoundError: when it is not theirs to propose, or there is no such proposal.
        InvalidInputError: when the year is past.
    """
    around = _open_room(session, region, year, visitor, today)
    before = rota_answers.find(around, entry) if entry is not None else None
    days = {
        one.campaign: dutch.short_period(one.span)
        for one in reversed(queries.editions(session, years=[year]))
    }
    said = dict(before.agreements) if before else {}
    earlier = [
        one for one in queries.rota_entries(session) if (one.region, one.year) == (region, year - 1)
    ]
    return Draft(
        region=around.region,
        year=year,
        entry=before,
        previous=earlier[0] if earlier else None,
        campaigns=tuple(
            (key, one.name, days.get(key, ""))
            for key, one in around.campaigns.items()
            if _can_be_central(one, around) and one.part_of is None
        ),
        members=around.members,
        mine=around.mine,
        willing=tuple(one.key for one in around.mine if said.get(one.key) is not Agreement.DIFFERS),
        version=form_version(around.entries, before),
        agreed=tuple(one.name for one in around.members if said.get(one.key) is Agreement.AGREED),
    )


def propose(
    session: Session,
    region: str,
    year: int,
    wanted: Proposal,
    *,
    entry: str | None,
    version: str,
    desk: Desk,
) -> Effect:
    """Propose a campaign for a year, or change what is proposed; who must answer gets a mail.

    What agreed to the old content is void. What is already so changes nothing.

    Args:
        session: a writing session.
        region: key of the region whose year it is.
        year: the year.
        wanted: the proposal.
        entry: key of the one that is changed; None for a new one.
        version: of the form that was filled in, see `form_version`.
        desk: who does it.

    Raises:
        NotFoundError: when it is not theirs to propose, or there is no such proposal.
        InvalidInputError: when it makes no sense, or somebody else was first.
    """
    around = _open_room(session, region, year, desk.visitor, desk.today)
    before = rota_answers.find(around, entry) if entry is not None else None
    if version != form_version(around.entries, before):
        raise InvalidInputError(somebody_was_first(before))
    _require_sense(around, before, wanted)
    if before is not None and not desk.why:
        raise InvalidInputError("Schrijf op waarom het voorstel verandert.", "waarom")
    after = _after(around, before, wanted, desk)
    campaigns = {wanted.campaign, before.campaign if before else wanted.campaign}
    touched = rota_answers.editions_of(session, year, campaigns)
    start = effects.look(session, touched, _face(session, around, before))
    if before is not None and not agreements.is_other(before, after):
        return effects.compare(session, start, start, today=desk.today)
    _store(session, before, after, wanted, desk)
    rota.extend(session, today=desk.today, now=desk.now)
    touched = rota_answers.editions_of(session, year, campaigns)
    rota.follow_up(session, now=desk.now, today=desk.today, editions=touched)
    stored = rota_answers.stored(session, after.key)
    mailed = proposal_mails.queue(
        session,
        Proposed(before, stored, around.fields(before), around.fields(stored), around.region.name),
        asked=[one for one in around.members if one.key not in wanted.places],
        desk=desk,
    )
    end = effects.look(session, touched, _face(session, around, stored))
    effect = effects.compare(session, start, end, today=desk.today, mailed=mailed)
    what = "voorstel veranderd" if before else "voorstel gedaan"
    _note(session, what, after.key, effect, desk)
    return effect


def withdraw(
    session: Session, region: str, year: int, entry: str, *, version: str, desk: Desk
) -> Effect:
    """Take a proposal away, with what was said of it; mails about it that wait are taken back.

    Args and errors: as `propose`.
    """
    around = _open_room(session, region, year, desk.visitor, desk.today)
    before = rota_answers.find(around, entry)
    if version != form_version(around.entries, before):
        raise InvalidInputError(somebody_was_first(before))
    if not desk.why:
        raise InvalidInputError("Schrijf op waarom het voorstel vervalt.", "waarom")
    touched = rota_answers.editions_of(session, year, {before.campaign})
    start = effects.look(session, touched, _face(session, around, before))
    proposal_mails.take_back(session, before.key, now=desk.now)
    for table in (RotaStatementRow, RotaAgreementRow):
        session.execute(delete(table).where(col(table.entry_key) == before.key))
    session.execute(delete(RotaEntryRow).where(col(RotaEntryRow.key) == before.key))
    session.expire_all()
    rota.follow_up(session, now=desk.now, today=desk.today, editions=touched)
    end = effects.look(session, touched, dict.fromkeys(start.fields, ""))
    effect = effects.compare(session, start, end, today=desk.today)
    _note(session, "voorstel ingetrokken", before.key, effect, desk)
    return effect


def form_version(entries: Sequence[RotaEntry], entry: RotaEntry | None) -> str:
    """Return what tells whether a form about a proposal is old; None for a new proposal."""
    if entry is not None:
        return str(entry.version)
    return "nieuw" + "".join(f",{one.key}:{one.version}" for one in entries)


def _open_room(session: Session, region: str, year: int, visitor: Visitor, today: date) -> Room:
    around = rota_years.room(session, region, year, visitor, today)
    if not around.may_propose:
        raise NotFoundError(
            f"Een voorstel voor {around.region.name} doet een beleidsmedewerker van een van de"
            " gemeenten daar, of de centrumgemeente. Vraag het daar."
        )
    if around.closed:
        raise InvalidInputError(around.closed)
    return around


def somebody_was_first(before: RotaEntry | None) -> str:
    """Return in Dutch that a form is old; `before` is the proposal as it is now, if it was one."""
    by = f" door {before.proposed_by}" if before is not None and before.proposed_by else ""
    return (
        f"Er is intussen iets veranderd{by}. Er is niets opgeslagen. Kijk op de pagina van het jaar"
        " wat er nu staat, en verstuur dit formulier dan opnieuw als het nog nodig is."
    )


def _require_sense(around: Room, before: RotaEntry | None, wanted: Proposal) -> None:
    campaign = around.campaigns.get(wanted.campaign)
    if campaign is None or not _can_be_central(campaign, around):
        raise InvalidInputError("Kies een campagne uit de lijst.", "campagne")
    others = {one.campaign for one in around.entries if one != before}
    if wanted.campaign in others:
        raise InvalidInputError(
            f"{campaign.name} staat al in het rooster van {around.year}.", "campagne"
        )
    if before is None and len(around.entries) >= _MOST_IN_YEAR:
        raise InvalidInputError(f"Er staan al {_MOST_IN_YEAR} campagnes in dit jaar.", "campagne")
    if wanted.lead and wanted.lead not in {one.key for one in around.members}:
        raise InvalidInputError(
            "Kies een gemeente uit de lijst om de campagne te leiden.", "trekker"
        )
    if not 0 <= wanted.budget_eur <= _MOST_EUROS:
        raise InvalidInputError(
            f"Vul als budget een bedrag in van 0 tot en met {dutch.euro(_MOST_EUROS)}.", "budget"
        )
    if wanted.places:
        rota_answers.require_own(around, wanted.places, "namens")
    elif around.mine:
        raise InvalidInputError("Kies namens welke gemeente je dit voorstelt.", "namens")


def _can_be_central(campaign: Campaign, around: Room) -> bool:
    whole = campaign.municipality is None
    return whole and reaches(campaign.region, around.region.key, around.regions)


def _after(around: Room, before: RotaEntry | None, wanted: Proposal, desk: Desk) -> RotaEntry:
    """Return the year as it will be, without the answers."""
    names = dutch.join([one.name for one in around.members if one.key in wanted.places])
    by = names or f"de centrumgemeente {_centres(around, desk.visitor)}"
    base = before or RotaEntry(
        key=_new_key(around),
        region=around.region.key,
        year=around.year,
        campaign=wanted.campaign,
        theme="",
        plan_period="",
        source="",
    )
    after = replace(
        base,
        campaign=wanted.campaign,
        theme=wanted.theme,
        plan_period=wanted.plan_period,
        lead=wanted.lead or None,
        budget_eur=wanted.budget_eur,
        division=wanted.division,
        source=f"Voorstel van {by}",
        proposed_by=by,
        proposed_at=desk.now,
        since=before.since_with(wanted.campaign, desk.today) if before else desk.today,
        stood=tuple({**dict(before.stood), before.campaign: before.since}.items())
        if before
        else (),
    )
    same_days = (base.campaign, base.plan_period) == (after.campaign, after.plan_period)
    # It explains why the days differ from those of the plan, and of no other campaign or period.
    return after if same_days else replace(after, why_differs="")


def _centres(around: Room, visitor: Visitor) -> str:
    """Return for which centrumgemeenten somebody works; no names of people, which are not kept."""
    keys = {at for role, at in visitor.contact.assignments if role is Role.CENTRE}
    return dutch.join([one.name for key, one in around.municipalities.items() if key in keys])


def _new_key(around: Room) -> str:
    first = f"{around.region.key}-{around.year}"
    taken = {one.key for one in around.entries}
    numbered = (f"{first}-{number}" for number in range(2, _MOST_IN_YEAR + 2))
    return next(key for key in (first, *numbered) if key not in taken)


def _store(
    session: Session, before: RotaEntry | None, after: RotaEntry, wanted: Proposal, desk: Desk
) -> None:
    item = Item(rota_answers.KIND, after.key)
    values = rows.rota_entry_values(after)
    values.pop("key")
    if before is None:
        rota_items.add(session, {item: values}, desk.now)
        # One that was withdrawn had versions of its own, with mails of their own.
        earlier = session.scalar(
            select(func.count()).where(
                col(AuditRow.kind) == rota_answers.KIND, col(AuditRow.key) == after.key
            )
        )
        version = 1 + (earlier or 0)
        answers: dict[str, Agreement] = {}
    else:
        was = rows.rota_entry_values(before)
        changed = {name: value for name, value in values.items() if value != was[name]}
        rota_items.change(session, item, changed, desk.now)
        version = before.version + 1
        answers = agreements.kept(dict(before.agreements), before, after)
    session.expire_all()
    row = session.get_one(RotaEntryRow, after.key)
    row.version, row.proposed_by, row.proposed_at = version, after.proposed_by, after.proposed_at
    row.proposer_key, row.since = desk.visitor.contact.key, after.since
    row.stood = {key: day.isoformat() if day else None for key, day in after.stood}
    session.flush()
    author = _author(desk)
    for place in sorted(wanted.places):
        answers[place] = Agreement.AGREED
        statement = Statement(version, place, Agreement.AGREED, "", author.name, desk.now)
        rota_answers.say(session, after, statement, author)
    rota_items.change(
        session,
        item,
        {rota_items.AGREEMENT + place: said for place, said in answers.items()},
        desk.now,
    )


def _face(session: Session, around: Room, entry: RotaEntry | None) -> dict[str, str]:
    """Return a proposal as people read it, with who agrees."""
    if entry is None:
        return {}
    return around.fields(entry) | rota_answers.said_by(
        session, around, entry, [one.key for one in around.members]
    )


def _note(session: Session, what: str, key: str, effect: Effect, desk: Desk) -> None:
    rota_answers.note(session, what, key, effect, author=_author(desk), why=desk.why, now=desk.now)


def _author(desk: Desk) -> Author:
    return Author(desk.visitor.contact.name, desk.visitor.contact.key)
