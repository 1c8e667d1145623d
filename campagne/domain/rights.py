"""Who may do what, and for which gemeenten: one table and one function decide it everywhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.domain.preferences import Preferences
from campagne.domain.regions import Municipality, Region, ancestry


class Action(StrEnum):
    """What a person can do for a gemeente."""

    SEE_STEPS = "see_steps"
    TICK_STEPS = "tick_steps"
    SET_DATES = "set_dates"
    SET_OWN_DATES = "set_own_dates"
    PROPOSE_YEAR = "propose_year"
    ANSWER_YEAR = "answer_year"
    SEE_DELIVERIES = "see_deliveries"
    SETTLE_DELIVERIES = "settle_deliveries"
    SEE_AUDIT = "see_audit"
    SEE_ANSWERS = "see_answers"
    NOTE_ANSWERS = "note_answers"
    MANAGE_CONTACTS = "manage_contacts"
    CHANGE_PLAYBOOK = "change_playbook"
    SEE_MUNICIPALITY = "see_municipality"
    EDIT_PROFILE = "edit_profile"
    PROPOSE_DATES = "propose_dates"
    CHANGE_MAIL_TEXTS = "change_mail_texts"
    SEND_BROADCASTS = "send_broadcasts"
    APPROVE_BROADCASTS = "approve_broadcasts"
    SEE_REGION = "see_region"
    RELEASE_TEXTS = "release_texts"
    CHANGE_TEXTS = "change_texts"
    CHANGE_REGION_TEXTS = "change_region_texts"


class Reach(StrEnum):
    """For whom a role may do something.

    OWN: the gemeente of the assignment. REGION: that one, and where it is a centrumgemeente, all
    gemeenten of the regions that it is the centre of. CENTRE: those regions only, so nothing for
    who works for another gemeente.
    """

    OWN = "own"
    REGION = "region"
    CENTRE = "centre"


RIGHTS: Mapping[Action, Mapping[Role, Reach]] = {
    Action.SEE_STEPS: {
        Role.COMMUNICATION: Reach.OWN,
        Role.POLICY: Reach.OWN,
        Role.CENTRE: Reach.REGION,
        Role.ADMIN: Reach.REGION,
    },
    Action.TICK_STEPS: {
        Role.COMMUNICATION: Reach.OWN,
        Role.POLICY: Reach.OWN,
        Role.CENTRE: Reach.OWN,
    },
    Action.SET_DATES: {Role.CENTRE: Reach.CENTRE, Role.ADMIN: Reach.CENTRE},
    # Of what only their own gemeenten run: see `rota.is_own_affair`.
    Action.SET_OWN_DATES: {Role.POLICY: Reach.OWN},
    Action.PROPOSE_YEAR: {Role.POLICY: Reach.OWN, Role.CENTRE: Reach.CENTRE},
    Action.ANSWER_YEAR: {Role.POLICY: Reach.OWN, Role.CENTRE: Reach.OWN},
    Action.SEE_DELIVERIES: {Role.ADMIN: Reach.REGION},
    Action.SETTLE_DELIVERIES: {Role.ADMIN: Reach.REGION},
    Action.SEE_AUDIT: {Role.ADMIN: Reach.REGION},
    # What others answered to a broadcast, and the phone of who did not.
    Action.SEE_ANSWERS: {Role.CENTRE: Reach.CENTRE, Role.ADMIN: Reach.CENTRE},
    # In the name of a gemeente that said so by phone or in a meeting.
    Action.NOTE_ANSWERS: {Role.CENTRE: Reach.CENTRE},
    Action.MANAGE_CONTACTS: {Role.ADMIN: Reach.REGION},
    Action.CHANGE_MAIL_TEXTS: {Role.ADMIN: Reach.CENTRE},
    Action.SEND_BROADCASTS: {Role.CENTRE: Reach.OWN},
    # Any colleague in the region, whoever wrote it: see `services.regional.senders`.
    Action.APPROVE_BROADCASTS: dict.fromkeys(Role, Reach.OWN),
    Action.PROPOSE_DATES: dict.fromkeys(Role, Reach.OWN),
    # What all gemeenten of its regions do and spend: see `services.review.region_year`.
    Action.SEE_REGION: dict.fromkeys(Role, Reach.OWN),
    Action.CHANGE_PLAYBOOK: {Role.CENTRE: Reach.CENTRE, Role.ADMIN: Reach.CENTRE},
    Action.SEE_MUNICIPALITY: {
        Role.COMMUNICATION: Reach.OWN,
        Role.POLICY: Reach.OWN,
        Role.CENTRE: Reach.REGION,
        Role.ADMIN: Reach.REGION,
    },
    # Its own gemeente, or its region for it.
    Action.RELEASE_TEXTS: {
        Role.COMMUNICATION: Reach.OWN,
        Role.POLICY: Reach.OWN,
        Role.CENTRE: Reach.REGION,
    },
    Action.CHANGE_TEXTS: {
        Role.COMMUNICATION: Reach.OWN,
        Role.POLICY: Reach.OWN,
        Role.CENTRE: Reach.REGION,
    },
    # Asked for the centrumgemeente: what its region reads where a gemeente has no words of its own.
    Action.CHANGE_REGION_TEXTS: {Role.CENTRE: Reach.OWN},
    # How a gemeente speaks to its residents is its own affair; a beheerder helps who asks.
    Action.EDIT_PROFILE: {
        Role.COMMUNICATION: Reach.OWN,
        Role.POLICY: Reach.OWN,
        Role.CENTRE: Reach.OWN,
        Role.ADMIN: Reach.REGION,
    },
}

# These reach beyond one gemeente, so a mailbox that others can read is not enough for them.
STRONG_ROLES = frozenset({Role.CENTRE, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is logged in.

    Attributes:
        contact: as what they do now; who left has no assignments.
        strong: True when a second factor was given, or none is asked here.
    """

    contact: Contact
    strong: bool

    @property
    def must_prove(self) -> bool:
        """True when a second factor would give this person more rights."""
        return not self.strong and any(role in STRONG_ROLES for role, _ in self.contact.assignments)

    @property
    def manages(self) -> bool:
        """True when this person may set the dates of the campaigns of some gemeente."""
        return any(role in RIGHTS[Action.SET_DATES] for role in self.roles)

    @property
    def adds_campaigns(self) -> bool:
        """True when this person may set the dates of some campaigns, if only of their own."""
        return self.manages or any(role in RIGHTS[Action.SET_OWN_DATES] for role in self.roles)

    @property
    def administers(self) -> bool:
        """True when this person manages more than campaigns for some gemeente, such as its mail."""
        return any(role in RIGHTS[Action.SEE_DELIVERIES] for role in self.roles)

    @property
    def sends_broadcasts(self) -> bool:
        """True when this person may write to the gemeenten of some region."""
        return Role.CENTRE in self.roles

    @property
    def acting(self) -> Contact:
        """The contact with the work that counts now: without a code not that of a centrum."""
        counts = tuple(one for one in self.contact.assignments if one[0] in self.roles)
        return replace(self.contact, assignments=counts)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that count now."""
        return frozenset(
            role for role, _ in self.contact.assignments if self.strong or role not in STRONG_ROLES
        )


def acts_as(
    visitor: Visitor,
    contacts: Iterable[Contact],
    wanted: Mapping[str, Preferences],
    today: date,
) -> tuple[Contact, ...]:
    """Return as whom a person does steps: oneself, then who is absent and named them as deputy.

    Each with the work that counts now: standing in for a centrumgemeente takes a code too.

    Args:
        visitor: who.
        contacts: all of them; who left is stood in for no more.
        wanted: what each wants, which tells who is absent.
        today: the day.
    """
    me = visitor.contact.key
    absent = [
        replace(visitor, contact=one).acting
        for one in contacts
        if one.key != me and one.key in wanted and wanted[one.key].deputy_on(today) == me
    ]
    return (visitor.acting, *absent)


def may(
    visitor: Visitor, action: Action, place: Municipality, regions: Mapping[str, Region]
) -> bool:
    """Say whether a person may do something for a gemeente.

    Args:
        visitor: who.
        action: what.
        place: for which gemeente.
        regions: all regions by key.
    """
    return any(_reaches(reach, of, place, regions) for reach, of in _reach(visitor, action))


def places_for(
    visitor: Visitor,
    action: Action,
    places: Mapping[str, Municipality],
    regions: Mapping[str, Region],
) -> dict[str, Municipality]:
    """Return those of the gemeenten, by key, for which a person may do something; see `may`."""
    reach = _reach(visitor, action)
    return {
        key: place
        for key, place in places.items()
        if any(_reaches(how_far, of, place, regions) for how_far, of in reach)
    }


def may_somewhere(
    visitor: Visitor,
    action: Action,
    places: Mapping[str, Municipality],
    regions: Mapping[str, Region],
) -> bool:
    """Say whether a person may do something for one or more of the gemeenten, by key."""
    reach = _reach(visitor, action)
    # Most people have a right in their own gemeente alone: that is asked without going by them all.
    if any(of in places and how_far is not Reach.CENTRE for how_far, of in reach):
        return True
    far = [(how_far, of) for how_far, of in reach if how_far is not Reach.OWN]
    return any(
        _reaches(how_far, of, place, regions) for how_far, of in far for place in places.values()
    )


def _reach(visitor: Visitor, action: Action) -> list[tuple[Reach, str]]:
    """Return how far a person may do something, from which gemeenten."""
    rights, counts = RIGHTS[action], visitor.roles
    return [
        (rights[role], of)
        for role, of in visitor.contact.assignments
        if role in rights and role in counts
    ]


def _reaches(reach: Reach, of: str, place: Municipality, regions: Mapping[str, Region]) -> bool:
    if of == place.key and reach is not Reach.CENTRE:
        return True
    if reach is Reach.OWN:
        return False
    return any(regions[one].centre == of for one in ancestry(place.region, regions))
