"""What stands in the report of a year: blocks, in the order in which they are read."""

from collections.abc import Callable, Iterator, Sequence

from campagne.documents import bars, pressing
from campagne.documents.bars import Bar
from campagne.documents.blocks import (
    Block,
    Heading,
    Paragraph,
    Picture,
    Points,
    Run,
    Table,
    Text,
    plain,
)
from campagne.domain import dutch
from campagne.domain.evaluations import Channel
from campagne.domain.involvement import Involvement
from campagne.domain.rota import EditionStatus
from campagne.domain.words import in_words
from campagne.domain.words import word as said
from campagne.services.review.involved import Cell
from campagne.services.review.region_year import Column, Line, RegionYear

WHAT = "Het jaarverslag"

_NEITHER = frozenset({Involvement.SILENT, Involvement.LATER})
_PIXELS = 1600  # of the width of a picture in a file for Word


def blocks(
    title: str, shown: RegionYear, rota: Sequence[Sequence[str]], *, with_png: bool = False
) -> list[Block]:
    """Return what stands in a report.

    Args:
        title: what stands above it.
        shown: the year; of one gemeente where it has one line.
        rota: what stood on the rota, a row of five cells for each.
        with_png: makes its picture as PNG too, which takes time.

    Raises:
        DocumentError: when a picture cannot be made now.
    """
    alone = shown.lines[0].municipality.name if len(shown.lines) == 1 else ""
    return [
        Heading(title),
        *_summary(shown),
        Heading("Het rooster", 2),
        *_rota(rota),
        Heading(f"Deed {alone} mee?" if alone else "Wie deed mee?", 2),
        *_turnout(shown, with_png=with_png),
        Heading(f"Wat deed {alone}?" if alone else "Wat deden de gemeenten?", 2),
        *_actions(shown),
        Heading("Hoeveel mensen zijn bereikt?", 2),
        *_reach(shown),
        Heading("Wat kostte het?", 2),
        *_costs(shown, with_png=with_png),
        Heading("Wat is geleerd?", 2),
        *_lessons(shown),
    ]


def _summary(shown: RegionYear) -> Iterator[Block]:
    held = [one for one in shown.columns if one.edition.status is not EditionStatus.CANCELLED]
    if len(shown.lines) == 1:
        joined = [
            column.name
            for column, cell in zip(shown.columns, shown.lines[0].cells, strict=True)
            if cell.takes_part and column in held
        ]
        name = shown.lines[0].municipality.name
        yield _paragraph(
            f"In {shown.year} deed {name} mee aan {dutch.join(joined)}."
            if joined
            else f"In {shown.year} deed {name} aan geen campagne mee."
        )
        return
    taken = sum(1 for one in held if one.taking_part)
    asked = dutch.count(len(held), "campagne", "campagnes")
    yield _paragraph(
        f"In {shown.year} ging het in {shown.region.name} om {asked}. Aan {taken} daarvan"
        f" {'deed' if taken == 1 else 'deden'} een of meer van de {len(shown.lines)} gemeenten mee."
    )


def _rota(rota: Sequence[Sequence[str]]) -> Iterator[Block]:
    if not rota:
        yield _paragraph("Er stond dit jaar geen campagne op het rooster.")
        return
    yield Table(
        ("Campagne", "Voor wie", "Thema", "Wie leidt", "Kosten per gemeente"),
        tuple(tuple(plain(cell) for cell in row) for row in rota),
        "De campagnes die dit jaar op het rooster stonden",
        (3, 2.5, 2.5, 2, 2.5),
    )


def _turnout(shown: RegionYear, *, with_png: bool) -> Iterator[Block]:
    if not shown.columns:
        yield _paragraph("Niemand is dit jaar iets gevraagd.")
        return
    if len(shown.lines) == 1:
        yield Table(
            ("Campagne", "Wanneer", "Deelname"),
            tuple(
                (plain(column.name), plain(_when(column)), plain(_cap(said(cell.involvement))))
                for column, cell in zip(shown.columns, shown.lines[0].cells, strict=True)
            ),
            "Deelname per campagne",
            (3, 3, 2),
        )
        return
    whole = len(shown.lines)
    yield from _picture(
        [
            Bar(one.name, one.taking_part, f"{one.taking_part} van de {whole} gemeenten")
            for one in shown.columns
        ],
        whole,
        "Hoeveel gemeenten meededen",
        with_png=with_png,
    )
    yield Table(
        ("Campagne", "Deed mee", "Deed niet mee", "Nog geen ja of nee"),
        tuple(
            (
                (Run(column.name, bold=True), Run(f"\n{_when(column)}")),
                _names(shown, number, lambda one: one.takes_part),
                _names(shown, number, lambda one: one.involvement is Involvement.DECLINES),
                _names(
                    shown, number, lambda one: one.involvement in _NEITHER and not one.takes_part
                ),
            )
            for number, column in enumerate(shown.columns)
        ),
        "Wie meedeed aan welke campagne",
        (3, 3, 2, 3),
    )


