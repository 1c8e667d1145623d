"""My page: what I have to do, and on which devices I am logged in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.contacts import Contact
from campagne.domain.regions import Region
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError
from campagne.services.entrance import login
from campagne.services.entrance.login import Device
from campagne.services.planning import my_steps
from campagne.services.planning.my_steps import MyStep, MySteps
from campagne.services.planning.steps import StepView
from campagne.services.publishing import feeds
from campagne.services.regional import managed_broadcasts, my_questions
from campagne.services.regional.my_questions import Joined, Question
from campagne.services.review import region_year
from campagne.services.rotas import date_proposals
from campagne.web.access import Door, visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_NOTE_LIMIT = 500

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class Undo:
    """What was just ticked off or skipped, to open again with one button.

    Attributes:
        edition / step: keys.
        views: the step for each gemeente for which that was done.
    """

    edition: str
    step: str
    views: tuple[StepView, ...]

    @property
    def seen(self) -> datetime | None:
        """The instant at which that was done, aware UTC."""
        return self.views[0].at


@dataclass(frozen=True, slots=True)
class MinePage:
    """What I have to do.

    Attributes:
        said: what became of the form that was sent, empty for none.
        undo: what it ticked off; None where there is nothing to undo.
        absent: for whom I stand in today.
        refused: why nothing was stored.
        kept / chosen: what was typed with it, so that it is not lost.
        manages: True for who can change the dates of campaigns.
        feeds: those that fit my work, as the page to subscribe knows them, with a name.
        proposals: how many proposals of dates wait for my decision.
        approvals: how many broadcasts wait for my approval.
        questions: what a centrumgemeente asks and my gemeenten did not answer.
        joined: the campaigns that they join.
        regions: of which I may read what their gemeenten do in this `year`.
    """

    visitor: Visitor
    steps: MySteps
    said: str
    must_prove: bool
    manages: bool
    feeds: tuple[tuple[str, str], ...]
    undo: Undo | None = None
    proposals: int = 0
    approvals: int = 0
    regions: tuple[Region, ...] = ()
    year: int = 0
    absent: tuple[Contact, ...] = ()
    refused: Refused = NOT_REFUSED
    kept: str = ""
    chosen: Collection[str] = ()
    questions: tuple[Question, ...] = ()
    joined: tuple[Joined, ...] = ()
    note_limit: int = _NOTE_LIMIT
    title: str = "Mijn stappen"
    section: str = "mijn"

    @property
    def still_there(self) -> bool:
        """True when the step whose form was refused can still be ticked off."""
        groups = (self.steps.now, self.steps.this_month, self.steps.later, self.steps.missed)
        return any(form_of(one) == self.refused.form for group in groups for one in group)


def form_of(step: MyStep) -> str:
    """Return what the ids of the form of a step end in."""
    return f"{step.edition}-{step.step}-{step.due_on}"


@dataclass(frozen=True, slots=True)
class DevicesPage:
    """Where I am logged in."""

    visitor: Visitor
    devices: tuple[Device, ...]
    ended: int
    title: str = "Waar je bent ingelogd"
    section: str = "mijn"


def routes(app: App, pages: Pages, door: Door) -> APIRouter:
    """Return the routes ``/mijn``, ``/mijn/stap`` and ``/mijn/apparaten``."""
    router = APIRouter()

    def answer(
        me: Visitor,
        *,
        said: str = "",
        about: tuple[str, str] = ("", ""),
        refused: Refused = NOT_REFUSED,
        kept: str = "",
        chosen: Collection[str] = (),
    ) -> Response:
        with app.database.read() as session:
            found, absent = my_steps.my_steps(
                session, me, today=app.clock.today(), now=app.clock.now()
            )
            today = app.clock.today()
            fitting = tuple(feeds.of_contact(session, me.contact))
            regions = tuple(one for one in region_year.readable(session, me) if one.centre)
            approvals = managed_broadcasts.count_waiting(session, me)
            questions, joined = my_questions.of(session, me, app.links, today)
            waiting = date_proposals.count_waiting(session, me, today) if me.adds_campaigns else 0
        page = MinePage(
            me,
            found,
            said,
            me.must_prove,
            me.manages,
            fitting,
            _undo(found, *about),
            waiting,
            approvals,
            regions,
            today.year,
            absent,
            refused,
            kept.strip(),
            chosen,
            questions=tuple(questions),
            joined=tuple(joined),
        )
        return pages.answer("mine.html", page, headers=signed.PRIVATE)

    @router.api_route("/mijn", methods=["GET", "HEAD"])
    def mine(
        me: _Visitor,
        gedaan: Annotated[str, Query(max_length=20)] = "",
        editie: str = "",
        stap: str = "",
    ) -> Response:
        return answer(me, said=_SAID.get(gedaan, ""), about=(editie, stap))

    @router.post("/mijn/stap")
    def tick_off(  # noqa: PLR0917 - the fields of the form
        me: _Visitor,
        editie: Annotated[str, Form()] = "",
        stap: Annotated[str, Form()] = "",
        staat: Annotated[str, Form()] = "",
        opmerking: Annotated[str, Form()] = "",
        gemeente: Annotated[list[str] | None, Form()] = None,
        dag: Annotated[str, Form()] = "",
        gezien: Annotated[str, Form()] = "",
    ) -> Response:
        form = f"{editie}-{stap}-{dag}"
        try:
            status, places = signed.step_status(staat), signed.chosen(gemeente)
            with app.database.session() as session:
                changed = my_steps.tick_off(
                    session,
                    me,
                    edition=editie,
                    step=stap,
                    municipalities=places,
                    status=status,
                    note=signed.tidy(opmerking, _NOTE_LIMIT, "je opmerking", "opmerking"),
                    now=app.clock.now(),
                    today=app.clock.today(),
                    seen=signed.seen_at(gezien),
                )
        except InvalidInputError as error:
            refused = Refused.by(error, form)
            return answer(me, refused=refused, kept=opmerking, chosen=gemeente or ())
        if not changed:
            return _to("/mijn?gedaan=same")
        about = {"editie": editie, "stap": stap, "gedaan": status.value}
        return _to("/mijn?" + urlencode(about))

    @router.api_route("/mijn/apparaten", methods=["GET", "HEAD"])
    def devices(request: Request, me: _Visitor, weg: int = 0) -> Response:
        with app.database.read() as session:
            found = login.devices(session, me.contact.key, door.key(request), app.clock.now())
        page = DevicesPage(me, tuple(found), min(weg, len(found) + 100))
        return pages.answer("devices.html", page, headers=signed.PRIVATE)

    @router.post("/mijn/apparaten")
    def end(me: _Visitor, apparaat: Annotated[list[int] | None, Form()] = None) -> Response:
        with app.database.session() as session:
            ended = login.end(session, me.contact.key, apparaat or [])
        return _to(f"/mijn/apparaten?weg={ended}")

    return router


def _undo(found: MySteps, edition: str, step: str) -> Undo | None:
    """Return the last that this person did with a step, for one gemeente or for several at once."""
    done = [
        view
        for one in found.done
        if (one.edition, one.step) == (edition, step)
        for view in one.views
    ]
    latest = max((view.at for view in done if view.at is not None), default=None)
    views = tuple(view for view in done if view.at == latest)
    return Undo(edition, step, views) if views else None


_SAID = {
    "handed": "De stap is overgedragen. Je collega krijgt een mail.",
    "back": "De stap is niet meer overgedragen.",
    "done": "De stap is afgevinkt. Je krijgt er geen herinneringen meer over.",
    "skipped": "Doorgegeven: jullie doen deze stap niet.",
    "open": "De stap staat weer open.",
    "same": "Dit was al doorgegeven. Er is niets veranderd.",
    "proved": "De code klopt. Je kunt nu ook werken voor de gemeenten in je regio.",
}


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)
