"""Rules, dates and meetings as plain JSON values, the form in which they are stored.

Each `..._from_dict` undoes its `..._to_dict`. Days are ISO dates. What is read was written here, so
a form that is not known is a defect, not a fault of a person.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, get_args

from campagne.domain.dates import DateRule, Formula, RuleKind, Span
from campagne.domain.national import NationalMaterial, YearMaterial
from campagne.domain.playbook import Meeting, MeetingLead
from campagne.domain.rota import KnownDates
from campagne.domain.texts import TextKind

Plain = dict[str, Any]

_FORMULAS: Mapping[str, type[Formula]] = {one.__name__: one for one in get_args(Formula)}


def rule_to_dict(rule: DateRule) -> Plain:
    """Return ``{"kind": "fixed", "formula": "FixedDays", "month": 11, ...}``."""
    if rule.formula is None:
        return {"kind": rule.kind.value}
    name = type(rule.formula).__name__
    return {"kind": rule.kind.value, "formula": name, **asdict(rule.formula)}


def rule_from_dict(plain: Mapping[str, Any]) -> DateRule:
    """Return the rule that `rule_to_dict` wrote."""
    numbers = dict(plain)
    kind = RuleKind(numbers.pop("kind"))
    name = numbers.pop("formula", None)
    return DateRule(kind, None if name is None else _FORMULAS[name](**numbers))


def known_to_dict(known: KnownDates) -> Plain:
    """Return the known dates of one year, with `first` and `last` for the span."""
    return {
        "year": known.year,
        "run": known.run,
        "first": known.span.first.isoformat(),
        "last": known.span.last.isoformat(),
        "confirmed": known.confirmed,
        "source": known.source,
        "checked_on": None if known.checked_on is None else known.checked_on.isoformat(),
        "theme": known.theme,
    }


def known_from_dict(plain: Mapping[str, Any]) -> KnownDates:
    """Return the known dates that `known_to_dict` wrote."""
    checked_on = plain["checked_on"]
    return KnownDates(
        year=plain["year"],
        span=Span(date.fromisoformat(plain["first"]), date.fromisoformat(plain["last"])),
        source=plain["source"],
        run=plain["run"],
        confirmed=plain["confirmed"],
        checked_on=None if checked_on is None else date.fromisoformat(checked_on),
        theme=plain["theme"],
    )


def material_to_dict(material: NationalMaterial) -> Plain:
    """Return national material, its texts by name."""
    return {
        "url": material.url,
        "since": material.since.isoformat(),
        "licence": material.licence,
        "until": None if material.until is None else material.until.isoformat(),
        "kinds": [kind.value for kind in material.kinds],
        "pictures": material.pictures,
    }


def material_from_dict(plain: Mapping[str, Any]) -> NationalMaterial:
    """Return the material that `material_to_dict` wrote."""
    until = plain["until"]
    return NationalMaterial(
        url=plain["url"],
        since=date.fromisoformat(plain["since"]),
        licence=plain["licence"],
        until=None if until is None else date.fromisoformat(until),
        kinds=tuple(map(TextKind, plain["kinds"])),
        pictures=plain["pictures"],
    )


def year_material_to_dict(one: YearMaterial) -> Plain:
    """Return the material of a year, with `year` and `run` beside what it is."""
    return {"year": one.year, "run": one.run, **material_to_dict(one.material)}


def year_material_from_dict(plain: Mapping[str, Any]) -> YearMaterial:
    """Return the material of a year that `year_material_to_dict` wrote."""
    return YearMaterial(plain["year"], plain["run"], material_from_dict(plain))


def meeting_lead_to_dict(lead: MeetingLead) -> Plain:
    """Return the lead of a step before a meeting."""
    return asdict(lead)


def meeting_lead_from_dict(plain: Mapping[str, Any]) -> MeetingLead:
    """Return the lead that `meeting_lead_to_dict` wrote."""
    return MeetingLead(**plain)


def meeting_to_dict(meeting: Meeting) -> Plain:
    """Return a meeting; its kind is the key of the series that holds it."""
    return {"on": meeting.on.isoformat(), "papers_close": meeting.papers_close.isoformat()}


def meeting_from_dict(plain: Mapping[str, Any], kind: str) -> Meeting:
    """Return the meeting of a series that `meeting_to_dict` wrote."""
    return Meeting(
        kind=kind,
        on=date.fromisoformat(plain["on"]),
        papers_close=date.fromisoformat(plain["papers_close"]),
    )
