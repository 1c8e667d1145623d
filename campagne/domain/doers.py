"""Whose a step is: who has its role, or the colleague that it was handed over to.

And who else may tick it off: those who are told of it when it stays open.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role, Step
from campagne.domain.regions import Municipality, Region, centre_of

# The roles that are told when a colleague of the same gemeente does not tick a step off.
COLLEAGUES = (Role.POLICY, Role.COMMUNICATION)


@dataclass(frozen=True, slots=True)
class Handover:
    """A step of an edition that a colleague of the gemeente took over.

    Attributes:
        to: key of the contact who does it now.
        by: key of the contact who handed it over.
        at: aware UTC.
    """

    edition: str
    step: str
    municipality: str
    to: str
    by: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works where, read once for many steps.

    Attributes:
        work: keys of the contacts who have a role in a gemeente, per role and gemeente.
        places: per gemeente whoever has any role there and gets mail.
        paused: keys of who gets no mail.
    """

    work: Mapping[tuple[Role, str], Sequence[str]]
    places: Mapping[str, frozenset[str]]
    paused: frozenset[str]

    @classmethod
    def of(cls, contacts: Iterable[Contact]) -> "Crew":
        """Return the crew that these contacts are."""
        work: dict[tuple[Role, str], list[str]] = {}
        places: dict[str, set[str]] = {}
        paused = set()
        for one in contacts:
            if one.paused:
                paused.add(one.key)
            for role, place in one.assignments:
                work.setdefault((role, place), []).append(one.key)
                if not one.paused:
                    places.setdefault(place, set()).add(one.key)
        reached = {place: frozenset(keys) for place, keys in places.items()}
        return cls(work, reached, frozenset(paused))

    def took(self, place: str, taker: str | None) -> bool:
        """Say whether a step that was handed over is theirs: not of who left, or gets no mail."""
        return taker is not None and taker in self.places.get(place, ())

    def is_officer(self, contact: str, place: str) -> bool:
        """Say whether somebody does policy or communication for a gemeente."""
        return any(contact in self.work.get((role, place), ()) for role in COLLEAGUES)

    def doers(self, role: Role, place: str, taker: str | None) -> Sequence[str]:
        """Return whose a step of a gemeente is: the colleague who took it, else its role.

        Args:
            role: that of the step.
            place: key of the gemeente.
            taker: key of the contact that it was handed over to; None where it was not.
        """
        if taker is not None and self.took(place, taker):
            return (taker,)
        return self.work.get((role, place), ())

    def colleagues(self, role: Role, place: str, taker: str | None) -> list[str]:
        """Return who is told when a step stays open: the others of the gemeente.

        Who handed it over is one of them again, whatever their role.
        """
        others = [self.work.get((other, place), ()) for other in COLLEAGUES]
        if self.took(place, taker):
            others.append(self.work.get((role, place), ()))
        return sorted({one for many in others for one in many} - {*self.doers(role, place, taker)})


def places_of(
    people: Iterable[Contact], places: Mapping[str, Municipality], regions: Mapping[str, Region]
) -> set[str]:
    """Return the keys of the gemeenten of which these people may have a step to do.

    Those that they work for; for a centrumgemeente also those that chose that it is told.

    Args:
        people: who.
        places: all gemeenten by key.
        regions: all regions by key.
    """
    work = {one for person in people for one in person.assignments}
    centres = {place for role, place in work if role is Role.CENTRE}
    told = {
        key
        for key, place in places.items()
        if place.tell_centre and centre_of(place.region, regions) in centres
    }
    return told | {place for _, place in work}


def may_tick_off(
    contact: Contact,
    step: Step,
    place: Municipality,
    regions: Mapping[str, Region],
    taker: str | None,
) -> bool:
    """Say whether a step is this contact's, or one that they are told of when it stays open."""
    roles = {role for role, at in contact.assignments if at == place.key}
    told_of_it = step.colleague_days and roles & set(COLLEAGUES)
    centre = centre_told(step, place, regions)
    as_centre = (Role.CENTRE, centre) in contact.assignments
    return may_hand_over(contact, step, place, taker) or bool(told_of_it) or as_centre


def may_hand_over(contact: Contact, step: Step, place: Municipality, taker: str | None) -> bool:
    """Say whether this contact decides who does a step: it is their work, or they took it over.

    Args:
        contact: with the work that counts now.
        step: the step.
        place: the gemeente it is done for.
        taker: as `Crew.doers`.
    """
    roles = {role for role, at in contact.assignments if at == place.key}
    return step.role in roles or (contact.key == taker and bool(roles))


def centre_told(step: Step, place: Municipality, regions: Mapping[str, Region]) -> str | None:
    """Return the key of the centrumgemeente that is told when a step is not ticked off.

    None where the playbook does not ask it of the step, or the gemeente did not choose it.
    """
    return centre_of(place.region, regions) if step.centre_days and place.tell_centre else None
