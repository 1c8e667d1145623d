"""How each gemeente of a region is involved in an edition, with what it said and does there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from campagne.domain.contacts import Contact
from campagne.domain.evaluations import Evaluation
from campagne.domain.involvement import Involvement, involvement, takes_part
from campagne.domain.local_plans import LocalPlan
from campagne.domain.regions import Municipality, Region
from campagne.domain.reminders import Answer, is_central
from campagne.domain.rota import Campaign, Edition, RotaEntry

_NOTHING, _NOTHING_SAID = LocalPlan(), Evaluation()


class Said(NamedTuple):
    """An answer: by whom, and the instant, aware UTC."""

    answer: Answer
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """How a gemeente is involved in an edition.

    Attributes:
        takes_part: True when it does something, or is expected to.
        by / at: who gave its answer and the instant, aware UTC; empty where it gave none.
        plan: what it does there; nothing where it wrote nothing.
        contact: whom to ask about that; None where nobody was named, or they left.
        evaluation: what it said of it afterwards; nothing where it said nothing.
    """

    involvement: Involvement
    takes_part: bool = False
    by: str = ""
    at: datetime | None = None
    plan: LocalPlan = _NOTHING
    contact: Contact | None = None
    evaluation: Evaluation = _NOTHING_SAID


@dataclass(frozen=True, slots=True)
class About:
    """An edition, with what is known of it before its gemeenten are looked at.

    Attributes:
        central: the years of rotas that put it central.
        asked / asks: keys of the gemeenten that were asked, and that asked others.
        alike: the cells of gemeenten that said nothing, by all that they follow from: in a country
            most are the same.
    """

    edition: Edition
    campaign: Campaign
    central: Sequence[RotaEntry]
    asked: Collection[str]
    asks: Collection[str]
    alike: dict[tuple[object, ...], Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What was read of the editions of a year, per edition and gemeente."""

    regions: Mapping[str, Region]
    said: Mapping[tuple[str, str], Said]
    plans: Mapping[tuple[str, str], LocalPlan]
    looked_back: Mapping[tuple[str, str], Evaluation]
    people: Mapping[str, Contact]

    def cell(self, about: About, place: Municipality, around: Sequence[str]) -> Cell:
        """Return how a gemeente, in the regions `around` it, is involved in an edition."""
        edition, key = about.edition, place.key
        pair = (edition.key, key)
        on_rota = bool(about.central) and is_central(edition, key, around, about.central)
        if pair in self.said or pair in self.plans or pair in self.looked_back:
            return self._told(about, place, on_rota=on_rota)
        facts = (
            place.region,
            on_rota,
            key in about.asked,
            key in about.asks,
            key == about.campaign.municipality,
            place.exists_on(edition.span.first),
        )
        if (cell := about.alike.get(facts)) is None:
            cell = about.alike[facts] = self._told(about, place, on_rota=on_rota)
        return cell

    def _told(self, about: About, place: Municipality, *, on_rota: bool) -> Cell:
        pair = (about.edition.key, place.key)
        row, plan = self.said.get(pair), self.plans.get(pair, _NOTHING)
        found = involvement(
            about.edition,
            about.campaign,
            place,
            regions=self.regions,
            on_rota=on_rota,
            answer=row.answer if row else None,
            asked=place.key in about.asked,
            asks=place.key in about.asks,
        )
        # An answer about what is not for this gemeente (any more) says nothing.
        if found is Involvement.ELSEWHERE:
            return Cell(found)
        whom = self.people.get(plan.contact or "")
        seen = self.looked_back.get(pair, _NOTHING_SAID)
        by, at = (row.by, row.at) if row else ("", None)
        return Cell(found, takes_part(found, on_rota=on_rota), by, at, plan, whom, seen)
