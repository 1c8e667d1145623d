"""A mail as its reader sees it, to stand in a frame of a page: cut off from everything."""

import re
from http import HTTPStatus

from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from campagne.web.pages import signed
from campagne.web.security import MAIL_POLICY

_FRAMED = {
    **signed.PRIVATE,
    "content-security-policy": MAIL_POLICY,
    "x-frame-options": "SAMEORIGIN",
}
# The mail has dark colours too: the words around it go with them.
_LOOK = "font:16px/1.5 sans-serif;max-width:40rem;margin:1rem auto;padding:0 1rem;color:CanvasText"


def show(subject: str, html: str, text: str) -> HTMLResponse:
    """Return a formatted mail with its subject above it, and as plain text below it."""
    above = f'<p style="{_LOOK}">Onderwerp: <strong>{escape(subject)}</strong></p>'
    below = (
        f'<div style="{_LOOK}"><h2>Zonder opmaak</h2>'
        f'<pre style="white-space:pre-wrap;overflow-wrap:anywhere">{escape(text)}</pre></div>'
    )
    html = html.replace("<head>", '<head><base target="_blank">', 1)
    html = re.sub(r"<body[^>]*>", lambda body: body[0] + above, html, count=1)
    return HTMLResponse(html.replace("</body>", f"{below}</body>", 1), headers=_FRAMED)


def show_fault(sentence: str) -> HTMLResponse:
    """Return what stands in the frame where no mail can be made."""
    html = Markup('<!DOCTYPE html><html lang="nl"><title>Fout</title><p><strong>{}</strong></p>')
    return HTMLResponse(html.format(sentence), status_code=HTTPStatus.BAD_REQUEST, headers=_FRAMED)
