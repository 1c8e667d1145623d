"""Regions and gemeenten: who belongs where, on which day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from campagne.domain.profile import Profile


@dataclass(frozen=True, slots=True)
class Region:
    """A group of gemeenten; regions nest.

    Attributes:
        key: permanent slug, e.g. ``holland-rijnland``.
        parent: key of the region around it, None for the outermost.
        centre: key of the centrumgemeente that broadcasts to this region, or None.
        check_days: month and day on which everybody is asked each year whether what is known of
            them is still so; empty: as the region around it.
    """

    key: str
    name: str
    parent: str | None = None
    centre: str | None = None
    check_days: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Municipality:
    """A gemeente.

    Attributes:
        key: permanent slug, e.g. ``kaag-en-braassem``.
        cbs_code: e.g. ``GM1884``.
        region: key of the innermost region it belongs to.
        valid_from / valid_to: first and last day it exists (herindeling); None is open.
        good_friday_closed / liberation_day_closed: whether its offices close on Goede Vrijdag,
            and on 5 mei in every year (5 mei of a lustrum year is always a holiday).
        closed_days: further days its offices are closed.
        tell_centre: whether the centrumgemeente may be told of a step that nobody ticks off.
        profile: what its texts for residents are filled in with.
    """

    key: str
    name: str
    cbs_code: str
    region: str
    work_organisation: str | None = None
    school_region: str = "Midden"
    valid_from: date | None = None
    valid_to: date | None = None
    good_friday_closed: bool = False
    liberation_day_closed: bool = False
    closed_days: tuple[date, ...] = ()
    tell_centre: bool = False
    source: str = ""
    profile: Profile = field(default_factory=Profile)

    def exists_on(self, day: date) -> bool:
        """Say whether the gemeente exists on this day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


def ancestry(region: str, regions: Mapping[str, Region]) -> tuple[str, ...]:
    """Return the keys of a region and everything around it, innermost first.

    Args:
        region: key to start from; must be in `regions`.
        regions: all regions by key, without cycles (the loader refuses those).
    """
    found: list[str] = []
    current: str | None = region
    while current is not None:
        found.append(current)
        current = regions[current].parent
    return tuple(found)


def centre_of(region: str, regions: Mapping[str, Region]) -> str | None:
    """Return the key of the centrumgemeente of a region, or of the nearest one around it.

    Args:
        region: key of the region, such as the innermost one of a gemeente.
        regions: all regions by key.
    """
    centres = (regions[one].centre for one in ancestry(region, regions))
    return next((one for one in centres if one is not None), None)


def centres_in(region: str, regions: Mapping[str, Region]) -> list[str]:
    """Return the keys of the centrumgemeenten of a region and of the regions in it, in order.

    Args:
        region: key of the region.
        regions: all regions by key.
    """
    inside = [one for one in regions.values() if region in ancestry(one.key, regions)]
    return list(dict.fromkeys(one.centre for one in inside if one.centre is not None))


def reaches(region: str | None, place: str, regions: Mapping[str, Region]) -> bool:
    """Say whether what is meant for a region (None: everyone) is meant for all of a place.

    Args:
        region: key of the region, or None.
        place: key of the innermost region of a gemeente, or of a region as a whole.
        regions: all regions by key.
    """
    return region is None or region in ancestry(place, regions)


def touches(region: str | None, place: str, regions: Mapping[str, Region]) -> bool:
    """Say whether what is meant for a region (None: everyone) is meant for a part of a place."""
    return reaches(region, place, regions) or place in ancestry(region or place, regions)


def members(
    region: str,
    municipalities: Iterable[Municipality],
    regions: Mapping[str, Region],
    on: date,
) -> tuple[Municipality, ...]:
    """Return the gemeenten inside a region (at any depth) that exist on a day, by name."""
    inside = [
        one
        for one in municipalities
        if one.exists_on(on) and region in ancestry(one.region, regions)
    ]
    return tuple(sorted(inside, key=lambda one: one.name))
