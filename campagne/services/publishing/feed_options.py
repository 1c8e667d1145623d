"""What a subscriber can choose of a feed: which events, with or without alarms, which years.

Pure. The choice stands in the query of the address, so that a calendar brings it along each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from campagne.errors import InvalidInputError

_T = TypeVar("_T")

MOST_YEARS = 5
# A query of ours has four. Hundreds are no subscription of anybody.
_MOST_FIELDS = 50
_YES_NO = {"ja": True, "nee": False}
_ALL_AHEAD = "alles"


class Show(StrEnum):
    """Which events, as it stands in an address."""

    ALL = "alles"
    CAMPAIGNS = "campagnes"
    STEPS = "stappen"


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """What was chosen; without a choice all events, no alarms, one year back and all ahead.

    Attributes:
        back / ahead: how many calendar years before and after this one; `ahead` None for all.
    """

    show: Show = Show.ALL
    alarms: bool = False
    back: int = 1
    ahead: int | None = None

    @property
    def query(self) -> str:
        """The query of the address, with its question mark; empty for what nobody chose.

        The same choice always gives the same one, however it was asked for.
        """
        chosen = {
            "toon": None if self.show is Show.ALL else self.show.value,
            "melding": "ja" if self.alarms else None,
            "terug": None if self.back == FeedOptions().back else self.back,
            "vooruit": self.ahead,
        }
        query = urlencode({name: value for name, value in chosen.items() if value is not None})
        return f"?{query}" if query else ""

    def comes_on(self, first: date) -> date:
        """Return the first day on which a feed shows what begins on a day."""
        return date.min if self.ahead is None else date(first.year - self.ahead, 1, 1)

    def goes_on(self, last: date) -> date:
        """Return the first day on which a feed shows no more what ended on a day."""
        return date(last.year + self.back + 1, 1, 1)


NO_CHOICE = FeedOptions()


def read_options(query: str) -> FeedOptions:
    """Read the query of an address; a field that is not ours is left alone.

    Raises:
        InvalidInputError: when a field of ours says what it cannot say.
    """
    if not query:
        return NO_CHOICE
    try:
        fields = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise InvalidInputError("Dit adres is te lang. Kopieer het opnieuw.") from None
    years = {str(number): number for number in range(MOST_YEARS + 1)}
    return FeedOptions(
        show=_one_of(fields, "toon", {one.value: one for one in Show}, Show.ALL),
        alarms=_one_of(fields, "melding", _YES_NO, False),  # noqa: FBT003 - what counts without
        back=_one_of(fields, "terug", years, NO_CHOICE.back),
        ahead=_one_of(fields, "vooruit", {**years, _ALL_AHEAD: None}, None),
    )


def _one_of(fields: Mapping[str, str], name: str, values: Mapping[str, _T], without: _T) -> _T:
    given = fields.get(name)
    if given is None:
        return without
    if given not in values:
        allowed = ", ".join(values)
        raise InvalidInputError(
            f"Het adres van deze agenda klopt niet: bij '{name}' kan alleen {allowed} staan."
            " Kies de agenda opnieuw op de pagina Abonneren."
        )
    return values[given]
