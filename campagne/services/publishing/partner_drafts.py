"""A text for partners as a mail that waits to be sent from one's own mail program.

Officers mail schools, sport clubs and welfare from their own Outlook. No address of a partner is
known here: the draft has none, and neither has the link.
"""

import hashlib
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

from campagne.domain.texts import RULES, Audience, RenderedText, TextKind
from campagne.markdown import UNBROKEN
from campagne.services.publishing import text_files

MEDIA_TYPE = "message/rfc822"
KINDS = frozenset(kind for kind in TextKind if RULES[kind].audience is Audience.PARTNERS)

_LONGEST_LINK = 2000  # Windows hands no more than 2,083 characters on to a mail program


def name(text: RenderedText) -> str:
    """Return the name of the file."""
    return f"{text.edition}_{text.municipality}_{text.kind}.eml"


def draft(text: RenderedText) -> bytes:
    """Return a text as a draft without sender or recipient: the same bytes each time.

    `X-Unsent` lets Outlook open it as a mail that is yet to be sent.
    """
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = text.title
    mail["X-Unsent"] = "1"
    plain = _plain(text)
    mail.set_content(plain, cte="quoted-printable")
    notice = f"<p><strong>{text.notice.upper()}</strong></p>\n" if text.notice else ""
    html = f'<html lang="nl"><body>\n{notice}{text_files.read(text).html}</body></html>\n'
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = "nl"
    # Else it is drawn anew each time.
    mail.set_boundary(f"campagne-{hashlib.sha256(plain.encode()).hexdigest()[:32]}")
    return mail.as_bytes()


def link(text: RenderedText) -> str:
    """Return the address that opens a mail with the text; empty where that is too long for one."""
    subject, body = quote(text.title, safe=""), quote(_plain(text).replace("\n", "\r\n"), safe="")
    made = f"mailto:?subject={subject}&body={body}"
    return made if len(made) <= _LONGEST_LINK else ""


def _plain(text: RenderedText) -> str:
    """Return the words of the mail; what must be known before it goes stands above them."""
    parts = (text.notice.upper(), text_files.read(text).text(UNBROKEN).strip())
    return "\n\n".join(part for part in parts if part) + "\n"
