"""Templates that people may edit: a head in TOML, then a text in Jinja2.

The head stands between two lines `+++`; each text in it is a template too. A template cannot
reach the machine (sandbox) and a placeholder that does not exist is an error, never an empty
place.
"""

import copy
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from jinja2.filters import do_join, do_round
from jinja2.sandbox import ImmutableSandboxedEnvironment

from campagne.errors import TemplateError

_HEAD = re.compile(r"\A\+\+\+[ \t]*\n(?P<head>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_QUOTED = re.compile(r"'([^']+)'")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")

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
_TURNS = " turns"  # a template cannot name it: there is a space in it


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with everything filled in: its head, and its text without outer blank lines."""

    name: str
    head: Mapping[str, Any]
    text: str

    def line(self, key: str) -> str:
        """Return one text of the head.

        Raises:
            TemplateError: when it is missing, empty or not a text.
        """
        value = self.head.get(key)
        if not isinstance(value, str) or not value:
            raise TemplateError(
                f"Het sjabloon {self.name} mist in de kop een tekst bij '{key}'. Vul die in."
            )
        return value


@dataclass(frozen=True, slots=True)
class Parts:
    """A template as it is written: the texts of its head and its text.

    Attributes:
        above: how many lines stand before the text.
    """

    head: Mapping[str, Any]
    body: str
    above: int = 0

    @property
    def source(self) -> str:
        """The template as one text, from which the same parts are read."""
        # A string of JSON is one of TOML too.
        lines = (
            f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in self.head.items()
        )
        return "\n".join(("+++", *lines, "+++", self.body))


def one_line(value: object) -> str:
    """Return a value as one line of text: no line ends, no control characters, single spaces."""
    return " ".join(_CONTROL.sub("", str(value)).split())


def escaped(value: object) -> str:
    """Return a value as one line in which nothing is Markdown or HTML any more.

    CommonMark takes a backslash before any ASCII punctuation, also inside a link's address.
    """
    return _PUNCTUATION.sub(r"\\\1", one_line(value))


class Templates:
    """A folder of templates.

    Args:
        folder: a folder with templates; the names below are relative to it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._texts: Mapping[str, str] = {}
        self._plain = _environment(folder, finalize=one_line)
        self._escaped = _environment(folder, finalize=escaped)
        self._html = _environment(folder, autoescape=True)
        # By their source, so that an edited template is a new one; compiling is the slow part.
        self._compiled: dict[tuple[jinja2.Environment, str], jinja2.Template] = {}

    def with_texts(self, texts: Mapping[str, str]) -> "Templates":
        """Return these templates with other sources for some, by name."""
        other = copy.copy(self)
        other._texts = {**self._texts, **texts}  # noqa: SLF001 - a copy of itself
        return other

    def parts(self, name: str) -> Parts:
        """Return a template as it is written.

        Raises:
            TemplateError: when it is missing, or its head is.
        """
        return _parts(self._shown(name), self._read(name))

    def exists(self, name: str) -> bool:
        """Say whether there is a template of this name (``algemeen/website.md``)."""
        return (self.folder / name).is_file()

    def markdown(self, name: str, values: Mapping[str, object]) -> Filled:
        """Fill in a Markdown template; no value can become Markdown or HTML.

        A value goes through the filter `opmaak` to keep its Markdown.

        Raises:
            TemplateError: when the template is missing or broken, or asks for what is not there.
        """
        return self._fill(name, values, self._escaped)

    def text(self, name: str, values: Mapping[str, object]) -> Filled:
        """Fill in a template with the values as they are, each on one line.

        Raises:
            TemplateError: as `markdown`.
        """
        return self._fill(name, values, self._plain)

    def html(self, name: str, values: Mapping[str, object]) -> str:
        """Fill in an HTML template without a head; values are escaped unless they are Markup.

        Raises:
            TemplateError: as `markdown`.
        """
        return self._render(self._shown(name), self._read(name), values, self._html)

    def _fill(
        self, name: str, values: Mapping[str, object], environment: jinja2.Environment
    ) -> Filled:
        shown = self._shown(name)
        parts = _parts(shown, self._read(name))
        filled = {
            key: self._render(f"{shown} (kop, {key})", value, values, self._plain).strip()
            if isinstance(value, str)
            else value
            for key, value in parts.head.items()
        }
        # The lines of the head stay, empty, so that an error names the right line.
        body = "\n" * parts.above + parts.body
        text = self._render(shown, body, values, environment).strip("\n")
        return Filled(shown, filled, text)

    def _shown(self, name: str) -> str:
        return f"{self.folder.name}/{name}"

    def _read(self, name: str) -> str:
        if name in self._texts:
            return self._texts[name]
        try:
            return (self.folder / name).read_text("utf-8-sig")
        except FileNotFoundError:
            raise TemplateError(
                f"Het sjabloon {self.folder / name} bestaat niet. Zet het bestand terug."
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateError(
                f"Het sjabloon {self._shown(name)} kan niet worden gelezen ({error})."
                " Bewaar het als gewone tekst (UTF-8) die de dienst mag lezen."
            ) from None

    def _render(
        self,
        shown: str,
        source: str,
        values: Mapping[str, object],
        environment: jinja2.Environment,
    ) -> str:
        try:
            if (template := self._compiled.get((environment, source))) is None:
                template = environment.from_string(source)
                self._compiled[environment, source] = template
            return _limited(template.generate({**values, _TURNS: [0]}))
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(
                f"Het sjabloon {error.name or shown} is stuk op regel {error.lineno}:"
                f" {error.message}. Verbeter die regel."
            ) from None
        except jinja2.UndefinedError as error:
            asked = (_QUOTED.findall(str(error)) or [str(error)])[-1]
            raise TemplateError(
                f"Het sjabloon {shown} vraagt naar '{asked}', maar dat gegeven is er niet."
                " Verbeter de naam of haal die weg."
            ) from None
        except jinja2.TemplateNotFound as error:
            raise TemplateError(
                f"Het sjabloon {shown} gebruikt {error}, maar dat bestand bestaat niet."
                " Zet het terug of haal de verwijzing weg."
            ) from None
        except (
            jinja2.TemplateError,
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ) as error:
            raise TemplateError(
                f"Het sjabloon {shown} kan niet worden ingevuld: {error}."
                " Verbeter het sjabloon of zet het oude terug."
            ) from None


def _parts(shown: str, source: str) -> Parts:
    found = _HEAD.match(source)
    if found is None:
        raise TemplateError(
            f"Het sjabloon {shown} begint niet met een kop. Zet boven de tekst een regel +++,"
            " de gegevens, en weer een regel +++."
        )
    try:
        head = tomllib.loads(found["head"])
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(
            f"De kop van het sjabloon {shown} is niet goed geschreven ({error})."
            " Verbeter die regel; tekst staat tussen aanhalingstekens."
        ) from None
    return Parts(head, source[found.end() :], found[0].count("\n"))


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
    turns: Any = context.resolve(_TURNS)
    for one in value:
        turns[0] += 1
        if turns[0] > _MOST_TURNS:
            raise jinja2.exceptions.SecurityError("er zijn te veel herhalingen")
        yield one


def _limited(pieces: Iterable[str]) -> str:
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


def _environment(
    folder: Path, *, finalize: Any = None, autoescape: bool = False
) -> jinja2.Environment:
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
