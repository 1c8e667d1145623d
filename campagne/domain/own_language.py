"""The language of own texts: names that are filled in, and simple conditions. Nothing else.

Everyone who works for a gemeente writes in it, so nothing in it can make much out of little: no
loops, no sums, no filters, no way into a value. Reading and filling in take as long as the text.
"""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from campagne.domain import dutch
from campagne.errors import InvalidInputError

LONGEST = 10_000  # characters of a text as it is written: three times the longest that is shipped
LONGEST_FILLED = 30_000
MOST_DEEP = 4  # conditions in each other
MOST_MARKS = 300  # names and conditions together
MOST_PARAGRAPHS = 200
_MOST_FAULTS = 20

# No mark is longer than this, so that one that nobody closes costs no search of the whole text.
_TOKEN = re.compile(
    r"(?P<value>\{\{[^{}\n]{0,80}\}\})|(?P<tag>\{%[^{}\n]{0,80}%\})|(?P<stray>\{\{|\{%|\{#|\}\}|%\})"
)
_ALLOWED = "{% if naam %}, {% if not naam %}, {% else %} en {% endif %}"
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Value:
    """A place where a value is filled in; `capital` where it begins with one."""

    name: str
    capital: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Words that stand there when something is so, and others when it is not."""

    name: str
    then: "Nodes"
    other: "Nodes" = ()
    negated: bool = False


Node: TypeAlias = str | Value | Choice
Nodes: TypeAlias = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What can be named: `values` are filled in and can be asked, `conditions` only asked."""

    values: frozenset[str]
    conditions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Read:
    """A text that was read: what it consists of, and what is wrong with it in Dutch sentences."""

    nodes: Nodes
    faults: tuple[str, ...] = ()


@dataclass(slots=True)
class _Open:
    """A condition that was begun and not ended yet."""

    line: int
    name: str = ""
    negated: bool = False
    then: list[Node] = field(default_factory=list)
    other: list[Node] | None = None

    @property
    def current(self) -> list[Node]:
        return self.then if self.other is None else self.other


@lru_cache(maxsize=512)
def read(source: str, known: Vocabulary) -> Read:
    """Read a text, and tell what is wrong with it, each with its line.

    A condition that stands alone on a line takes that line with it.
    """
    if len(source) > LONGEST:
        return Read((), (f"De tekst is te lang: hoogstens {dutch.number(LONGEST)} tekens mag.",))
    return _Reader(source, known).read()


class _Reader:
    def __init__(self, source: str, known: Vocabulary) -> None:
        self._source = source
        self._known = known
        self._faults: list[str] = []
        self._open = [_Open(1)]

    def read(self) -> Read:
        source, at, line = self._source, 0, 1
        for marks, found in enumerate(_TOKEN.finditer(source), start=1):
            first, last = found.span()
            line += source.count("\n", at, first)
            if marks > MOST_MARKS:
                self._fault(line, f"meer dan {MOST_MARKS} namen en voorwaarden kan niet")
            if marks > MOST_MARKS or len(self._faults) >= _MOST_FAULTS:
                return Read((), tuple(self._faults))
            took_end = False
            if found["tag"]:
                start, end = _whole_line(source, first, last)
                took_end = end > last and source[end - 1] == "\n"
                first, last = max(start, at), end
            self._add(source[at:first])
            self._take(found, line)
            at = last
            line += took_end
        self._add(source[at:])
        for one in self._open[1:]:
            self._fault(one.line, "bij {% if %} ontbreekt {% endif %}")
        return Read(() if self._faults else joined(self._open[0].then), tuple(self._faults))

    def _add(self, text: str) -> None:
        if text:
            self._open[-1].current.append(text)

    def _fault(self, line: int, what: str) -> None:
        self._faults.append(f"Regel {line}: {what}" + ("" if what.endswith("?") else "."))

    def _take(self, found: re.Match[str], line: int) -> None:
        inside = found[0][2:-2].strip()
        if found["value"]:
            self._value(inside, line)
        elif found["tag"]:
            self._tag(inside.split(), inside, line)
        else:
            self._fault(
                line,
                f"{found[0]} staat hier los. Een gegeven schrijf je als {{{{ gemeente }}}}, op één"
                " regel",
            )

    def _value(self, inside: str, line: int) -> None:
        name = inside[:1].lower() + inside[1:]
        if name in self._known.values:
            self._open[-1].current.append(Value(name, name != inside))
        else:
            self._fault(line, self._unknown(inside, name, self._known.values))

    def _unknown(self, inside: str, name: str, known: Collection[str]) -> str:
        if not re.fullmatch(r"\w+", inside):
            return (
                f"tussen {{{{ en }}}} kan alleen een naam uit de lijst staan, niet “{inside[:40]}”"
            )
        if name in self._known.conditions:
            return f"{inside} kan alleen in een voorwaarde, zoals {{% if {name} %}}"
        near = difflib.get_close_matches(name, known, n=1)
        advice = f"Bedoel je {near[0]}?" if near else "Kies een naam uit de lijst"
        return f"de naam {inside} bestaat niet. {advice}"

    def _tag(self, words: Sequence[str], inside: str, line: int) -> None:
        match words:
            case ["if", "not", name]:
                self._begin(name, line, negated=True)
            case ["if", name] if name != "not":
                self._begin(name, line, negated=False)
            case ["else"]:
                self._otherwise(line)
            case ["endif"]:
                self._end(line)
            case _:
                self._fault(line, f"{{% {inside[:40]} %}} kan hier niet. Wat kan: {_ALLOWED}")

    def _begin(self, name: str, line: int, *, negated: bool) -> None:
        if name not in self._known.values | self._known.conditions:
            known = self._known.values | self._known.conditions
            self._fault(line, self._unknown(name, name, known))
        if len(self._open) > MOST_DEEP:
            self._fault(line, f"meer dan {MOST_DEEP} voorwaarden in elkaar kan niet")
        self._open.append(_Open(line, name, negated))

    def _otherwise(self, line: int) -> None:
        if len(self._open) == 1:
            self._fault(line, "{% else %} staat hier zonder {% if %} ervoor")
        elif self._open[-1].other is not None:
            self._fault(line, "bij één {% if %} kan maar één {% else %}")
        else:
            self._open[-1].other = []

    def _end(self, line: int) -> None:
        if len(self._open) == 1:
            self._fault(line, "{% endif %} staat hier zonder {% if %} ervoor")
            return
        one = self._open.pop()
        made = Choice(one.name, joined(one.then), joined(one.other or ()), one.negated)
        self._open[-1].current.append(made)


