"""Date rules as TOML tables, and back: the form in which a person writes and reads a rule."""

from collections.abc import Callable
from typing import assert_never

from campagne.domain.dates import (
    MONTHS,
    SCHOOL_HOLIDAYS,
    SCHOOL_REGIONS,
    WEEKDAYS,
    BeforeSchoolHoliday,
    DateRule,
    FixedDays,
    Formula,
    FromEaster,
    IsoWeek,
    NthWeekday,
    RuleKind,
    WeekContaining,
    WeekdayFrom,
)
from campagne.errors import InvalidInputError
from campagne.rota_files.reading import Table, did_you_mean

KINDS = {
    "vast": RuleKind.FIXED,
    "berekend": RuleKind.COMPUTED,
    "aangekondigd": RuleKind.ANNOUNCED,
    "geschat": RuleKind.ESTIMATED,
}
_MONTHS = {name: number for number, name in enumerate(MONTHS, start=1)}
_WEEKDAYS = {name: number for number, name in enumerate(WEEKDAYS)}
_HOLIDAYS = {name.lower(): name for name in SCHOOL_HOLIDAYS}
_REGIONS = {name: name for name in SCHOOL_REGIONS}
_LONGEST = 366  # days; the same bound as the formulas have


def rule_to_table(rule: DateRule) -> dict[str, object]:
    """Return a rule as the table that `read_rule` reads."""
    kind = next(word for word, kind in KINDS.items() if kind is rule.kind)
    if rule.formula is None:
        return {"soort": kind}
    form, fields = _write(rule.formula)
    if rule.kind is RuleKind.FIXED and form == "dagen":
        return {"soort": kind, **fields}
    return {"soort": kind, "vorm": form, **fields}


def read_rule(table: Table) -> DateRule | None:
    """Read a rule and close its table; None after a fault."""
    kind = KINDS.get(table.word("soort", {word: word for word in KINDS}, stand_in=""))
    if kind is None:
        return None
    formula: Formula | None = None
    if kind is not RuleKind.ANNOUNCED:
        form = table.word(
            "vorm", _FORMS[kind], "dagen" if kind is RuleKind.FIXED else None, stand_in=""
        )
        if not form:
            return None
        formula = _formula(table, form)
    table.close()
    return DateRule(kind, formula) if formula or kind is RuleKind.ANNOUNCED else None


def _formula(table: Table, form: str) -> Formula | None:
    """Return the formula; what its own checks refuse becomes a fault at the table."""
    try:
        return _READERS[form](table)
    except InvalidInputError as wrong:
        table.fault("", str(wrong))
        return None


def _fixed(table: Table) -> Formula | None:
    first = _month_day(table, "van")
    last = _month_day(table, "tot") if table.has("tot") else first
    return FixedDays(*first, *last) if first and last else None


def _week_containing(table: Table) -> Formula | None:
    day = _month_day(table, "dag")
    return WeekContaining(*day) if day else None


def _nth_weekday(table: Table) -> Formula:
    return NthWeekday(
        nth=table.whole("nummer", -1, 5),
        weekday=table.word("weekdag", _WEEKDAYS),
        month=table.word("maand", _MONTHS),
        days=_length(table),
    )


def _weekday_from(table: Table) -> Formula | None:
    weekday = table.word("weekdag", _WEEKDAYS)
    day = _month_day(table, "vanaf")
    days = _length(table)
    return WeekdayFrom(weekday, *day, days) if day else None


def _before_school_holiday(table: Table) -> Formula:
    return BeforeSchoolHoliday(
        weeks=table.whole("weken", 1, 52),
        holiday=table.word("vakantie", _HOLIDAYS, "Zomervakantie"),
        region=table.word("vakantieregio", _REGIONS, "Midden"),
    )


_READERS: dict[str, Callable[[Table], Formula | None]] = {
    "dagen": _fixed,
    "week-met": _week_containing,
    "weeknummer": lambda table: IsoWeek(table.whole("week", 1, 53)),
    "weekdag-van-de-maand": _nth_weekday,
    "weekdag-vanaf": _weekday_from,
    "pasen": lambda table: FromEaster(table.whole("dagen_na", -_LONGEST, _LONGEST), _length(table)),
    "voor-schoolvakantie": _before_school_holiday,
}
_FORMS = {
    RuleKind.FIXED: {"dagen": "dagen"},
    RuleKind.COMPUTED: {form: form for form in _READERS if form != "dagen"},  # days never move
    RuleKind.ESTIMATED: {form: form for form in _READERS},
}


def _write(formula: Formula) -> tuple[str, dict[str, object]]:
    """Return the form and the fields of a formula."""
    fields: dict[str, object]
    match formula:
        case FixedDays():
            form, fields = "dagen", {"van": _written(formula.month, formula.day)}
            if (formula.month, formula.day) != (formula.to_month, formula.to_day):
                fields["tot"] = _written(formula.to_month, formula.to_day)
        case WeekContaining():
            form, fields = "week-met", {"dag": _written(formula.month, formula.day)}
        case IsoWeek():
            form, fields = "weeknummer", {"week": formula.week}
        case NthWeekday():
            form = "weekdag-van-de-maand"
            fields = {
                "nummer": formula.nth,
                "weekdag": WEEKDAYS[formula.weekday],
                "maand": MONTHS[formula.month - 1],
                "dagen": formula.days,
            }
        case WeekdayFrom():
            form = "weekdag-vanaf"
            fields = {
                "weekdag": WEEKDAYS[formula.weekday],
                "vanaf": _written(formula.month, formula.day),
                "dagen": formula.days,
            }
        case FromEaster():
            form, fields = "pasen", {"dagen_na": formula.offset, "dagen": formula.days}
        case BeforeSchoolHoliday():
            form = "voor-schoolvakantie"
            fields = {
                "weken": formula.weeks,
                "vakantie": formula.holiday.lower(),
                "vakantieregio": formula.region,
            }
        case _:
            assert_never(formula)
    return form, fields


def _length(table: Table) -> int:
    return table.whole("dagen", 1, _LONGEST, 1)


def _month_day(table: Table, key: str) -> tuple[int, int] | None:
    """Return month and day of a text like "25 november"; None after a fault."""
    text = table.text(key)
    if not text:
        return None
    number, _, month = text.partition(" ")
    if month in _MONTHS and number.isascii() and number.isdigit() and len(number) <= 2:  # noqa: PLR2004 - two digits
        return _MONTHS[month], int(number)
    tip = did_you_mean(month, _MONTHS)
    table.fault(key, f'gevonden "{text}"', f'een dag en een maand, zoals "25 november"{tip}')
    return None


def _written(month: int, day: int) -> str:
    return f"{day} {MONTHS[month - 1]}"
