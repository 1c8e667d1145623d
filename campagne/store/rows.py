"""Domain objects as rows and back: the one place that knows how a field is stored.

`..._values` gives the columns of a row, `..._from` takes a row (or anything with its columns as
attributes). What stands in a table of its own (agreements, roles) is handed over beside the row.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from campagne.domain import codec
from campagne.domain.dates import Span
from campagne.domain.leadtimes import describe, parse_lead
from campagne.domain.playbook import EvaluationPart, MeetingSeries, Scope, Step, SummerRule
from campagne.domain.profile import PLATFORMS, Profile, parse_deadline
from campagne.domain.regions import Municipality, Region
from campagne.domain.rota import (
    Campaign,
    Edition,
    HelpLine,
    Material,
    Measure,
    RotaEntry,
)

Values = dict[str, Any]


def region_values(one: Region) -> Values:
    """Return the columns of a region."""
    return {
        "key": one.key,
        "name": one.name,
        "parent_key": one.parent,
        "centre_key": one.centre,
        "check_days": [list(day) for day in one.check_days],
    }


def region_from(row: Any) -> Region:
    """Return the region of a row."""
    days = tuple((month, day) for month, day in row.check_days)
    return Region(row.key, row.name, row.parent_key, row.centre_key, days)


def municipality_values(one: Municipality) -> Values:
    """Return the columns of a gemeente."""
    return {
        "key": one.key,
        "name": one.name,
        "cbs_code": one.cbs_code,
        "region_key": one.region,
        "work_organisation": one.work_organisation,
        "school_region": one.school_region,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "good_friday_closed": one.good_friday_closed,
        "liberation_day_closed": one.liberation_day_closed,
        "closed_days": [day.isoformat() for day in one.closed_days],
        "tell_centre": one.tell_centre,
        "source": one.source,
        **profile_values(one.profile),
    }


def profile_values(one: Profile) -> Values:
    """Return the columns of the profile of a gemeente."""
    return {
        "local_team": one.local_team or None,
        "website": one.website or None,
        "team_phone": one.team_phone,
        "team_url": one.team_url,
        "handles": dict(one.handles),
        "newspaper": one.newspaper,
        "copy_deadline": str(one.copy_deadline or ""),
        "address_form": one.address_form,
        "house_style": one.house_style,
        "help_lines": list(one.help_lines),
    }


def _profile_from(row: Any) -> Profile:
    return Profile(
        local_team=row.local_team or "",
        website=row.website or "",
        team_phone=row.team_phone,
        team_url=row.team_url,
        handles=tuple((name, row.handles[name]) for name in PLATFORMS if name in row.handles),
        newspaper=row.newspaper,
        copy_deadline=parse_deadline(row.copy_deadline),
        address_form=row.address_form,
        house_style=row.house_style,
        help_lines=tuple(row.help_lines),
    )


def municipality_from(row: Any) -> Municipality:
    """Return the gemeente of a row."""
    return Municipality(
        key=row.key,
        name=row.name,
        cbs_code=row.cbs_code,
        region=row.region_key,
        work_organisation=row.work_organisation,
        school_region=row.school_region,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        good_friday_closed=row.good_friday_closed,
        liberation_day_closed=row.liberation_day_closed,
        closed_days=tuple(date.fromisoformat(day) for day in row.closed_days),
        tell_centre=row.tell_centre,
        source=row.source,
        profile=_profile_from(row),
    )


def campaign_values(one: Campaign) -> Values:
    """Return the columns of a campaign."""
    return {
        "key": one.key,
        "name": one.name,
        "rule": codec.rule_to_dict(one.rule),
        "rule_text": one.rule_text,
        "certainty": one.certainty,
        "organiser": one.organiser,
        "source": one.source,
        "summary": one.summary,
        "material_url": one.material_url,
        "materials": [{"title": found.title, "url": found.url} for found in one.materials],
        "year_materials": [codec.year_material_to_dict(found) for found in one.year_materials],
        "calendar_url": one.calendar_url,
        "calendar_title": one.calendar_title,
        "region_key": one.region,
        "municipality_key": one.municipality,
        "first_year": one.first_year,
        "part_of_key": one.part_of,
        "broadcast": one.broadcast,
        "remark": one.remark,
        "checked_on": one.checked_on,
        "known": [codec.known_to_dict(known) for known in one.known],
    }


def campaign_from(row: Any) -> Campaign:
    """Return the campaign of a row."""
    return Campaign(
        key=row.key,
        name=row.name,
        rule=codec.rule_from_dict(row.rule),
        rule_text=row.rule_text,
        certainty=row.certainty,
        organiser=row.organiser,
        source=row.source,
        summary=row.summary,
        material_url=row.material_url,
        materials=tuple(Material(found["title"], found["url"]) for found in row.materials),
        year_materials=tuple(map(codec.year_material_from_dict, row.year_materials)),
        calendar_url=row.calendar_url,
        calendar_title=row.calendar_title,
        region=row.region_key,
        municipality=row.municipality_key,
        first_year=row.first_year,
        part_of=row.part_of_key,
        broadcast=row.broadcast,
        remark=row.remark,
        checked_on=row.checked_on,
        known=tuple(codec.known_from_dict(known) for known in row.known),
    )


def edition_values(one: Edition) -> Values:
    """Return the columns of an edition that the rota gives; the stamps are the store's."""
    return {
        "key": one.key,
        "campaign_key": one.campaign,
        "year": one.year,
        "first": one.span.first,
        "last": one.span.last,
        "status": one.status,
        "theme": one.theme,
        "source": one.source,
        "checked_on": one.checked_on,
        "material": one.material and codec.material_to_dict(one.material),
    }


