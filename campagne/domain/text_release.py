"""Which text may be read by everyone: those for residents, and what a gemeente released.

Released is what was read: a text that has changed since is closed again, until somebody releases
what it says now. As long as its notice says not to publish it, nothing is released; neither is a
text for the press or the council in which something is still to be filled in. Other texts with such
places are completed by who copies them: a mail to a school gets the name of its head.
"""

import hashlib
import json
from enum import StrEnum

from campagne.domain.texts import PUBLIC, RULES, Audience, RenderedText, open_places

# Who reads these, reads them as they are.
_FINAL = frozenset({Audience.PRESS, Audience.COUNCIL})


class Opening(StrEnum):
    """For whom a text is there.

    RESIDENTS and RELEASED: for everyone. CLOSED and CHANGED, released but with other words than
    now: for who is logged in.
    """

    RESIDENTS = "inwoners"
    RELEASED = "vrijgegeven"
    CHANGED = "gewijzigd"
    CLOSED = "besloten"

    @property
    def is_open(self) -> bool:
        """True when nobody needs to log in to read it."""
        return self in {Opening.RESIDENTS, Opening.RELEASED}


def fingerprint(text: RenderedText) -> str:
    """Return what tells the words of a text from others: title, text and alternative text."""
    said = json.dumps([text.title, text.markdown, text.alt], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def unfinished(text: RenderedText) -> tuple[str, ...]:
    """Return what must be filled in before a text can be released: what its brackets say."""
    if RULES[text.kind].audience not in _FINAL:
        return ()
    return tuple(open_places(f"{text.title}\n{text.markdown}"))


def opening(text: RenderedText, released: str | None) -> Opening:
    """Return for whom a text is there.

    Args:
        text: as it is now.
        released: the fingerprint of the words that were released; None when none were.
    """
    if text.kind in PUBLIC:
        return Opening.RESIDENTS
    if released is None or text.notice or unfinished(text):
        return Opening.CLOSED
    return Opening.RELEASED if released == fingerprint(text) else Opening.CHANGED
