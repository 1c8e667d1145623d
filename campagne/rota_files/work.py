"""`draaiboek.toml`, `overleggen.toml` and `hulplijnen.toml`: what is done, and where help is."""

import re
from collections.abc import Collection
from datetime import date

from campagne.domain.leadtimes import parse_lead
from campagne.domain.playbook import (
    Anchor,
    EvaluationPart,
    LeadTime,
    Meeting,
    MeetingLead,
    MeetingSeries,
    Role,
    Scope,
    Step,
    SummerRule,
    Unit,
)
from campagne.domain.rota import HelpLine
from campagne.errors import InvalidInputError
from campagne.rota_files.reading import Table, unique

_ROLES = {role.value: role for role in Role if role is not Role.ADMIN}
_SCOPES = {"volledig": Scope.FULL, "signaal": Scope.SIGNAL}
_SUMMER = {
    "ervoor": SummerRule.BEFORE,
    "overslaan": SummerRule.SKIP,
    "laten-staan": SummerRule.KEEP,
}
_EVALUATION = {
    "ervaringen": EvaluationPart.EXPERIENCES,
    "cijfers": EvaluationPart.FIGURES,
}
# Each with its key in the file, and what it stands for.
_ESCALATION = {
    "again_days": ("nogmaals_na_werkdagen", "de tweede herinnering"),
    "colleague_days": ("collega_na_werkdagen", "de mail aan collega's"),
    "centre_days": ("centrum_na_werkdagen", "de mail aan de centrumgemeente"),
}
_NUMBER = re.compile(r"[0-9]{3}|0[0-9]{2,3}-[0-9]{4,7}|chat")


def read_steps(file: Table, series: Collection[str] | None) -> tuple[Step, ...]:
    """Read the `[[stap]]` tables of a playbook."""
    tables = file.tables("stap", at_least_one=True)
    found = tuple(_step(table, series) for table in tables)
    unique(tables, [one.key for one in found], "sleutel")
    return found


def read_meetings(file: Table) -> tuple[MeetingSeries, ...]:
    """Read the `[[overleg]]` tables with their `[[overleg.datum]]`."""
    tables = file.tables("overleg")
    found = tuple(_series(table) for table in tables)
    unique(tables, [one.key for one in found], "sleutel")
    return found


def read_help_lines(file: Table) -> tuple[HelpLine, ...]:
    """Read the `[[hulplijn]]` tables."""
    tables = file.tables("hulplijn", at_least_one=True)
    found = tuple(_help_line(table) for table in tables)
    unique(tables, [one.key for one in found], "sleutel")
    return found


def _step(table: Table, series: Collection[str] | None) -> Step:
    step = Step(
        key=table.slug("sleutel"),
        title=table.text("titel"),
        what=table.text("wat"),
        role=table.word("rol", _ROLES),
        lead=_lead(table),
        scope=table.word("bereik", _SCOPES),
        summer=table.word("zomervakantie", _SUMMER),
        before_meeting=_before_meeting(table, series),
        useful_days=table.optional_whole("nog_nuttig_dagen", 0, 366),
        resident_facing=table.flag("voor_inwoners"),
        again_days=table.optional_whole("nogmaals_na_werkdagen", 1, 100),
        colleague_days=table.optional_whole("collega_na_werkdagen", 1, 100),
        centre_days=table.optional_whole("centrum_na_werkdagen", 1, 100),
        evaluation=table.word("evaluatie", _EVALUATION) if table.has("evaluatie") else None,
    )
    if step.evaluation and not step.can_be_evaluated:
        table.fault(
            "evaluatie",
            "het evaluatieformulier is er na een campagne, voor gemeenten die meedoen",
            'een stap met bereik = "volledig" en een termijn na het einde',
        )
    for before, after in step.out_of_order():
        earlier, later = getattr(step, before), getattr(step, after)
        table.fault(
            _ESCALATION[after][0],
            f"gevonden {later}, niet later dan {_ESCALATION[before][1]} ({earlier} werkdagen)",
            f"meer dan {earlier}",
        )
    table.close()
    return step


def _lead(table: Table) -> LeadTime:
    text = table.text("wanneer")
    if text:
        try:
            return parse_lead(text)
        except InvalidInputError as wrong:
            table.fault("wanneer", str(wrong))
    return LeadTime(0, Unit.DAYS, Anchor.AFTER_START)


def _before_meeting(table: Table, series: Collection[str] | None) -> MeetingLead | None:
    inner = table.table("voor_overleg")
    if inner is None:
        return None
    found = MeetingLead(
        kind=inner.reference("soort", series, "overleg"),
        workdays=inner.whole("werkdagen", 0, 100),
        after_end_days=inner.whole("minstens_dagen_na_einde", 0, 366, 14),
    )
    inner.close()
    return found


def _series(table: Table) -> MeetingSeries:
    key = table.slug("sleutel")
    dates = table.tables("datum")
    meetings = tuple(_meeting(one, key) for one in dates)
    days = [one.on if one.on != date.min else "" for one in meetings]
    unique(dates, days, "op")
    found = MeetingSeries(
        key, table.text("naam"), table.text("frequentie"), table.text("bron"), meetings
    )
    table.close()
    return found


def _meeting(table: Table, kind: str) -> Meeting:
    meeting = Meeting(kind, on=table.day("op"), papers_close=table.day("stukken_sluiten"))
    if date.min not in (meeting.on, meeting.papers_close) and meeting.papers_close > meeting.on:
        found = f"{meeting.papers_close} ligt na het overleg zelf"
        table.fault("stukken_sluiten", found, f"een datum op of voor {meeting.on}")
    table.close()
    return meeting


def _help_line(table: Table) -> HelpLine:
    line = HelpLine(
        key=table.slug("sleutel"),
        name=table.text("naam"),
        number=table.text("nummer"),
        for_whom=table.text("voor_wie"),
        hours=table.text("bereikbaar", ""),
        cost=table.text("kosten", ""),
        url=table.link("website"),
        always_shown=table.flag("altijd"),
        source=table.text("bron"),
        checked_on=table.day("gecontroleerd_op"),
    )
    if line.number and not _NUMBER.fullmatch(line.number):
        table.fault("nummer", f'gevonden "{line.number}"', 'zoals "112", "0800-2000" of "chat"')
    table.close()
    return line