def _whole_line(source: str, first: int, last: int) -> tuple[int, int]:
    """Return where the line of a mark begins and ends that stands alone on it, else the mark."""
    start = source.rfind("\n", 0, first) + 1
    end = source.find("\n", last)
    end = len(source) if end < 0 else end + 1
    alone = not source[start:first].strip() and not source[last:end].strip()
    return (start, end) if alone else (first, last)


def joined(nodes: Sequence[Node]) -> Nodes:
    """Return nodes with texts that stand beside each other as one, and without empty ones."""
    found: list[Node] = []
    for one in nodes:
        if isinstance(one, str) and found and isinstance(found[-1], str):
            found[-1] += one
        elif one != "":
            found.append(one)
    return tuple(found)


def fill(nodes: Nodes, values: Mapping[str, str], conditions: Mapping[str, bool]) -> str:
    """Return a text filled in, without more than one blank line in a row.

    Args:
        nodes: as `read` gives them.
        values: what stands for each name.
        conditions: whether each is so; a value is when it is not empty.

    Raises:
        InvalidInputError: when the text becomes too long.
    """
    pieces, size = [], 0
    for piece in _pieces(nodes, values, conditions):
        size += len(piece)
        if size > LONGEST_FILLED:
            raise InvalidInputError(
                f"De tekst wordt ingevuld langer dan {dutch.number(LONGEST_FILLED)} tekens. Maak"
                " hem korter."
            )
        pieces.append(piece)
    return _BLANK_LINES.sub("\n\n", "".join(pieces)).strip("\n")


def _pieces(
    nodes: Nodes, values: Mapping[str, str], conditions: Mapping[str, bool]
) -> Iterator[str]:
    for one in nodes:
        match one:
            case str():
                yield one
            case Value():
                value = values[one.name]
                yield value[:1].upper() + value[1:] if one.capital else value
            case Choice():
                is_so = conditions.get(one.name)
                if is_so is None:
                    is_so = bool(values[one.name])
                chosen = one.other if is_so == one.negated else one.then
                yield from _pieces(chosen, values, conditions)


def names(nodes: Nodes) -> frozenset[str]:
    """Return the names that a text asks for, also those it only asks whether they are there."""
    found = set()
    for one in nodes:
        match one:
            case Value():
                found.add(one.name)
            case Choice():
                found |= {one.name} | names(one.then) | names(one.other)
    return frozenset(found)


def chosen(nodes: Nodes, name: str, *, is_so: bool, words: Mapping[str, str]) -> Nodes:
    """Return a text in which a condition is settled, and the words that hang on it stand there.

    Args:
        nodes: the text.
        name: of the condition.
        is_so: whether it is so.
        words: what stands there for some of the names.
    """
    found: list[Node] = []
    for one in nodes:
        match one:
            case Choice() if one.name == name:
                branch = one.other if is_so == one.negated else one.then
                found += chosen(branch, name, is_so=is_so, words=words)
            case Choice():
                then, other = (
                    chosen(part, name, is_so=is_so, words=words) for part in (one.then, one.other)
                )
                found.append(Choice(one.name, then, other, one.negated))
            case Value() if one.name in words:
                word = words[one.name]
                found.append(word[:1].upper() + word[1:] if one.capital else word)
            case _:
                found.append(one)
    return joined(found)


def written(nodes: Nodes, *, at_start: bool = True) -> str:
    """Return the source of a text: read again it gives the same nodes.

    Args:
        nodes: the text.
        at_start: whether it begins at the beginning of a line.
    """
    made = ""
    for one in nodes:
        match one:
            case str():
                made += one
            case Value():
                name = one.name[:1].upper() + one.name[1:] if one.capital else one.name
                made += f"{{{{ {name} }}}}"
            case Choice():
                made += _choice(one, at_start=_is_start(made, at_start=at_start))
    return made


def _choice(one: Choice, *, at_start: bool) -> str:
    """Return the source of a choice; a mark at the beginning of a line gets that line for itself.

    Unless all of the choice fits on one line.
    """
    made = f"{{% if {'not ' if one.negated else ''}{one.name} %}}"
    flat = written(one.then, at_start=False), written(one.other, at_start=False)
    own_line = at_start and (not flat[0] or "\n" in "".join(flat))
    if own_line:
        made += "\n"
    made += written(one.then, at_start=own_line)
    if one.other:
        made += "{% else %}"
        if own_line := made.endswith("\n{% else %}"):
            made += "\n"
        made += written(one.other, at_start=own_line)
    return made + ("{% endif %}\n" if made.endswith("\n") else "{% endif %}")


def _is_start(made: str, *, at_start: bool) -> bool:
    return made.endswith("\n") if made else at_start
