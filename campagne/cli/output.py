"""What every command shares: the wired service, and a table, JSON or CSV of rows."""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import click

from campagne.domain.spreadsheet import inert

if TYPE_CHECKING:
    from campagne.bootstrap import App

format_option = click.option(
    "--format",
    "as_format",
    type=click.Choice(["tabel", "json", "csv"]),
    default="tabel",
    show_default=True,
    help="Vorm van de uitvoer.",
)


@contextmanager
def service() -> Iterator["App"]:
    """Open the service as the settings say; closes it at the end of the command."""
    import logging

    from campagne.bootstrap import opened
    from campagne.settings import load_settings

    # What a person must know a command says itself; the log is for the processes that stay.
    logging.getLogger("campagne").addHandler(logging.NullHandler())
    with opened(load_settings()) as app:
        yield app


@contextmanager
def progress(label: str, length: int) -> Iterator[Callable[[], None]]:
    """Show on a terminal how far a long piece of work is; nothing in a log or a pipe.

    Args:
        label: what is being done.
        length: of how many parts.

    Yields:
        What to call at each part.
    """
    hidden = not length or not sys.stderr.isatty()
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden) as bar:
        yield lambda: bar.update(1)


def show(rows: Sequence[Mapping[str, object]], as_format: str, empty: str) -> None:
    """Print rows with the same keys.

    Args:
        rows: each row by column name; values are shown as people write them, instants by the
            clock of Amsterdam. JSON keeps lists, numbers, ISO days and instants with their offset.
        as_format: ``tabel``, ``json`` or ``csv``.
        empty: sentence that a table prints when there is no row.
    """
    if as_format == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=_plain))
    elif as_format == "csv":
        click.echo(_as_csv(rows), nl=False)
    elif rows:
        click.echo(_as_table(rows))
    else:
        click.echo(empty)


def printable(text: str) -> str:
    """Return a text of others without what could repaint a screen; line ends stay."""
    return "".join(one if one.isprintable() or one == "\n" else " " for one in text)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        from campagne.clock import AMSTERDAM

        return value.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, list | tuple):
        return _cell(", ".join(str(one) for one in value))
    return " ".join(printable(str(value)).splitlines())


def _as_csv(rows: Sequence[Mapping[str, object]]) -> str:
    text = io.StringIO()
    if rows:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(rows[0])
        for row in rows:
            writer.writerow([inert(_cell(value)) for value in row.values()])
    return text.getvalue()


def _as_table(rows: Sequence[Mapping[str, object]]) -> str:
    headers = list(rows[0])
    cells = [[_cell(row[name]) for name in headers] for row in rows]
    widths = [
        max(len(name), *(len(line[place]) for line in cells)) for place, name in enumerate(headers)
    ]
    lines = [headers, ["-" * width for width in widths], *cells]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
