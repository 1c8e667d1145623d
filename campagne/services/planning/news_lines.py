"""The words for a piece of small news, from what is so now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from campagne.clock import local_day
from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.news import NewsKind
from campagne.domain.preferences import EVERYTHING, MailList, Preferences
from campagne.domain.proposals import ProposalState
from campagne.domain.rota import Agreement, EditionStatus
from campagne.domain.words import word
from campagne.people_contexts import NewsLine
from campagne.services.access import Links
from campagne.services.regional import given
from campagne.store import queries
from campagne.store.tables import (
    AnswerRow,
    BroadcastRow,
    ContactRow,
    DateProposalRow,
    EditionRow,
    HandoverRow,
    MaterialLinkRow,
    NewsRow,
    RotaAgreementRow,
    RotaEntryRow,
    RotaStatementRow,
    StepRow,
)


def together(lines: Iterable[NewsLine]) -> tuple[NewsLine, ...]:
    """Return the news with all answers to one broadcast as one piece, at the place of the first."""
    found: dict[object, list[NewsLine]] = {}
    for place, one in enumerate(lines):
        found.setdefault(one.url if one.answers else place, []).append(one)
    return tuple(_as_one(those) if len(those) > 1 else those[0] for those in found.values())


def _as_one(answers: Sequence[NewsLine]) -> NewsLine:
    by_place = sorted(answers, key=lambda one: one.places)
    return replace(
        answers[0],
        title=f"{len(answers)} antwoorden op je regiobericht: {answers[0].about}",
        who=dutch.join(list(dict.fromkeys(one.who for one in by_place))),
        places=dutch.join([one.places for one in by_place]),
        answers=tuple(said for one in by_place for said in one.answers),
    )


@dataclass(frozen=True, slots=True)
class Book:
    """What the words are made from."""

    session: Session
    links: Links
    today: date
    campaigns: Mapping[str, str]
    places: Mapping[str, str]
    regions: Mapping[str, str]
    wanted: Mapping[str, Preferences]

    @classmethod
    def read(cls, session: Session, links: Links, today: date) -> "Book":
        """Read it; the words of this day."""
        return cls(
            session,
            links,
            today,
            {key: one.name for key, one in queries.campaigns(session).items()},
            {key: one.name for key, one in queries.municipalities(session).items()},
            {key: one.name for key, one in queries.regions(session).items()},
            queries.preferences(session),
        )

    def line(self, row: NewsRow) -> NewsLine | None:  # noqa: PLR0911 - one for each kind
        """Return the words for a piece of news; None when it is not so any more."""
        match row.kind:
            case NewsKind.STEP_BACK:
                return self._step_back(row)
            case NewsKind.DEPUTY:
                return self._deputy(row)
            case NewsKind.DEPUTY_ENDED:
                return self._deputy_ended(row)
            case NewsKind.DATES_PROPOSED | NewsKind.DATES_DECIDED:
                return self._dates(row)
            case NewsKind.ROTA_AGREED | NewsKind.ROTA_DIFFERS:
                return self._rota(row)
            case NewsKind.SWITCHED_OFF:
                return self._switched_off(row)
            case NewsKind.ANSWERED:
                return self._answered(row)
            case NewsKind.MATERIAL_DEAD | NewsKind.MATERIAL_UNSURE:
                return self._material(row)

    def _step_back(self, row: NewsRow) -> NewsLine | None:
        facts = row.facts
        edition = self.session.get_one(EditionRow, facts["edition"])
        step = self.session.get_one(StepRow, facts["step"])
        left = [
            place
            for place in facts["places"]
            if not self._does(row.contact_key, edition.key, step.key, place)
        ]
        if not left or edition.last < self.today:
            return None
        return NewsLine(
            row.kind.value,
            f"Je hoeft een stap niet meer te doen: {step.title}",
            who=self._name(facts["by"]),
            about=self._edition(edition),
            step=step.title,
            places=dutch.join([self.places[place] for place in left]),
            url=self.links.edition(edition.key),
        )

    def _does(self, contact: str, edition: str, step: str, place: str) -> bool:
        """Say whether a step was handed over to them again."""
        now = self.session.get(HandoverRow, (edition, step, place))
        return now is not None and now.contact_key == contact

    def _deputy(self, row: NewsRow) -> NewsLine | None:
        absent = row.facts["for"]
        wanted = self.wanted.get(absent, EVERYTHING)
        away = wanted.absence
        if away is None or wanted.deputy != row.contact_key or away.last < self.today:
            return None
        who = self._name(absent)
        return NewsLine(
            row.kind.value,
            f"Je vervangt {who}",
            who=who,
            when=dutch.on_or_from(dutch.period(away)),
            url=self.links.mine(),
        )

    def _deputy_ended(self, row: NewsRow) -> NewsLine | None:
        absent = row.facts["for"]
        told = self.session.scalars(
            select(col(NewsRow.facts)).where(
                col(NewsRow.contact_key) == row.contact_key,
                col(NewsRow.kind) == NewsKind.DEPUTY,
                col(NewsRow.delivery_id).is_not(None),
            )
        )
        is_again = self.wanted.get(absent, EVERYTHING).deputy == row.contact_key
        if is_again or absent not in {one["for"] for one in told}:
            return None
        who = self._name(absent)
        return NewsLine(row.kind.value, f"Je vervangt {who} niet meer", who=who)

    def _dates(self, row: NewsRow) -> NewsLine | None:
        found = self.session.get(DateProposalRow, row.facts["proposal"])
        asks = row.kind is NewsKind.DATES_PROPOSED
        if found is None or asks is not (found.state is ProposalState.OPEN):
            return None
        edition = self.session.get_one(EditionRow, found.edition_key)
        about, accepted = self._edition(edition), found.state is ProposalState.ACCEPTED
        if asks:
            title, url = f"Een datum voorgesteld voor {about}", self.links.proposal(found.id or 0)
        else:
            title = f"Je voorstel is {'overgenomen' if accepted else 'afgewezen'}: {about}"
            url = self.links.edition(edition.key)
        return NewsLine(
            row.kind.value,
            title,
            who=found.by if asks else found.decided_by,
            about=about,
            when=dutch.on_or_from(dutch.period(Span(found.first, found.last))),
            reason=found.source if asks else found.reason,
            accepted=accepted,
            url=url,
        )

    def _rota(self, row: NewsRow) -> NewsLine | None:
        entry = self.session.get(RotaEntryRow, row.facts["entry"])
        if entry is None or entry.version != row.facts["version"]:
            return None
        about = (
            f"{self.campaigns[entry.campaign_key]}, rooster {entry.year} van"
            f" {self.regions[entry.region_key]}"
        )
        url = self.links.rota_year(entry.region_key, entry.year)
        if row.kind is NewsKind.ROTA_AGREED:
            return NewsLine(
                row.kind.value, f"Alle gemeenten zijn akkoord: {about}", about=about, url=url
            )
        place = row.facts["place"]
        said = self.session.get(RotaAgreementRow, (entry.key, place))
        last = self.session.scalars(
            select(RotaStatementRow)
            .where(
                col(RotaStatementRow.entry_key) == entry.key,
                col(RotaStatementRow.municipality_key) == place,
                col(RotaStatementRow.agreement) == Agreement.DIFFERS,
            )
            .order_by(col(RotaStatementRow.id).desc())
        ).first()
        if said is None or said.agreement is not Agreement.DIFFERS or last is None:
            return None
        name = self.places[place]
        return NewsLine(
            row.kind.value,
            f"{name} kiest iets anders: {about}",
            who=last.by,
            about=about,
            places=name,
            reason=last.note,
            url=url,
        )

    def _switched_off(self, row: NewsRow) -> NewsLine | None:
        mail_list = MailList(row.facts["list"])
        if self.wanted.get(row.contact_key, EVERYTHING).gets(mail_list):
            return None
        return NewsLine(
            row.kind.value,
            f"Je krijgt geen {mail_list.value} meer",
            about=mail_list.value,
            when=f"op {dutch.day(local_day(row.created_at))}",
            url=self.links.preferences(row.contact_key, mail_list, self.today),
        )

    def _answered(self, row: NewsRow) -> NewsLine | None:
        said = self.session.get_one(AnswerRow, row.facts["answer"])
        asked = self.session.get_one(BroadcastRow, row.facts["broadcast"])
        edition = self.session.get_one(EditionRow, said.edition_key)
        newest = given.latest(self.session, edition.key).get(said.municipality_key)
        # Of who changed their mind only the last is news; and who took the message over is told.
        is_over = edition.status is EditionStatus.CANCELLED or edition.first <= self.today
        if is_over or newest is not said or asked.author_key != row.contact_key:
            return None
        until = f", uiterlijk op {dutch.day(said.until)}" if said.until else ""
        about, who = self._edition(edition), given.said_by(said)
        answer = f"{self.places[said.municipality_key]} {word(said.answer)}{until}"
        return NewsLine(
            row.kind.value,
            f"{answer}: {about}",
            who=who,
            about=about,
            places=self.places[said.municipality_key],
            url=self.links.broadcast(row.facts["broadcast"]),
            answers=(f"{answer}. Gegeven door: {who}",),
        )

    def _material(self, row: NewsRow) -> NewsLine | None:
        edition = self.session.get_one(EditionRow, row.facts["edition"])
        link = self.session.get_one(MaterialLinkRow, edition.key)
        is_over = edition.status is EditionStatus.CANCELLED or edition.last < self.today
        is_dead = row.kind is NewsKind.MATERIAL_DEAD
        is_so = link.dead_since is not None if is_dead else link.unsure and link.seen_on is None
        if is_over or not is_so or link.alarm != row.facts["issue"] or edition.material is None:
            return None
        about = self._edition(edition)
        title = "Link naar landelijk materiaal werkt niet meer: {}"
        if not is_dead:
            title = "Kijk je of de link naar landelijk materiaal werkt? {}"
        return NewsLine(
            row.kind.value,
            title.format(about),
            who=link.url,
            about=about,
            reason=link.fault,
            url=self.links.edition(edition.key),
        )

    def _name(self, contact: str) -> str:
        return self.session.get_one(ContactRow, contact).name

    def _edition(self, row: EditionRow) -> str:
        return f"{self.campaigns[row.campaign_key]} {row.year}"
