"""What commands take: days, numbers, keys and lines of text, checked before anything is opened."""

from collections.abc import Callable

import click

# Numbers of rows, on both databases.
_HIGHEST = 2**31 - 1

number_argument = click.argument("number", metavar="NUMMER", type=click.IntRange(1, _HIGHEST))


class Line(click.ParamType[str]):
    """One line of text: what a person typed, without line ends and stray spaces.

    Args:
        longest: so many characters at most.
        required: whether an empty text is refused.
    """

    name = "tekst"

    def __init__(self, longest: int, *, required: bool = True) -> None:
        self._longest = longest
        self._required = required

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the line; refuses what would spoil a screen, a log or a mail."""
        line = " ".join(value.split())
        if not line and self._required:
            self.fail("Vul iets in.", param, ctx)
        if not line.isprintable():
            self.fail("Er staan tekens in die geen tekst zijn.", param, ctx)
        if len(line) > self._longest:
            self.fail(f"Schrijf hoogstens {self._longest} tekens.", param, ctx)
        return line


KEY = Line(100)
NOTE = Line(500, required=False)  # as long as the page of a step takes
SOURCE = Line(500)

_DAY = click.DateTime(["%Y-%m-%d"])


def day_option(
    name: str, text: str, *, required: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return an option that takes a day as 2026-09-07 and gives a datetime."""
    return click.option(name, type=_DAY, required=required, metavar="DATUM", help=text)


def by_option(example: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the option that tells who says so, with an example as people read it."""
    return click.option(
        "--by", required=True, type=Line(100), metavar="WIE", help=f"Wie dit zegt: '{example}'."
    )
