"""Who hears what of a proposal: who decides on dates, and who proposed them or a year."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from campagne.domain import agreement as agreements
from campagne.domain.news import NewsKind
from campagne.domain.playbook import Role
from campagne.domain.regions import centre_of
from campagne.domain.rights import Visitor
from campagne.domain.rota import Edition, RotaEntry
from campagne.services import news
from campagne.services.audit import Author
from campagne.services.rotas import edition_changes
from campagne.store import queries
from campagne.store.tables import DateProposalRow, RotaEntryRow


def tell_who_decides(
    session: Session, row: DateProposalRow, edition: Edition, now: datetime
) -> None:
    """Tell the centrumgemeente of who proposes dates, or every one that may decide on them.

    Args:
        session: a writing session.
        row: the proposal.
        edition: what it is about.
        now: instant, aware UTC.
    """
    campaign = queries.campaigns(session)[edition.campaign]
    people, regions = queries.contacts(session), queries.regions(session)
    deciders = [
        one
        for one in people
        if one.key != row.contact_key
        and any(role is Role.CENTRE for role, _ in one.assignments)
        and edition_changes.may_set(session, Visitor(one, strong=True), {campaign.key: campaign})
    ]
    proposer = next((one for one in people if one.key == row.contact_key), None)
    places = queries.municipalities(session)
    centres = {
        centre_of(places[place].region, regions)
        for _, place in (proposer.assignments if proposer else ())
    }
    near = [one for one in deciders if centres & {place for _, place in one.assignments}]
    for one in near or deciders:
        news.tell(
            session,
            NewsKind.DATES_PROPOSED,
            one.key,
            key=str(row.id),
            facts={"proposal": row.id or 0},
            now=now,
        )


def tell_outcome(session: Session, row: DateProposalRow, by: str, now: datetime) -> None:
    """Tell who proposed dates what was decided; not who did that.

    Args:
        session: a writing session.
        row: the proposal, decided.
        by: key of who decided.
        now: instant, aware UTC.
    """
    if row.contact_key is not None and row.contact_key != by:
        news.tell(
            session,
            NewsKind.DATES_DECIDED,
            row.contact_key,
            key=str(row.id),
            facts={"proposal": row.id or 0},
            now=now,
        )


def tell_proposer(
    session: Session,
    change: tuple[RotaEntry, RotaEntry],
    members: Collection[str],
    *,
    differing: Collection[str],
    author: Author,
    now: datetime,
) -> None:
    """Tell who proposed a year that a gemeente does something else, or that all agree now.

    Args:
        session: a writing session.
        change: the year before and after an answer.
        members: keys of the gemeenten whose year it is.
        differing: keys of those that said now that they do something else.
        author: who said so.
        now: instant, aware UTC.
    """
    after = change[1]
    proposer = session.get_one(RotaEntryRow, after.key).proposer_key
    if proposer is None or proposer == author.contact:
        return
    about: dict[str, str | int] = {"entry": after.key, "version": after.version}
    version = f"{after.key}:{after.version}"
    for place in sorted(differing):
        facts = {**about, "place": place}
        key = f"{version}:{place}"
        news.tell(session, NewsKind.ROTA_DIFFERS, proposer, key=key, facts=facts, now=now)
    was, agreed = (agreements.standing(one, members, ()).complete for one in change)
    if agreed and not was:
        news.tell(session, NewsKind.ROTA_AGREED, proposer, key=version, facts=about, now=now)
