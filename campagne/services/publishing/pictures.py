"""The pictures of a campaign for a gemeente: what stands in them, and their PNGs, kept."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Sequence
from threading import BoundedSemaphore, Lock

from campagne.documents import cards, colours, pressing
from campagne.documents.cards import Card, HouseStyle, Size
from campagne.documents.pressing import DocumentError
from campagne.domain import dutch
from campagne.domain.regions import Municipality
from campagne.domain.rota import Edition
from campagne.domain.texts import RenderedText

_WHAT = "Het beeld"
_NUMBER = re.compile(r"\b(?:0[0-9]{2,3}-[0-9]{4,7}|112)\b")
_MOST_WAITING = 4


def card(
    poster: RenderedText,
    campaign: str,
    edition: Edition,
    municipality: Municipality,
    *,
    style: HouseStyle,
    fallback: str,
) -> Card:
    """Return what stands in the pictures: the words of the poster.

    Args:
        poster: the text of the kind `POSTER`; its first line is the largest, the last the sender.
        campaign: name of the campaign.
        edition: the edition.
        municipality: the gemeente.
        style: its colour and logo.
        fallback: where the code leads when the gemeente has not given its website.
    """
    first, *rest = [one for one in poster.markdown.splitlines() if one.strip()] or [campaign]
    sender = rest.pop() if rest else f"Gemeente {municipality.name}"
    at = next((at for at, line in enumerate(rest) if _NUMBER.search(line)), len(rest))
    return Card(
        campaign=campaign,
        when=dutch.period(edition.span),
        lines=(first, *rest[:at]),
        number=rest[at] if at < len(rest) else "",
        after=tuple(rest[at + 1 :]),
        sender=sender,
        notice=poster.notice,
        address=municipality.profile.website or fallback,
        leads_to=municipality.profile.website or "meer informatie",
        colour=colours.colour(poster.colour) or "",
        style=style,
    )


def alt(poster: RenderedText, campaign: str, edition: Edition, municipality: Municipality) -> str:
    """Return what the pictures show, in words: the same whatever their style and address are."""
    made = card(poster, campaign, edition, municipality, style=HouseStyle(), fallback="")
    return made.alt


class PictureStore:
    """Makes PNGs and keeps the last of them; any thread may ask.

    Drawing takes a moment of one processor, so one is drawn at a time and few may wait: a stranger
    who asks for all of them keeps nobody from the pages.

    Args:
        most: how many are kept; the one asked for longest ago makes room.
    """

    def __init__(self, most: int = 60) -> None:
        self._most = most
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._keeping = Lock()  # held for an instant only
        self._waiting = BoundedSemaphore(_MOST_WAITING)
        self._drawing = Lock()

    def png(self, shown: Card, sizes: Sequence[Size]) -> list[bytes]:
        """Return a card in some sizes as PNG.

        Raises:
            DocumentError: when it cannot be made now.
        """
        svgs = [cards.svg(shown, size) for size in sizes]
        keys = [hashlib.sha256(one).hexdigest() for one in svgs]
        found = self._find(keys)
        if len(found) == len(set(keys)):
            return [found[key] for key in keys]
        if not self._waiting.acquire(blocking=False):
            raise DocumentError(
                "Er worden nu te veel beelden tegelijk gevraagd. Probeer het over een minuut"
                " opnieuw."
            )
        try:
            with self._drawing:
                found = self._find(keys)
                wanted = [at for at, key in enumerate(keys) if key not in found]
                made = pressing.png([(svgs[at], sizes[at].pixels) for at in wanted], _WHAT)
        finally:
            self._waiting.release()
        found |= {keys[at]: one for at, one in zip(wanted, made, strict=True)}
        self._keep(found)
        return [found[key] for key in keys]

    def _find(self, keys: Sequence[str]) -> dict[str, bytes]:
        with self._keeping:
            return {key: self._kept[key] for key in keys if key in self._kept}

    def _keep(self, found: dict[str, bytes]) -> None:
        with self._keeping:
            for key, made in found.items():
                self._kept[key] = made
                self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
