"""What a template that people edit may use: little, and nothing that makes much out of it."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.filters import do_join, do_round
from jinja2.sandbox import ImmutableSandboxedEnvironment

# What a template may use. Anything that makes much out of little (`range`, `center`, `"x" * 10**9`)
# is left out: one line could take all memory of the machine.
_FILTERS = (
    "abs capitalize count d default dictsort e escape first float groupby int items join last"
    " length list lower map max min reject rejectattr reverse round select selectattr sort string"
    " striptags title trim truncate unique upper wordcount"
)
_METHODS = "capitalize endswith isdigit lower lstrip rstrip split startswith strip title upper"
_HIGHEST = 1_000_000
_HIGHEST_POWER = 4
_LONGEST_JOIN = 100_000
_MOST_PLACES = 9  # of a rounded number
_MOST_TURNS = 100_000  # of all loops together
_LONGEST_TEXT = 1_000_000
TURNS = " turns"  # a template cannot name it: there is a space in it


def parsed(source: str) -> jinja2.nodes.Template:
    """Read a template, with everything in it that may be used.

    Raises:
        jinja2.TemplateSyntaxError: when it is broken, or uses a filter that there is not.
    """
    environment = _Sandbox(trim_blocks=True, lstrip_blocks=True)
    environment.filters["opmaak"] = _AsMarkdown
    environment.compile(source)  # says which filters are not there
    return environment.parse(source)


class _AsMarkdown(str):
    """A text that keeps its Markdown: made by the filter `opmaak` only."""

    __slots__ = ()


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 with a choice of filters, without global functions, and with small sums only."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS.split()}
        self.filters["join"] = _join
        self.filters["round"] = _round
        self.filters["counted"] = _counted

    def _generate(self, source: jinja2.nodes.Template, *args: Any, **options: Any) -> str:
        """Count the turns of every loop."""
        for loop in source.find_all(jinja2.nodes.For):
            loop.iter = jinja2.nodes.Filter(
                loop.iter, "counted", [], [], None, None, lineno=loop.lineno
            )
        return super()._generate(source, *args, **options)

    def call_binop(
        self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any
    ) -> Any:
        """Reckon with small numbers; a text times a number is refused."""
        small = all(isinstance(one, int | float) and abs(one) <= _HIGHEST for one in (left, right))
        if not small or (operator == "**" and abs(right) > _HIGHEST_POWER):
            raise jinja2.exceptions.SecurityError(
                f"'{operator}' kan hier alleen met kleine getallen"
            )
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Leave texts and numbers only the methods that make nothing bigger."""
        if isinstance(obj, str | bytes | int | float) and attr not in _METHODS.split():
            return False
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, _value: Any) -> None:
        """Leave `format` to the rule above: it pads to any width."""


@jinja2.pass_eval_context
def _join(
    context: jinja2.nodes.EvalContext, value: Any, d: str = "", attribute: str | None = None
) -> Any:
    """Join as Jinja2 does, but nothing that becomes very long: each join could square it."""
    parts = list(value)
    if len(parts) * len(str(d)) > _LONGEST_JOIN:
        raise jinja2.exceptions.SecurityError("'join' maakt hier een te lange tekst")
    return do_join(context, parts, d, attribute)


@jinja2.pass_context
def _counted(context: jinja2.runtime.Context, value: Iterable[Any]) -> Iterator[Any]:
    """Yield what a loop goes through: a list, not the letters of a text, and not for ever."""
    if isinstance(value, str):
        raise jinja2.exceptions.SecurityError("een herhaling kan niet over een tekst gaan")
    turns: Any = context.resolve(TURNS)
    for one in value:
        turns[0] += 1
        if turns[0] > _MOST_TURNS:
            raise jinja2.exceptions.SecurityError("er zijn te veel herhalingen")
        yield one


def limited(pieces: Iterable[str]) -> str:
    """Return a text in one, unless it becomes longer than any mail: loops multiply each other."""
    kept, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > _LONGEST_TEXT:
            raise jinja2.exceptions.SecurityError("de tekst wordt te lang")
        kept.append(piece)
    return "".join(kept)


def _round(value: Any, precision: Any = 0, method: Any = "common") -> Any:
    """Round as Jinja2 does, to few places: it makes a number with as many digits as are asked."""
    if not isinstance(precision, int) or abs(precision) > _MOST_PLACES:
        raise jinja2.exceptions.SecurityError("'round' kan hier alleen met een paar cijfers")
    return do_round(value, precision, method)


# One text in an environment is one template, whoever fills it in: compiling is the slow part.
@lru_cache(maxsize=1024)
def compiled(environment: jinja2.Environment, source: str) -> jinja2.Template:
    """Return a template by its source, so that an edited one is a new one.

    Raises:
        jinja2.TemplateSyntaxError: when it is broken.
    """
    return environment.from_string(source)


@lru_cache(maxsize=16)
def environment(
    folder: Path, *, finalize: Any = None, autoescape: bool = False
) -> jinja2.Environment:
    """Return an environment for the templates of a folder.

    Args:
        folder: the folder; a template includes others by their name in it.
        finalize: what each value goes through on its way out, but for `opmaak`.
        autoescape: for HTML.
    """

    def finish(value: object) -> object:
        return value if isinstance(value, _AsMarkdown) else finalize(value)

    environment = _Sandbox(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        finalize=finish if finalize else None,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,  # else the text after an include sticks to it
    )
    environment.filters["opmaak"] = _AsMarkdown
    return environment
