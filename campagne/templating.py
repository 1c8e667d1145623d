"""Templates that people may edit: a head in TOML, then a text in Jinja2.

The head stands between two lines `+++`; each text in it is a template too. A template cannot
reach the machine (sandbox) and a placeholder that does not exist is an error, never an empty
place.
"""

import copy
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta

from campagne.errors import TemplateError
from campagne.sandbox import TURNS, compiled, environment, limited, parsed

_HEAD = re.compile(r"\A\+\+\+[ \t]*\n(?P<head>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_QUOTED = re.compile(r"'([^']+)'")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")


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


def asks_for(source: str, name: str) -> bool:
    """Say whether the text of a template asks for a value; False where it is broken.

    Args:
        source: the template with its head.
        name: of the value. That the head asks for it does not count.
    """
    try:
        body = _parts("", source).body
        return name in meta.find_undeclared_variables(parsed(body))
    except (TemplateError, jinja2.TemplateSyntaxError):
        return False


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
        self._plain = environment(folder, finalize=one_line)
        self._escaped = environment(folder, finalize=escaped)
        self._html = environment(folder, autoescape=True)
        self._heads: dict[str, Parts] = {}
        self._uses: dict[str, frozenset[str]] = {}
        self._included: dict[str, tuple[str, ...]] = {}

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
        return self._split(name, self._read(name))

    def exists(self, name: str) -> bool:
        """Say whether there is a template of this name (``algemeen/website.md``)."""
        return (self.folder / name).is_file()

    def uses(self, name: str) -> frozenset[str]:
        """Return the names that a text asks for, also in what it includes; not those of its head.

        Raises:
            TemplateError: when it is missing or broken.
        """
        return self._asked(name, self.parts(name).body)

    def piece(self, name: str, values: Mapping[str, object]) -> str:
        """Fill in a file without a head that texts share, without its last line end.

        Raises:
            TemplateError: as `markdown`.
        """
        shown = self._shown(name)
        return self._render(shown, self._read(name), values, self._plain).removesuffix("\n")

    def piece_uses(self, name: str) -> frozenset[str]:
        """Return the names that such a file asks for, as `uses`."""
        return self._asked(name, self._read(name))

    def _asked(self, name: str, body: str) -> frozenset[str]:
        if (found := self._uses.get(body)) is None:
            try:
                tree = parsed(body)
            except jinja2.TemplateSyntaxError as error:
                raise _broken(self._shown(name), error) from None
            found = frozenset(meta.find_undeclared_variables(tree))
            self._uses[body] = found
            self._included[body] = tuple(filter(None, meta.find_referenced_templates(tree)))
        return found.union(*(self._asked(one, self._read(one)) for one in self._included[body]))

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
        parts = self._split(name, self._read(name))
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

    def _split(self, name: str, source: str) -> Parts:
        if (found := self._heads.get(source)) is None:
            found = self._heads[source] = _parts(self._shown(name), source)
        return found

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
            return limited(compiled(environment, source).generate({**values, TURNS: [0]}))
        except jinja2.TemplateSyntaxError as error:
            raise _broken(error.name or shown, error) from None
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


def _broken(shown: str, error: jinja2.TemplateSyntaxError) -> TemplateError:
    return TemplateError(
        f"Het sjabloon {shown} is stuk op regel {error.lineno}: {error.message}."
        " Verbeter die regel."
    )


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
