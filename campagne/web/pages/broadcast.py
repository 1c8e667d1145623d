"""One broadcast: written, looked at mail by mail, approved, sent, and followed while it leaves."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain import placeholders
from campagne.domain.broadcasts import BODY_LIMIT, SUBJECT_LIMIT, FourEyes, Move
from campagne.domain.enclosures import ACCEPTED, LARGEST, MOST
from campagne.domain.playbook import Role
from campagne.domain.rights import Visitor
from campagne.errors import CampagneError, InvalidInputError, NotFoundError
from campagne.messages import formatted, plain_text
from campagne.services.access import Links
from campagne.services.regional import (
    managed_broadcasts,
    previews,
    senders,
)
from campagne.services.regional.managed_broadcasts import BroadcastView, HowFar
from campagne.services.regional.writing import ROLES, Written
from campagne.web.access import visitor
from campagne.web.pages import broadcast_form, mail_frame, signed
from campagne.web.pages.broadcast_form import Form, Sending
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages
from campagne.web.security import FRAMING_POLICY

_SAID = {
    "bewaar": "Het bericht is opgeslagen.",
    "proef": "De proefmail staat klaar. Je krijgt die binnen een minuut.",
    "vraag": "Er is om goedkeuring gevraagd. Een collega in de regio kan dit bericht nu nalezen.",
    "keur": "Het bericht is goedgekeurd. De schrijver kan het nu versturen.",
    "terug": "Het bericht is teruggegeven aan de schrijver.",
    "verstuur": "De mails staan klaar voor verzending. Hieronder zie je hoe ver ze zijn.",
    "plan": "Het bericht gaat weg op het gekozen moment.",
    "niet-plannen": "Het bericht gaat niet meer vanzelf weg.",
    "pauze": "De verzending staat stil. Wat nog niet weg is, wacht.",
    "verder": "De verzending gaat verder.",
    "stop": "De verzending is gestopt. Wat nog niet weg was, gaat niet meer weg.",
    "bijlage": "De bijlage gaat mee.",
    "weg": "De bijlage is weggehaald.",
    "rest": "De mails aan de rest staan klaar voor verzending.",
    "opnieuw": "De mail gaat opnieuw weg.",
}
_NO_KEY = "een sleutel die nergens past: wie alleen meekijkt, antwoordt niet"

# The script asks how far the mails are.
_POLICY = f"{FRAMING_POLICY}; connect-src 'self'"

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class BroadcastPage:
    """One broadcast.

    Attributes:
        typed: what stands in the form; what was typed where it could not be stored.
        answer_by / day / time: days and a time as they were typed; empty for those that are so.
        mail: which of the recipients the preview is of, from 0; of no more than `most_choices` it
            can be chosen from a list.
        writes: True for the form alone: no other button can lose what is typed in it.
        sending: what sending does, to say yes or no to; None before it was asked.
        room: how many bytes all files may have that go along.
        read_along: True when a colleague must approve what has files or texts for residents.
    """

    title: str
    view: BroadcastView
    typed: Written
    room: int
    read_along: bool
    mail: int = 0
    writes: bool = False
    sending: Sending | None = None
    refused: Refused = NOT_REFUSED
    said: str = ""
    why: str = ""
    answer_by: str = ""
    day: str = ""
    time: str = ""
    roles: tuple[Role, ...] = ROLES
    meanings: tuple[tuple[str, str], ...] = tuple(placeholders.MEANINGS.items())
    subject_limit: int = SUBJECT_LIMIT
    body_limit: int = BODY_LIMIT
    why_limit: int = broadcast_form.WHY_LIMIT
    accepted: str = ACCEPTED
    largest: int = LARGEST
    most: int = MOST
    most_choices: int = 400
    section: str = "mijn"


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """A piece of the page of a broadcast: how far its mails are."""

    view: HowFar


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes below ``/beheer/regiobericht/{number}``."""
    router = APIRouter()

    @router.api_route("/beheer/regiobericht/{number:int}", methods=["GET", "HEAD"])
    def show(
        number: int, me: _Visitor, mail: int = 0, gedaan: str = "", schrijf: str = ""
    ) -> Response:
        page = page_of(app, number, me)
        writes = bool(schrijf) and Move.EDIT in page.view.moves
        return answer(pages, replace(page, mail=mail, said=_SAID.get(gedaan, ""), writes=writes))

    @router.post("/beheer/regiobericht/{number:int}")
    def act(
        number: int, me: _Visitor, sent: Annotated[Form, Depends(broadcast_form.sent)]
    ) -> Response:
        page = page_of(app, number, me)
        try:
            done = broadcast_form.carry_out(app, number, me, sent)
        except InvalidInputError as fault:
            kept = broadcast_form.kept(sent, page.typed)
            return answer(pages, replace(page, **kept, refused=Refused.by(fault)))
        if isinstance(done, Sending):
            return answer(pages, replace(page, sending=done))
        return RedirectResponse(done, status_code=303, headers=signed.PRIVATE)

    @router.api_route("/beheer/regiobericht/{number:int}/mail/{place:int}", methods=["GET", "HEAD"])
    def mail(number: int, place: int, me: _Visitor) -> Response:
        return _mail(app, number, place, me)

    @router.api_route("/beheer/regiobericht/{number:int}/voortgang", methods=["GET", "HEAD"])
    def how_far(number: int, me: _Visitor) -> Response:
        with app.database.read() as session:
            page = ProgressPage(managed_broadcasts.how_far(session, number, me))
        return pages.answer("broadcast_progress.html", page, headers=signed.PRIVATE)

    return router


def answer(pages: Pages, page: BroadcastPage) -> Response:
    """Return the page, with one of its mails in a frame."""
    count = len(page.view.recipients)
    page = replace(page, mail=page.mail if 0 <= page.mail < count else 0)
    headers = {**signed.PRIVATE, "content-security-policy": _POLICY}
    return pages.answer("broadcast.html", page, headers=headers)


def page_of(app: App, number: int, me: Visitor) -> BroadcastPage:
    """Return the page of a broadcast as it stands, before somebody."""
    with app.database.read() as session:
        view = managed_broadcasts.view(
            session,
            number,
            me,
            links=app.links,
            mails=app.mails,
            now=app.clock.now(),
            today=app.clock.today(),
            four_eyes=app.four_eyes,
        )
    content = view.content
    typed = Written(
        subject=content.subject,
        body=content.body,
        answer_by=content.answer_by,
        places=content.places,
        roles=content.roles,
        with_texts=content.with_texts,
        with_calendar=content.with_calendar,
    )
    read_along = app.four_eyes is not FourEyes.NEVER
    return BroadcastPage(f"Regiobericht {number}", view, typed, app.room_for_files, read_along)


def _mail(app: App, number: int, place: int, me: Visitor) -> Response:
    """Return one mail as its reader sees it, to stand in a frame: cut off from everything."""
    with app.database.read() as session:
        row = managed_broadcasts.find(session, number, me)
        whose = previews.recipients(session, row, app.clock.today())
        if not 0 <= place < len(whose):
            raise NotFoundError("Deze mail is er niet. Ga terug naar het regiobericht.")
        sends = senders.may_send(session, me, row)
        try:
            message = previews.mail(
                session,
                row,
                whose[place],
                links=app.links if sends else Links(app.settings.base_url, _NO_KEY),
                mails=app.mails,
                now=app.clock.now(),
                as_stored=sends,
            )
        except CampagneError as fault:
            return mail_frame.show_fault(str(fault))
    return mail_frame.show(message.subject, formatted(message), plain_text(message))
