"""Who answers for what: the owner of an edition, the colleagues of somebody, the centrumgemeente.

Whatever goes wrong with a mail, one of them hears of it; `tell_of_mail` says which.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.domain.regions import Municipality, Region, ancestry, centre_of
from campagne.domain.rota import Edition, RotaEntry


def holders(role: Role, places: Collection[str], contacts: Iterable[Contact]) -> list[Contact]:
    """Return who does this role for one of these gemeenten, in the order of the contacts."""
    return [
        one for one in contacts if any(is_ is role and at in places for is_, at in one.assignments)
    ]


def owners(
    edition: Edition,
    places: Collection[str],
    *,
    contacts: Iterable[Contact],
    municipalities: Mapping[str, Municipality],
    regions: Mapping[str, Region],
    rota: Iterable[RotaEntry],
) -> list[Contact]:
    """Return the owners of an edition, as far as these gemeenten are concerned.

    That are the beleid contacts of the gemeente that leads: the one that the rota names for the
    region of a gemeente in that year, or that gemeente itself where none leads or it differs.

    Args:
        edition: the edition.
        places: keys of the gemeenten concerned; what is not in `municipalities` is left out.
        contacts: all of them.
        municipalities: all gemeenten by key.
        regions: all regions by key.
        rota: every year of the rota.
    """
    years = [one for one in rota if (one.year, one.campaign) == (edition.year, edition.campaign)]
    leads: set[str] = set()
    for place in places:
        if place not in municipalities:
            continue
        around = ancestry(municipalities[place].region, regions)
        leading = {
            one.lead
            for one in years
            if one.lead is not None and one.region in around and one.is_followed_by(place)
        }
        leads |= leading or {place}
    return holders(Role.POLICY, leads, contacts)


def centre_contacts(
    region: str, *, contacts: Iterable[Contact], regions: Mapping[str, Region]
) -> list[Contact]:
    """Return the centrum contacts of the centrumgemeente of a region, or of the one around it.

    Args:
        region: key of the region, such as the innermost one of a gemeente.
        contacts: all of them.
        regions: all regions by key.
    """
    centre = centre_of(region, regions)
    return [] if centre is None else holders(Role.CENTRE, (centre,), contacts)


def answering(
    reader: Contact,
    places: Collection[str],
    *,
    contacts: Iterable[Contact],
    municipalities: Mapping[str, Municipality],
    regions: Mapping[str, Region],
) -> Contact | None:
    """Return who reads the answers to a mail about these gemeenten: the centrumgemeente.

    None where there is none, where the gemeenten have different ones, and for who works there
    and is the only one.
    """
    around = {municipalities[place].region for place in places if place in municipalities}
    centres = {centre_of(region, regions) for region in around}
    if len(centres) != 1:
        return None
    found = centre_contacts(around.pop(), contacts=contacts, regions=regions)
    return next((one for one in found if one.key != reader.key), None)


def colleagues_of(contact: Contact, contacts: Iterable[Contact]) -> list[Contact]:
    """Return the other contacts of the gemeenten that a contact works for, whatever their role."""
    places = {place for _, place in contact.assignments}
    return [
        one
        for one in contacts
        if one.key != contact.key and any(at in places for _, at in one.assignments)
    ]


def tell_of_mail(
    to: Contact,
    about: Sequence[tuple[Edition, str]],
    *,
    gone: bool,
    paused: AbstractSet[str] = frozenset(),
    contacts: Sequence[Contact],
    municipalities: Mapping[str, Municipality],
    regions: Mapping[str, Region],
    rota: Sequence[RotaEntry],
) -> list[Contact]:
    """Return who is told that a mail to a contact did not arrive; never that contact itself.

    The owners of the editions in it, and when the address is gone the colleagues, who know the
    right one. When nobody is left, the centrumgemeente, else the beheerders.

    Args:
        to: who the mail was for.
        about: the editions in the mail, each with a gemeente that it concerned; without any, the
            colleagues answer for it.
        gone: True when the address does not exist any more.
        paused: addresses in lower case that get no mail, so nobody is told there.
        contacts: the active ones, with or without `to`.
        municipalities: all gemeenten by key.
        regions: all regions by key.
        rota: every year of the rota.
    """
    unreachable = {*paused, to.email.lower()}
    reachable = [
        one for one in contacts if one.key != to.key and one.email.lower() not in unreachable
    ]
    places = {place for _, place in about} or {place for _, place in to.assignments}
    told = {
        one.key
        for edition, place in about
        for one in owners(
            edition,
            (place,),
            contacts=reachable,
            municipalities=municipalities,
            regions=regions,
            rota=rota,
        )
    }
    if gone or not about:
        told |= {one.key for one in colleagues_of(to, reachable)}
    if not told:
        around = {municipalities[place].region for place in places if place in municipalities}
        told = {
            one.key
            for region in around
            for one in centre_contacts(region, contacts=reachable, regions=regions)
        }
    return [one for one in reachable if one.key in told] or administrators(reachable)


def administrators(contacts: Iterable[Contact]) -> list[Contact]:
    """Return the beheerders, whatever gemeente they are named for."""
    return [one for one in contacts if any(role is Role.ADMIN for role, _ in one.assignments)]
