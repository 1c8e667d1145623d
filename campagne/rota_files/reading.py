"""A reader of TOML tables that collects every fault instead of stopping at the first.

A fault is one Dutch line for the person who edits the file: file, line, place, what was found,
what is allowed. After a fault the reader hands out a harmless stand-in and goes on; `load`
refuses the whole set when there is any fault, so that no stand-in gets out.
"""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from campagne.domain import dutch
from campagne.domain.dates import FIRST_YEAR, LAST_YEAR, Span
from campagne.rota_files.documents import Document, Place, short

T = TypeVar("T")

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LINK = re.compile(r"https?://[^\s/]+\.[^\s]+")
_SLUG_LIMIT = 60
_TEXT_LIMIT = 4000
# They turn the text around them, so that a reader sees another word or address than there is.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Table:
    """One TOML table, read key by key; `close` reports what nobody asked for."""

    def __init__(
        self, values: Mapping[str, object], document: Document, place: Place = (), label: str = ""
    ) -> None:
        self._values = values
        self._document = document
        self._place = place
        self._label = label
        self._asked: dict[str, None] = {}  # in order

    def has(self, key: str) -> bool:
        """Say whether a key is written; from now on it counts as allowed."""
        self._asked[key] = None
        return key in self._values

    def fault(self, key: str, found: str, allowed: str = "") -> None:
        """Note a fault at a key of this table."""
        where = ", ".join(part for part in (self._label, key) if part)
        tail = f"; toegestaan: {allowed}" if allowed else ""
        self._document.fault((*self._place, key), f"{where}: {found}{tail}")

    def close(self) -> None:
        """Report every key that was not asked for."""
        allowed = dutch.join(list(self._asked), "of")
        for key in self._values:
            if key not in self._asked:
                self.fault(key, "onbekende sleutel", allowed + did_you_mean(key, self._asked))

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text of one paragraph: white space and line ends become single spaces."""
        value = self._take(key, "een tekst", required=default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str) or not value.strip():
            return self._wrong(key, value, "een tekst tussen aanhalingstekens", "")
        text = " ".join(value.split())
        if any(unicodedata.category(one) == "Cc" for one in text) or len(text) > _TEXT_LIMIT:
            allowed = f"hoogstens {_TEXT_LIMIT} leesbare tekens"
            return self._wrong(key, value, allowed, "")
        if _DIRECTION.search(text):
            self.fault(
                key,
                "er staat een onzichtbaar teken in dat tekst omdraait",
                "tekst die je zelf typt",
            )
            return ""
        return text

    def optional_text(self, key: str) -> str | None:
        """Return a text, or None where the key is absent."""
        return self.text(key) if self.has(key) else None

    def link(self, key: str) -> str | None:
        """Return a web address, or None where the key is absent."""
        text = self.optional_text(key)
        if text and not _LINK.fullmatch(text):
            return self._wrong(key, text, "een webadres dat begint met https://", None)
        return text

    def slug(self, key: str) -> str:
        """Return a permanent key: small letters, digits and hyphens."""
        text = self.text(key)
        if text and (not _SLUG.fullmatch(text) or len(text) > _SLUG_LIMIT):
            allowed = f"kleine letters, cijfers en streepjes, hoogstens {_SLUG_LIMIT} tekens"
            return self._wrong(key, text, allowed, "")
        return text

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number between two bounds, both included."""
        allowed = f"een heel getal van {low} tot en met {high}"
        value = self._take(key, allowed, required=default is None)
        if value is None:
            return low if default is None else default
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            return self._wrong(key, value, allowed, low)
        return value

    def optional_whole(self, key: str, low: int, high: int) -> int | None:
        """Return a whole number, or None where the key is absent."""
        return self.whole(key, low, high) if self.has(key) else None

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        value = self._take(key, "true of false", required=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            return self._wrong(key, value, "true of false", default)
        return value

    def day(self, key: str) -> date:
        """Return a date; `date.min` after a fault."""
        allowed = "een datum zonder aanhalingstekens, zoals 2027-06-15"
        value = self._take(key, allowed, required=True)
        if value is None:
            return date.min
        if not isinstance(value, date) or isinstance(value, datetime) or not _plausible(value.year):
            return self._wrong(key, value, allowed, date.min)
        return value

    def optional_day(self, key: str) -> date | None:
        """Return a date, or None where the key is absent."""
        return self.day(key) if self.has(key) else None

    def span(self, first_key: str, last_key: str) -> Span | None:
        """Return the days from one key to another; None after a fault."""
        first, last = self.day(first_key), self.day(last_key)
        if date.min in (first, last):
            return None
        if last < first:
            found = f"{last} ligt voor {first_key} = {first}"
            self.fault(last_key, found, f"een datum op of na {first}")
            return None
        return Span(first, last)

    def word(
        self, key: str, words: Mapping[str, T], default: T | None = None, stand_in: T | None = None
    ) -> T:
        """Return what one of a few fixed words stands for.

        Args:
            key: the key to read.
            words: the allowed words with their meaning.
            default: meaning of an absent key; None: the key is required.
            stand_in: what to return after a fault; None: the first meaning.
        """
        allowed = dutch.join(list(words), "of")
        value = self._take(key, allowed, required=default is None)
        stand_in = next(iter(words.values())) if stand_in is None else stand_in
        if value is None:
            return stand_in if default is None else default
        if not isinstance(value, str) or value not in words:
            return self._wrong(key, value, allowed + did_you_mean(str(value), words), stand_in)
        return words[value]

    def reference(self, key: str, known: Collection[str] | None, thing: str) -> str:
        """Return the key of something in another table; `known` None: that file was unreadable."""
        text = self.text(key)
        self.must_exist(key, text, known, thing)
        return text

    def optional_reference(self, key: str, known: Collection[str] | None, thing: str) -> str | None:
        """Return such a key, or None where it is absent."""
        return self.reference(key, known, thing) if self.has(key) else None

    def references(self, key: str, known: Collection[str] | None, thing: str) -> tuple[str, ...]:
        """Return a list of such keys, each at most once; empty where the key is absent."""
        found = self._list(key, str, "teksten")
        for position, one in enumerate(found):
            self.must_exist(key, one, known, thing)
            if one in found[:position]:
                self.fault(key, f'"{one}" staat er twee keer', f"elke {thing} een keer")
        return found

    def years(self, key: str) -> tuple[int, ...]:
        """Return a list of years; empty where the key is absent."""
        found = self._list(key, int, "jaartallen")
        if not all(_plausible(one) for one in found):
            allowed = f"jaartallen van {FIRST_YEAR} tot en met {LAST_YEAR}"
            return self._wrong(key, list(found), allowed, ())
        return found

    def year(self, key: str) -> int:
        """Return a year."""
        return self.whole(key, FIRST_YEAR, LAST_YEAR)

    def days(self, key: str) -> tuple[date, ...]:
        """Return a list of dates; empty where the key is absent."""
        return self._list(key, date, "datums zonder aanhalingstekens")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where the key is absent."""
        return self._list(key, str, "teksten")

    def table(self, key: str) -> "Table | None":
        """Return the table under a key, or None where it is absent or no table."""
        value = self._take(key, "een tabel", required=False)
        if value is None:
            return None
        if not isinstance(value, dict):
            return self._wrong(key, value, "een tabel: { ... }", None)
        label = ", ".join(part for part in (self._label, key) if part)
        return Table(value, self._document, (*self._place, key), label)

    def declared(self, key: str) -> frozenset[str] | None:
        """Return the `sleutel` of each table of an array, unchecked; None where there is none."""
        value = self._values.get(key)
        if not isinstance(value, list):
            return None
        named = [one.get("sleutel") for one in value if isinstance(one, dict)]
        return frozenset(one for one in named if isinstance(one, str))

    def tables(self, key: str, *, at_least_one: bool = False) -> tuple["Table", ...]:
        """Return the tables of an array `[[key]]`; empty where there is none."""
        allowed = f"tabellen die beginnen met [[{self._dotted(key)}]]"
        value = self._take(key, allowed, required=at_least_one)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            return self._wrong(key, value, allowed, ())
        return tuple(
            Table(one, self._document, (*self._place, key, at), self._name(key, one, at))
            for at, one in enumerate(value)
        )

    def names(self) -> tuple[str, ...]:
        """Return the names written in this table, for a table whose names are data."""
        return tuple(self._values)

    def must_exist(self, key: str, text: str, known: Collection[str] | None, thing: str) -> None:
        """Report a key of something in another table that is not there."""
        if text and known is not None and text not in known:
            tip = did_you_mean(text, known)
            self.fault(key, f'{thing} "{text}" bestaat niet', f"een bekende {thing}{tip}")

    def _dotted(self, key: str) -> str:
        return ".".join([*(part for part in self._place if isinstance(part, str)), key])

    def _name(self, key: str, values: Mapping[str, object], at: int) -> str:
        named = values.get("sleutel")
        own = f'{key} "{named}"' if isinstance(named, str) and named else f"{key} {at + 1}"
        return ", ".join(part for part in (self._label, own) if part)

    def _take(self, key: str, allowed: str, *, required: bool) -> object | None:
        if self.has(key):
            return self._values[key]
        if required:
            self.fault(key, "ontbreekt", allowed)
        return None

    def _wrong(self, key: str, found: object, allowed: str, stand_in: T) -> T:
        self.fault(key, f"gevonden {_shown(found)}", allowed)
        return stand_in

    def _list(self, key: str, of: type[T], plural: str) -> tuple[T, ...]:
        value = self._take(key, f"een lijst met {plural}", required=False)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(
            isinstance(one, of) and not isinstance(one, bool | datetime) for one in value
        ):
            return self._wrong(key, value, f"een lijst met {plural}: [ ... , ... ]", ())
        return tuple(value)


def unique(tables: Iterable[Table], keys: Iterable[object], name: str) -> None:
    """Report each table whose key an earlier one already has."""
    seen: set[object] = set()
    for table, key in zip(tables, keys, strict=True):
        if key in seen:
            table.fault(name, f'"{key}" komt twee keer voor', f"elke {name} een keer")
        elif key:
            seen.add(key)


def no_circles(tables: Iterable[Table], pairs: Sequence[tuple[str, str | None]], name: str) -> None:
    """Report each table that belongs to itself, by way of others or not.

    Args:
        tables: the tables, in the order of `pairs`.
        pairs: for each table its key and the key it belongs to.
        name: the TOML key that says what a table belongs to.
    """
    around = dict(pairs)
    for table, (key, outer) in zip(tables, pairs, strict=True):
        passed: set[str] = set()
        while outer is not None and outer != key and outer not in passed:
            passed.add(outer)
            outer = around.get(outer)  # noqa: PLW2901 - walks outward
        if outer == key and key:
            table.fault(name, f'zo hoort "{key}" bij zichzelf', "iets dat er zelf niet bij hoort")


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return ' (bedoel je "x"?)' for the nearest word, or nothing."""
    near = difflib.get_close_matches(word.lower(), list(words), n=1, cutoff=0.6)
    return f' (bedoel je "{near[0]}"?)' if near else ""


def _plausible(year: int) -> bool:
    return FIRST_YEAR <= year <= LAST_YEAR


def _shown(value: object) -> str:
    """Return a found TOML value as a Dutch reader would name it."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{short(" ".join(value.split()))}"'
        case dict():
            return "een tabel"
        case list():
            return "een lijst"
        case _:
            return short(str(value))
