"""A text as it is read on a page and copied from it."""

from dataclasses import dataclass

from markupsafe import Markup

from campagne.domain.text_release import Opening
from campagne.domain.texts import BARE, TextKind
from campagne.markdown import UNBROKEN
from campagne.services.publishing import text_files
from campagne.services.publishing.text_releases import OpenedText


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text as it is read on a page and copied from it.

    Attributes:
        title: what stands above it; empty for a post, which has none and must stay short.
        notice: what must be known before it is published, in capitals; empty when it may go out.
        body: the text without its title, as HTML.
        whereto: where this gemeente places it, a Dutch sentence; empty when that is not known.
        alt: what the picture with it shows; empty for a text without one.
        plain: notice, title and text for who pastes where no marks are possible.
        opening: for whom it is there.
    """

    kind: TextKind
    title: str
    notice: str
    body: Markup
    plain: str
    whereto: str
    alt: str
    opening: Opening


def shown(opened: OpenedText, *, heading: int, whereto: str = "") -> ShownText:
    """Return a text to be shown.

    Args:
        opened: the text.
        heading: the level of the headings in it, one below that of its title.
        whereto: where this gemeente places it.
    """
    text = opened.text
    title = "" if text.kind in BARE else text.title
    read = text_files.read(text)
    tag = f"h{heading}>"
    html = read.html.replace("<h2>", f"<{tag}").replace("</h2>", f"</{tag}")
    notice = text.notice.upper()
    parts = (notice, title, read.text(UNBROKEN).strip())
    return ShownText(
        kind=text.kind,
        title=title,
        notice=notice,
        body=Markup(html),  # noqa: S704 - HTML in a text is text there
        plain="\n\n".join(part for part in parts if part),
        whereto=whereto,
        alt=text.alt,
        opening=opened.opening,
    )
