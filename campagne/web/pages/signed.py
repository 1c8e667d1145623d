"""What the pages behind a signed link share: nothing is kept, and each form leads back."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from urllib.parse import quote, urlencode

from starlette.responses import RedirectResponse, Response, StreamingResponse

from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.reminders import StepStatus
from campagne.errors import InvalidInputError
from campagne.mail_files import Attachment

# Who has the address can act on it: no cache and no search engine may have it.
PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex"}


def back_to(page: str, token: str, said: Sequence[tuple[str, str]] = ()) -> RedirectResponse:
    """Return the answer to a form that was handled; reloading does not send it again.

    Args:
        page: first part of its path.
        token: as it was opened with.
        said: what the page must say of the form, as parameters of its address.
    """
    query = "?" + urlencode(said) if said else ""
    return RedirectResponse(f"/{page}/{quote(token)}{query}", status_code=303, headers=PRIVATE)


def seen_at(text: str) -> datetime | None:
    """Return the instant of the newest thing on a page, as its form says; None for no instant."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def step_status(text: str) -> StepStatus:
    """Return what the button of a form says of a step.

    Raises:
        InvalidInputError: when no button says so.
    """
    try:
        return StepStatus(text)
    except ValueError:
        raise InvalidInputError("Kies een van de knoppen bij de stap.") from None


def chosen(places: Sequence[str] | None) -> Sequence[str]:
    """Return the gemeenten that were ticked in the form of a step.

    Raises:
        InvalidInputError: when none was.
    """
    if not places:
        raise InvalidInputError(
            "Kies minstens één gemeente. Er is nog niets doorgegeven.", "gemeente"
        )
    return places


def tidy(text: str, limit: int, place: str, field: str) -> str:
    """Return what a person typed as one line.

    Args:
        text: as it was sent.
        limit: the most characters it may have.
        place: where it was typed, as it follows "Schrijf bij".
        field: name of the field of the form.

    Raises:
        InvalidInputError: when it is longer, or holds what nobody types.
    """
    line = " ".join(text.split())
    if len(line) > limit or not line.isprintable():
        raise InvalidInputError(f"Schrijf bij {place} hoogstens {limit} gewone tekens.", field)
    return line


def days(first: str, last: str) -> Span:
    """Return the days that a person filled in.

    Raises:
        InvalidInputError: when one is no date, or the last lies before the first.
    """
    span = _day(first, "eerste"), _day(last, "laatste")
    if span[1] < span[0]:
        raise InvalidInputError("De laatste dag ligt voor de eerste dag. Draai ze om.", "laatste")
    return Span(*span)


def one_day(text: str, field: str) -> date | None:
    """Return a day that a person filled in; None where it was left empty.

    Args:
        text: as it was sent.
        field: name of the field of the form.

    Raises:
        InvalidInputError: when it is no date.
    """
    try:
        return dutch.read_day(text) if text.strip() else None
    except ValueError:
        raise InvalidInputError("Vul een datum in, zoals 16-11-2026.", field) from None


def tidy_lines(text: str, limit: int, place: str, field: str) -> str:
    """Return what a person typed, in its lines.

    Args and errors: as `tidy`.
    """
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    whole = "\n".join(lines)
    if len(whole) > limit or not all(line.isprintable() for line in lines):
        raise InvalidInputError(f"Schrijf bij {place} hoogstens {limit} gewone tekens.", field)
    return whole


def file(name: str, content: bytes, media_type: str) -> Response:
    """Return a file that a browser saves under a name, and that nobody keeps."""
    return Response(content, media_type=media_type, headers=_saved(name))


def long_file(name: str, content: Iterator[bytes], media_type: str) -> Response:
    """Return such a file that goes out while it is made."""
    return StreamingResponse(content, media_type=media_type, headers=_saved(name))


def _saved(name: str) -> dict[str, str]:
    return {**PRIVATE, "content-disposition": f'attachment; filename="{name}"'}


def foreign_file(one: Attachment) -> Response:
    """Return a file that somebody gave us: it is saved, and whatever opens it can do nothing.

    Its name stands there twice: for old browsers without what is not ASCII (RFC 6266).
    """
    plain = one.name.encode("ascii", "replace").decode().replace("?", "_")
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(one.name, safe='')}"
    return Response(
        one.content,
        media_type=one.media_type,
        headers={
            **PRIVATE,
            "content-disposition": named,
            "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        },
    )


def csv_file(name: str, content: bytes) -> Response:
    """Return a table that a browser saves, as `file`."""
    return file(name, content, "text/csv; charset=utf-8")


def _day(text: str, which: str) -> date:
    try:
        return dutch.read_day(text)
    except ValueError:
        raise InvalidInputError(
            f"Vul bij de {which} dag een datum in, zoals 16-11-2026.", which
        ) from None
