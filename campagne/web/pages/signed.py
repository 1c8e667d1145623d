"""What the pages behind a signed link share: nothing is kept, and each form leads back."""

from urllib.parse import quote

from starlette.responses import RedirectResponse

from campagne.errors import InvalidInputError

# Who has the address can act on it: no cache and no search engine may have it.
PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex"}


def back_to(page: str, token: str) -> RedirectResponse:
    """Return the answer to a form that was handled; reloading does not send it again."""
    return RedirectResponse(f"/{page}/{quote(token)}", status_code=303, headers=PRIVATE)


def tidy(text: str, limit: int, place: str) -> str:
    """Return what a person typed as one line.

    Args:
        text: as it was sent.
        limit: the most characters it may have.
        place: where it was typed, as it follows "Schrijf bij".

    Raises:
        InvalidInputError: when it is longer, or holds what nobody types.
    """
    line = " ".join(text.split())
    if len(line) > limit or not line.isprintable():
        raise InvalidInputError(f"Schrijf bij {place} hoogstens {limit} gewone tekens.")
    return line