def edition_from(row: Any) -> Edition:
    """Return the edition of a row."""
    return Edition(
        key=row.key,
        campaign=row.campaign_key,
        year=row.year,
        span=Span(row.first, row.last),
        status=row.status,
        source=row.source,
        theme=row.theme,
        checked_on=row.checked_on,
        date_version=row.date_version,
        confirmed_on=row.confirmed_on,
        added_on=row.added_on,
        material=row.material and codec.material_from_dict(row.material),
    )


def rota_entry_values(one: RotaEntry) -> Values:
    """Return the columns of a year of the rota, without the agreements."""
    return {
        "key": one.key,
        "region_key": one.region,
        "year": one.year,
        "campaign_key": one.campaign,
        "theme": one.theme,
        "plan_period": one.plan_period,
        "why_differs": one.why_differs,
        "lead_key": one.lead,
        "budget_eur": one.budget_eur,
        "division": one.division,
        "source": one.source,
    }


def rota_entry_from(row: Any, said: Iterable[Any]) -> RotaEntry:
    """Return the year of the rota of a row, with what each gemeente says of it, also rows."""
    answers = tuple(said)
    return RotaEntry(
        key=row.key,
        region=row.region_key,
        year=row.year,
        campaign=row.campaign_key,
        theme=row.theme,
        plan_period=row.plan_period,
        source=row.source,
        why_differs=row.why_differs,
        lead=row.lead_key,
        budget_eur=row.budget_eur,
        division=row.division,
        agreements=tuple((one.municipality_key, one.agreement) for one in answers),
        version=row.version,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        since=row.since,
        stood=tuple(
            (key, date.fromisoformat(day) if day else None)
            for key, day in (row.stood or {}).items()
        ),
        returned=tuple((one.municipality_key, one.since) for one in answers if one.since),
    )


def step_values(one: Step, position: int) -> Values:
    """Return the columns of a step at a place in the playbook, from 0."""
    return {
        "key": one.key,
        "position": position,
        "title": one.title,
        "what": one.what,
        "role": one.role,
        "lead": describe(one.lead),
        "scope": one.scope.value,
        "summer": one.summer.value,
        "before_meeting": one.before_meeting and codec.meeting_lead_to_dict(one.before_meeting),
        "useful_days": one.useful_days,
        "resident_facing": one.resident_facing,
        "again_days": one.again_days,
        "colleague_days": one.colleague_days,
        "centre_days": one.centre_days,
        "in_use": one.in_use,
        "evaluation": one.evaluation and one.evaluation.value,
    }


def step_from(row: Any) -> Step:
    """Return the step of a row."""
    return Step(
        key=row.key,
        title=row.title,
        what=row.what,
        role=row.role,
        lead=parse_lead(row.lead),
        scope=Scope(row.scope),
        summer=SummerRule(row.summer),
        before_meeting=row.before_meeting and codec.meeting_lead_from_dict(row.before_meeting),
        useful_days=row.useful_days,
        resident_facing=row.resident_facing,
        again_days=row.again_days,
        colleague_days=row.colleague_days,
        centre_days=row.centre_days,
        in_use=row.in_use,
        evaluation=row.evaluation and EvaluationPart(row.evaluation),
    )


def meeting_series_values(one: MeetingSeries) -> Values:
    """Return the columns of a meeting series."""
    return {
        "key": one.key,
        "name": one.name,
        "frequency": one.frequency,
        "source": one.source,
        "meetings": [codec.meeting_to_dict(meeting) for meeting in one.meetings],
    }


def meeting_series_from(row: Any) -> MeetingSeries:
    """Return the meeting series of a row."""
    return MeetingSeries(
        key=row.key,
        name=row.name,
        frequency=row.frequency,
        source=row.source,
        meetings=tuple(codec.meeting_from_dict(meeting, row.key) for meeting in row.meetings),
    )


def measure_values(one: Measure) -> Values:
    """Return the columns of a measure."""
    return {
        "key": one.key,
        "name": one.name,
        "region_key": one.region,
        "first_year": one.years[0],
        "last_year": one.years[1],
        "text": one.text,
        "budget": one.budget,
        "evaluations": list(one.evaluations),
        "source": one.source,
    }


def measure_from(row: Any) -> Measure:
    """Return the measure of a row."""
    return Measure(
        key=row.key,
        name=row.name,
        region=row.region_key,
        years=(row.first_year, row.last_year),
        text=row.text,
        source=row.source,
        budget=row.budget,
        evaluations=tuple(row.evaluations),
    )


def help_line_values(one: HelpLine, position: int) -> Values:
    """Return the columns of a help line at a place in the list, from 0."""
    return {
        "key": one.key,
        "position": position,
        "name": one.name,
        "number": one.number,
        "for_whom": one.for_whom,
        "hours": one.hours,
        "cost": one.cost,
        "url": one.url,
        "always_shown": one.always_shown,
        "source": one.source,
        "checked_on": one.checked_on,
    }


def help_line_from(row: Any) -> HelpLine:
    """Return the help line of a row."""
    return HelpLine(
        key=row.key,
        name=row.name,
        number=row.number,
        for_whom=row.for_whom,
        hours=row.hours,
        cost=row.cost,
        source=row.source,
        checked_on=row.checked_on,
        url=row.url,
        always_shown=row.always_shown,
    )
