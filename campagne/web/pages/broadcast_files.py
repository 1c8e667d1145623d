"""The files that go with a broadcast: added on its page, and to be had by who may see it."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.broadcasts import Move
from campagne.domain.enclosures import FIELD, LARGEST
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError
from campagne.services.audit import Author
from campagne.services.regional import enclosed, enclosing, managed_broadcasts
from campagne.web.access import visitor
from campagne.web.pages import broadcast, signed
from campagne.web.pages.refusal import Refused
from campagne.web.pages.rendering import Pages

_LOOKED_AT = 50  # files in one form, to say of them that there are too many

_Visitor = Annotated[Visitor, Depends(visitor)]


async def uploaded(request: Request) -> list[tuple[str, bytes]]:
    """Return the files that were chosen, each with the name that the browser gives it."""
    async with request.form(max_files=_LOOKED_AT, max_fields=_LOOKED_AT) as form:
        return [
            (one.filename, await one.read(LARGEST + 1))
            for one in form.getlist(FIELD)
            if isinstance(one, UploadFile) and one.filename
        ]


_Files = Annotated[list[tuple[str, bytes]], Depends(uploaded)]


def routes(app: App, pages: Pages) -> APIRouter:
    """Return ``/beheer/regiobericht/{number}/bijlagen``, and ``/bijlage/{place}`` for each."""
    router = APIRouter()

    def may_edit(number: int, me: _Visitor) -> None:
        """Let nobody else send files: they are larger than anything else that comes in."""
        with app.database.read() as session:
            managed_broadcasts.require_may(session, number, me, Move.EDIT)

    # Before the files are read.
    @router.post("/beheer/regiobericht/{number:int}/bijlagen", dependencies=[Depends(may_edit)])
    def add(number: int, me: _Visitor, files: _Files) -> Response:
        try:
            with app.database.session() as session:
                enclosing.add(
                    session,
                    number,
                    files,
                    author=me.contact,
                    by=Author(me.contact.name, me.contact.key),
                    now=app.clock.now(),
                    room=app.room_for_files,
                )
        except InvalidInputError as fault:
            page = broadcast.page_of(app, number, me)
            return broadcast.answer(pages, replace(page, refused=Refused.by(fault)))
        address = f"/beheer/regiobericht/{number}?gedaan=bijlage"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    @router.api_route(
        "/beheer/regiobericht/{number:int}/bijlage/{place:int}", methods=["GET", "HEAD"]
    )
    def read(number: int, place: int, me: _Visitor) -> Response:
        with app.database.read() as session:
            row = managed_broadcasts.find(session, number, me)
            return signed.foreign_file(enclosed.read(session, row, place))

    return router
