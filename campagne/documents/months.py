"""Where everything of a planner stands: twelve months, each with its days and a list.

The same planner gives the same picture, at any time and on any machine.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from campagne.documents.fonts import face
from campagne.documents.planner import (
    ROLES,
    PlannedCampaign,
    PlannedStep,
    Planner,
    described,
    marks,
    period,
    short_day,
)
from campagne.documents.sheet import Box, Paper, Picture, Sheet, cut, wrapped
from campagne.domain.dates import MONTHS, Span, written
from campagne.domain.dutch import count, join
from campagne.domain.playbook import Role
from campagne.domain.rota import EditionStatus

ROLE_LETTERS = {Role.COMMUNICATION: "C", Role.POLICY: "B", Role.CENTRE: "R", Role.ADMIN: "A"}

_COLUMNS, _ROWS = 4, 3
_WEEKDAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
_SATURDAY = 5
# How large the letters are, by what there is to tell; at the last something may be left out.
_SIZES = (1.5, 1.4, 1.3, 1.2, 1.1, 1.0, 0.93, 0.86, 0.8)
_LEADING = 1.22


@dataclass(frozen=True, slots=True)
class _Row:
    """A line in the list of a month, before it has its place.

    Attributes:
        indent: where it begins.
        letter: the day and the letter of a step, before it.
        space: white above it.
        counts: it is the first line of a campaign, or that of a step.
    """

    look: str
    text: str
    size: float
    indent: float = 0.0
    bold: bool = False
    star: bool = False
    letter: str = ""
    space: float = 0.0
    counts: bool = False


def draw(planner: Planner, paper: Paper) -> Picture:
    """Return the picture of a planner, in which nothing touches anything else.

    Where a month has more than fits, its last line says how much is left out; the steps of A4
    stand on the pages after the picture.
    """
    head = Sheet(paper, 1.0)
    top = _head(head, planner)
    bottom = _foot(head, planner)
    sheet = Sheet(paper, _SIZES[-1])
    for scale in _SIZES:
        trial = Sheet(paper, scale)
        if _months(trial, planner, top, bottom, must_fit=scale == _SIZES[-1]):
            sheet = trial
            break
    return Picture(
        paper=paper,
        title=planner.title,
        description=described(planner),
        boxes=(*sheet.boxes, *head.boxes),
        shapes=(*sheet.shapes, *head.shapes),
        lines=(*sheet.lines, *head.lines),
    )


def _months(sheet: Sheet, planner: Planner, top: float, bottom: float, *, must_fit: bool) -> bool:
    """Draw the twelve months; False, and nothing of use, where they need more room."""
    paper = sheet.paper
    gap = paper.cell * 0.7
    width = (paper.width - 2 * paper.margin - (_COLUMNS - 1) * gap) / _COLUMNS
    room = bottom - top - (_ROWS - 1) * gap
    lists = [_listed(sheet, planner, month, width) for month in range(1, 13)]
    needs = [
        max(_needs(sheet, *lists[row * _COLUMNS + at]) for at in range(_COLUMNS))
        for row in range(_ROWS)
    ]
    if sum(needs) > room and not must_fit:
        return False
    heights = _shared(needs, room, _needs(sheet, (), ()))
    y = top
    for row, height in enumerate(heights):
        for at in range(_COLUMNS):
            month = row * _COLUMNS + at
            x = paper.margin + at * (width + gap)
            _month(sheet, planner, month + 1, Box("month", x, y, width, height), lists[month])
        y += height + gap
    return True


def _shared(needs: Sequence[float], room: float, least: float) -> list[float]:
    """Return how high each row is: what it needs and an equal share of what is over."""
    over = room - sum(needs)
    if over >= 0:
        return [one + over / len(needs) for one in needs]
    # Each gives of what it has above the least.
    spare = sum(one - least for one in needs)
    return [one + over * (one - least) / spare for one in needs]


def _calendar_size(sheet: Sheet) -> tuple[float, float]:
    """Return the width and height of the days of a month: a column more for the week numbers."""
    cell = sheet.cell
    return 8 * cell, 7 * cell


def _top_of(sheet: Sheet) -> float:
    """Return how much room the name of a month takes."""
    return sheet.paper.month * 1.75


def _needs(sheet: Sheet, campaigns: Sequence[_Row], steps: Sequence[_Row]) -> float:
    """Return how high a month must be for its lists."""
    pad = sheet.cell * 0.5
    beside = max(_calendar_size(sheet)[1], _height(campaigns))
    return _top_of(sheet) + beside + _height(steps) + 1.5 * pad


def _height(rows: Sequence[_Row]) -> float:
    return sum(one.size * _LEADING + one.space for one in rows)


def _listed(
    sheet: Sheet, planner: Planner, month: int, width: float
) -> tuple[tuple[_Row, ...], tuple[_Row, ...]]:
    """Return the lines beside the days of a month, and those of the steps below them."""
    pad = sheet.cell * 0.5
    beside = width - 3 * pad - _calendar_size(sheet)[0]
    campaigns = [
        row
        for one in planner.campaigns
        if _runs_in(one.span, planner.year, month)
        for row in _campaign_rows(sheet, one, planner.year, month, beside)
    ]
    steps = [one for one in planner.steps if sheet.paper.steps and one.on.month == month]
    return tuple(campaigns), tuple(_step_rows(sheet, steps, width - 2 * pad))


def _campaign_rows(
    sheet: Sheet, one: PlannedCampaign, year: int, month: int, width: float
) -> Iterator[_Row]:
    if (one.span.first.year, one.span.first.month) != (year, month):
        if one.status is EditionStatus.CANCELLED:
            return  # said once is enough
        text = f"t/m {short_day(one.span.last)}: {one.name}"
        goes_on = list(_rows("soft", text, width, sheet.small))
        yield replace(goes_on[0], counts=True)
        yield from goes_on[1:]
        return
    space = sheet.text * 0.35
    dates = _Row("when", period(one.span), sheet.small, bold=True, space=space, counts=True)
    yield replace(dates, star=one.central, indent=sheet.small * 1.1 if one.central else 0)
    look = "gone" if one.status is EditionStatus.CANCELLED else "name"
    yield from _rows(look, one.name, width, sheet.text, bold=one.central)
    said = [word for word in marks(one) if word != "centraal"]
    yield from _rows("soft", " · ".join(filter(None, [*said, one.note])), width, sheet.small)


def _rows(look: str, text: str, width: float, size: float, *, bold: bool = False) -> Iterator[_Row]:
    for line in wrapped(text, width, size, bold=bold):
        yield _Row(look, line, size, bold=bold)


def _step_rows(sheet: Sheet, steps: Sequence[PlannedStep], width: float) -> Iterator[_Row]:
    """Yield the steps of a month below the name of their campaign, as the first of them is due."""
    size = sheet.small
    indent = size * 3.2
    for campaign in dict.fromkeys(one.campaign for one in steps):
        name = cut(campaign, width, size, bold=True)
        yield _Row("name", name, size, bold=True, space=size * 0.4)
        for one in steps:
            if one.campaign == campaign:
                text = cut(one.title, width - indent, size, bold=False)
                letter = f"{one.on.day} {ROLE_LETTERS[one.role]}"
                yield _Row("name", text, size, indent=indent, letter=letter, counts=True)


def _month(
    sheet: Sheet,
    planner: Planner,
    month: int,
    place: Box,
    rows: tuple[tuple[_Row, ...], tuple[_Row, ...]],
) -> None:
    paper = sheet.paper
    pad = sheet.cell * 0.5
    sheet.box("month", place.x, place.y, place.width, place.height)
    name = MONTHS[month - 1].capitalize()
    sheet.write("month", place.x + pad, place.y + paper.month * 1.15, paper.month, name, bold=True)
    top = place.y + _top_of(sheet)
    _days(sheet, planner, month, place.x + pad, top)
    wide, high = _calendar_size(sheet)
    campaigns, steps = rows
    floor = place.y + place.height - pad
    # Campaigns go first: of the steps at least a line that says how many there are must fit.
    start, kept = place.y + paper.month * 0.6, sheet.small * _LEADING if steps else 0
    beside = _fitting(campaigns, floor - start - kept, "campagne", "campagnes")
    _list(sheet, beside, place.x + 2 * pad + wide, start)
    below = max(top + high, start + _height(beside))
    _list(sheet, _fitting(steps, floor - below, "stap", "stappen"), place.x + pad, below)


def _fitting(rows: Sequence[_Row], room: float, one: str, many: str) -> list[_Row]:
    """Return the rows that fit, the last of them saying how many things do not."""
    if _height(rows) <= room:
        return list(rows)
    kept = list(rows)
    while kept and _height(kept) + kept[0].size * _LEADING > room:
        kept.pop()
    while kept and not kept[-1].counts and rows[len(kept)].counts:
        kept.pop()  # the name of a campaign of which no step is left
    left = sum(row.counts for row in rows[len(kept) :])
    more = f"en nog {count(left, one, many)}: zie de kalender"
    return [*kept, _Row("soft", more, rows[-1].size)]


def _list(sheet: Sheet, rows: Sequence[_Row], x: float, y: float) -> None:
    for row in rows:
        y += row.size * _LEADING + row.space
        base = y - row.size * (_LEADING - 1)
        if row.star:
            sheet.star("star", x + row.size * 0.45, base - row.size * 0.33, row.size * 0.48)
        if row.letter:
            day, letter = row.letter.split(" ")
            sheet.write("when", x + row.size * 1.15, base, row.size, day, anchor="end", bold=True)
            sheet.box(
                "role", x + row.size * 1.5, base - row.size * 0.86, row.size * 1.3, row.size * 1.1
            )
            sheet.write(
                "role",
                x + row.size * 2.15,
                base,
                row.size * 0.9,
                letter,
                anchor="middle",
                bold=True,
            )
        sheet.write(row.look, x + row.indent, base, row.size, row.text, bold=row.bold)


def _days(sheet: Sheet, planner: Planner, month: int, x: float, y: float) -> None:
    """Draw the days of a month, with their week numbers and what falls on them."""
    cell = sheet.cell
    size = cell * 0.56
    for at, name in enumerate(_WEEKDAYS):
        sheet.write(
            "soft", x + (at + 1.5) * cell, y + cell * 0.7, size * 0.9, name, anchor="middle"
        )
    first = date(planner.year, month, 1)
    days = monthrange(planner.year, month)[1]
    due = {one.on for one in planner.steps}
    for number in range(days):
        day = first + timedelta(days=number)
        line = (number + first.weekday()) // 7 + 1
        left, top = x + (day.weekday() + 1) * cell, y + line * cell
        if number == 0 or day.weekday() == 0:
            sheet.write(
                "week",
                x + cell * 0.5,
                top + cell * 0.7,
                size * 0.8,
                str(day.isocalendar().week),
                anchor="middle",
            )
        look = _look(planner, day)
        if look != "free":
            edge = cell * 0.06
            sheet.box(look, left + edge, top + edge, cell - 2 * edge, cell - 2 * edge)
        weekend = look == "free" and day.weekday() >= _SATURDAY
        sheet.write(
            "soft" if weekend else f"day-{look}",
            left + cell / 2,
            top + cell * 0.7,
            size,
            str(day.day),
            anchor="middle",
            bold=look == "central",
        )
        if day in due:
            corner, side = (left + cell * 0.98, top + cell * 0.98), cell * 0.3
            sheet.polygon(
                "due", [corner, (corner[0] - side, corner[1]), (corner[0], corner[1] - side)]
            )


def _look(planner: Planner, day: date) -> str:
    """Return what a day looks like: what is most sure and weighs most goes first."""
    running = [
        one
        for one in planner.campaigns
        if one.span.first <= day <= one.span.last and one.status is not EditionStatus.CANCELLED
    ]
    sure = [one for one in running if one.status is EditionStatus.CONFIRMED]
    if any(one.central for one in sure):
        return "central"
    if any(one.central for one in running):
        return "central-provisional"
    if sure:
        return "confirmed"
    return "provisional" if running else "free"


def _head(sheet: Sheet, planner: Planner) -> float:
    """Draw the title; return where the months may begin."""
    paper = sheet.paper
    base = paper.margin + paper.title * 0.8
    sheet.write("title", paper.margin, base, paper.title, planner.title, bold=True)
    return base + paper.title * 0.55


def _foot(sheet: Sheet, planner: Planner) -> float:
    """Draw what the marks mean and of when it is; return where the months must end."""
    paper, size = sheet.paper, sheet.paper.small
    right = paper.width - paper.margin
    base = paper.height - paper.margin
    said = (
        f"Stand van de gegevens: {written(planner.data_of)}. De nieuwste staat op {planner.address}"
    )
    wide = right - paper.margin
    lines = [cut(said, wide, size, bold=False)]
    if planner.undated:
        lines.insert(
            0, cut(f"Nog zonder datum: {join(list(planner.undated))}", wide, size, bold=False)
        )
    for at, line in enumerate(reversed(lines)):
        sheet.write("soft", paper.margin, base - at * size * 1.35, size, line)
    base -= len(lines) * size * 1.35 + size * 0.5
    x = paper.margin
    side = size * 1.15
    for look, text in _legend(planner, paper):
        if look == "due":
            corner = (x + side, base + size * 0.2)
            sheet.polygon(
                "due", [corner, (x + side * 0.3, corner[1]), (corner[0], corner[1] - side * 0.7)]
            )
        elif look == "star":
            sheet.star("star", x + side / 2, base - size * 0.33, size * 0.55)
        elif len(look) == 1:
            sheet.box("role", x, base - size * 0.86, size * 1.2, size * 1.1)
            sheet.write("role", x + size * 0.6, base, size * 0.9, look, anchor="middle", bold=True)
        else:
            sheet.box(look, x, base - side * 0.8, side, side)
        x += side + size * 0.45
        sheet.write("name", x, base, size, text)
        x += face(bold=False).width(text, size) + size * 1.2
    return base - size * 1.8


def _legend(planner: Planner, paper: Paper) -> Iterator[tuple[str, str]]:
    yield "star", "staat centraal"
    yield "central", "dag van een centrale campagne"
    yield "confirmed", "datum staat vast"
    yield "provisional", "voorlopige datum"
    if planner.steps:
        yield "due", "uiterste dag van een stap" + ("" if paper.steps else ": zie de lijst")
    if paper.steps:
        there = {one.role for one in planner.steps}
        yield from ((ROLE_LETTERS[role], name) for role, name in ROLES.items() if role in there)


def _runs_in(span: Span, year: int, month: int) -> bool:
    first = date(year, month, 1)
    last = date(year, month, monthrange(year, month)[1])
    return span.first <= last and first <= span.last