def _actions(shown: RegionYear) -> Iterator[Block]:
    found = False
    for column, cells in _by_edition(shown):
        acts = [
            (line, cell.evaluation.done or tuple(map(in_words, cell.plan.actions)), cell)
            for line, cell in cells
            if cell.involvement is not Involvement.DECLINES
        ]
        if not any(done for _, done, _ in acts):
            continue
        found = True
        yield Heading(column.name, 3)
        for line, done, cell in acts:
            if done:
                planned = "" if cell.evaluation.done else " (plan)"
                yield Paragraph(plain(f"{line.municipality.name}{planned}", bold=True))
                yield Points(tuple(map(plain, done)))
    if not found:
        yield _paragraph("Er zijn geen lokale acties opgeschreven.")


def _reach(shown: RegionYear) -> Iterator[Block]:
    rows = []
    for column, cells in _by_edition(shown):
        for channel in Channel:
            known = [
                (line.municipality.name, cell.evaluation.reach[channel])
                for line, cell in cells
                if channel in cell.evaluation.reach
            ]
            if known:
                total = dutch.number(sum(number for _, number in known))
                rows.append(
                    (
                        plain(column.name),
                        plain(f"{total} {said(channel)}"),
                        plain(dutch.join([name for name, _ in known])),
                    )
                )
    if not rows:
        yield _paragraph("Er zijn nog geen cijfers ingevuld.")
        return
    yield Table(
        ("Campagne", "Bereik", "Opgegeven door"),
        tuple(rows),
        "Bereik per campagne en kanaal",
        (3, 4, 4),
    )


def _costs(shown: RegionYear, *, with_png: bool) -> Iterator[Block]:
    known = [one for one in shown.lines if one.costs.is_known]
    if not known:
        yield _paragraph("Er zijn geen kosten ingevuld.")
        return
    if len(shown.lines) == 1:
        yield from _costs_of_one(shown.lines[0], with_png=with_png)
    yield Table(
        ("Gemeente", "Verwacht", "Werkelijk", "Hoogstens volgens het rooster", "Meer dan dat"),
        tuple(
            (
                plain(one.municipality.name),
                *(
                    plain("-" if cents is None else dutch.amount(cents))
                    for cents in (one.costs.expected, one.costs.real, one.costs.maximum)
                ),
                plain(dutch.amount(one.costs.over) if one.costs.over else "-"),
            )
            for one in known
        ),
        "Kosten per gemeente",
        (3, 2, 2, 3, 2),
    )


def _costs_of_one(line: Line, *, with_png: bool) -> Iterator[Block]:
    costs = line.costs
    amounts = [("Verwacht", costs.expected), ("Werkelijk", costs.real)]
    amounts += [("Hoogstens volgens het rooster", costs.maximum)]
    drawn = [Bar(name, cents, dutch.amount(cents)) for name, cents in amounts if cents is not None]
    whole = max(one.count for one in drawn)
    if whole:
        yield from _picture(drawn, whole, "Wat het kostte", with_png=with_png)


def _lessons(shown: RegionYear) -> Iterator[Block]:
    waiting: list[str] = []
    told = False
    for column, cells in _by_edition(shown):
        rows = [
            (
                plain(line.municipality.name),
                plain(cell.evaluation.keep or "-"),
                plain(cell.evaluation.change or "-"),
            )
            for line, cell in cells
            if cell.evaluation.keep or cell.evaluation.change
        ]
        if rows:
            told = True
            yield Heading(column.name, 3)
            header = ("Gemeente", "Houden", "Anders doen")
            yield Table(header, tuple(rows), f"Lessen van {column.name}", (2, 4, 4))
        silent = [
            line.municipality.name
            for line, cell in cells
            if cell.takes_part and not cell.evaluation.version
        ]
        if silent and column.edition.status is not EditionStatus.CANCELLED:
            waiting.append(f"{column.name}: {dutch.join(silent)}.")
    if not told:
        yield _paragraph("Er zijn nog geen lessen opgeschreven.")
    if waiting:
        yield Paragraph(plain("Nog niet teruggekeken", bold=True))
        yield Points(tuple(map(plain, waiting)))


def _by_edition(shown: RegionYear) -> Iterator[tuple[Column, list[tuple[Line, Cell]]]]:
    for number, column in enumerate(shown.columns):
        yield column, [(line, line.cells[number]) for line in shown.lines]


def _names(shown: RegionYear, number: int, wanted: Callable[[Cell], bool]) -> Text:
    found = [line.municipality.name for line in shown.lines if wanted(line.cells[number])]
    return plain(dutch.join(found) or "-")


def _picture(drawn: Sequence[Bar], whole: int, about: str, *, with_png: bool) -> Iterator[Picture]:
    """Yield the picture; nothing where it cannot be made here, since a table says the same."""
    told = "; ".join(f"{one.name}: {one.words}" for one in drawn)
    svg = bars.draw(drawn, whole)
    if with_png and not pressing.complete():
        return
    png = pressing.png([(svg, _PIXELS)], WHAT)[0] if with_png else b""
    yield Picture(png, f"{about}. {told}.", svg=svg)


def _when(column: Column) -> str:
    if column.edition.status is EditionStatus.CANCELLED:
        return f"{column.period}, ging niet door"
    provisional = column.edition.status is EditionStatus.PROVISIONAL
    return f"{column.period}, voorlopig" if provisional else column.period


def _paragraph(text: str) -> Paragraph:
    return Paragraph(plain(text))


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
