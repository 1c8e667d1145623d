"""The buttons and fields of the page of one broadcast: what each of them does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from campagne.bootstrap import App
from campagne.clock import AMSTERDAM, local_day
from campagne.domain import dutch
from campagne.domain.broadcasts import Move
from campagne.domain.playbook import Role
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError
from campagne.services.audit import Author
from campagne.services.regional import (
    approval,
    broadcasts,
    enclosing,
    halts,
    managed_broadcasts,
    previews,
    releases,
    writing,
)
from campagne.services.regional.previews import Reach
from campagne.services.regional.writing import ROLES, Written
from campagne.web.pages import signed

WHY_LIMIT = 500

Form = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Pressed:
    """A button that somebody pressed, on which broadcast, with what stood in the form."""

    session: Any
    number: int
    me: Visitor
    form: Form
    app: App

    @property
    def by(self) -> Author:
        return Author(self.me.contact.name, self.me.contact.key)

    @property
    def now(self) -> datetime:
        return self.app.clock.now()

    @property
    def made(self) -> dict[str, Any]:
        """What mails are made with."""
        app = self.app
        return {
            "now": self.now,
            "today": app.clock.today(),
            "links": app.links,
            "mails": app.mails,
        }

    @property
    def told(self) -> dict[str, Any]:
        """What a mail to a colleague is made with."""
        return {"now": self.now, "links": self.app.links, "mails": self.app.mails}

    @property
    def rules(self) -> dict[str, Any]:
        """What a release asks beside that."""
        again = bool(self.form["toch"])
        return {**self.made, "by": self.by, "four_eyes": self.app.four_eyes, "again": again}


@dataclass(frozen=True, slots=True)
class Sending:
    """What sending does, shown before it is done.

    Attributes:
        what: the button that was pressed.
        mails: how many leave.
        reach: to whom; None for the rest, of whom the page has the names.
        at: when, aware UTC; None for at once.
        day / time: the same as it was typed.
        again: what was ticked, to send another one about the same campaign; empty for nothing.
    """

    what: str
    mails: int
    reach: Reach | None
    at: datetime | None
    day: str
    time: str
    again: str


def carry_out(app: App, number: int, me: Visitor, form: Form) -> str | Sending:
    """Do what a button says; return the address to go to, or what sending it would do.

    Nothing is sent before somebody saw what goes to whom, and said yes to that (`opslaan`).

    Raises:
        NotFoundError: when there is no such broadcast for them.
        InvalidInputError: when it cannot be done, or somebody else changed what was looked at.
    """
    what = form["wat"]
    if what not in _BUTTONS:
        raise InvalidInputError("Kies een van de knoppen op de pagina.")
    move, act = _BUTTONS[what]
    with app.database.session() as session:
        row = managed_broadcasts.require_may(session, number, me, move)
        if what in _OF_WHAT_WAS_SEEN and form["versie"] != broadcasts.content(row).digest():
            broadcasts.require(row, move)  # which says more
            raise InvalidInputError(
                "Iemand anders veranderde dit regiobericht net. Er is niets gedaan. Lees het eerst"
                " na en probeer het dan opnieuw."
            )
        pressed = _Pressed(session, number, me, form, app)
        shown_first = what in _SHOWN_FIRST and not form["opslaan"]
        if shown_first and row.released_at is not None:
            broadcasts.require(row, move)
        made = act(pressed)
        if shown_first:
            sending = _rest(pressed, made) if what == _REST else _sending(pressed)
            session.rollback()
            return sending
    if what == _FOLLOW_UP:
        return f"/beheer/regiobericht/{made}?schrijf=ja"
    return f"/beheer/regiobericht/{number}?" + urlencode({"gedaan": what})


def _rest(one: _Pressed, mails: Any) -> Sending:
    return Sending(one.form["wat"], mails, None, at=None, day="", time="", again="")


def _sending(one: _Pressed) -> Sending:
    form = one.form
    at = _moment(form) if form["wat"] == _LATER else None
    reach = previews.reach(one.session, one.number, local_day(at or one.now))
    return Sending(
        what=form["wat"],
        mails=reach.mails,
        reach=reach,
        at=at,
        day=form["dag"],
        time=form["tijd"],
        again=form["toch"],
    )


def _save(one: _Pressed) -> bool:
    author = one.me.contact
    return writing.save(one.session, one.number, written(one.form), author=author, **one.made)


def _test(one: _Pressed) -> object:
    place = one.form["gemeente"]
    return previews.send_test(
        one.session, one.number, one.me.contact.key, municipality=place, **one.made
    )


def _approve(one: _Pressed) -> None:
    seen = one.form["versie"]
    approval.approve(one.session, one.number, by=one.me.contact, version=seen, **one.made)


def _give_back(one: _Pressed) -> None:
    why = signed.tidy(one.form["waarom"], WHY_LIMIT, "wat er anders moet", "waarom")
    approval.give_back(one.session, one.number, by=one.by, why=why, **one.told)


def _cancel(one: _Pressed) -> int:
    today = one.made["today"]
    return halts.cancel(one.session, one.number, by=one.by, now=one.now, today=today)


def _remove(one: _Pressed) -> None:
    name, author = one.form["bijlage"], one.me.contact
    enclosing.remove(one.session, one.number, name, author=author, by=one.by, now=one.now)


def _resend(one: _Pressed) -> None:
    typed = one.form["mail"]
    mail = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < _DIGITS else 0
    today = one.made["today"]
    releases.resend(one.session, one.number, mail, by=one.by, now=one.now, today=today)


def _follow_up(one: _Pressed) -> int:
    return writing.follow_up(one.session, one.number, one.me.contact.key, **one.made)


_DIGITS = 10
_FOLLOW_UP = "vervolg"
_NOW, _LATER, _REST = "verstuur", "plan", "rest"
_BUTTONS: Mapping[str, tuple[Move, Callable[[_Pressed], object]]] = {
    "bewaar": (Move.EDIT, _save),
    "proef": (Move.EDIT, _test),
    "weg": (Move.EDIT, _remove),
    "vraag": (
        Move.SUBMIT,
        lambda one: approval.submit(
            one.session, one.number, by=one.by, ask=one.form["aan"], **one.made
        ),
    ),
    "keur": (Move.APPROVE, _approve),
    "terug": (Move.RETURN, _give_back),
    _NOW: (
        Move.RELEASE,
        lambda one: releases.release(one.session, one.number, **one.rules),
    ),
    _LATER: (
        Move.SCHEDULE,
        lambda one: releases.schedule(one.session, one.number, _moment(one.form), **one.rules),
    ),
    "niet-plannen": (
        Move.UNSCHEDULE,
        lambda one: releases.unschedule(one.session, one.number, by=one.by, now=one.now),
    ),
    "pauze": (
        Move.PAUSE,
        lambda one: halts.pause(one.session, one.number, by=one.by, now=one.now),
    ),
    "verder": (
        Move.RESUME,
        lambda one: halts.resume(one.session, one.number, by=one.by, now=one.now),
    ),
    "stop": (Move.CANCEL, _cancel),
    _REST: (
        Move.SEND_REST,
        lambda one: releases.send_rest(one.session, one.number, by=one.by, **one.made),
    ),
    "opnieuw": (Move.SEND_REST, _resend),
    _FOLLOW_UP: (Move.SEND_REST, _follow_up),
}
_OF_WHAT_WAS_SEEN = frozenset({"bewaar", "vraag", "keur", _NOW, _LATER})
_SHOWN_FIRST = frozenset({_NOW, _LATER, _REST})


def written(sent: Form) -> Written:
    """Return what the author wrote.

    Raises:
        InvalidInputError: when a day or a role is none.
    """
    return Written(
        # A browser sends lines with CRLF; a mail has them its own way.
        subject=" ".join(sent["onderwerp"].split()),
        body="\n".join(line.rstrip() for line in sent["tekst"].strip().splitlines()),
        answer_by=_day(sent["antwoord"]),
        places=tuple(sent["gemeenten"]),
        roles=_roles(sent["rollen"]),
        with_texts=bool(sent["teksten"]),
        with_calendar=bool(sent["agenda"]),
    )


def kept(sent: Form, before: Written) -> dict[str, Any]:
    """Return what was typed, so that nothing of it is lost."""
    kept: dict[str, Any] = {"why": sent["waarom"], "day": sent["dag"], "time": sent["tijd"]}
    if sent["wat"] == "bewaar" or sent["onderwerp"] or sent["tekst"]:
        kept["writes"] = True
        kept["answer_by"] = sent["antwoord"]
        kept["typed"] = Written(
            subject=sent["onderwerp"],
            body=sent["tekst"],
            answer_by=before.answer_by,
            places=tuple(sent["gemeenten"]),
            roles=tuple(one for one in ROLES if one in sent["rollen"]),
            with_texts=bool(sent["teksten"]),
            with_calendar=bool(sent["agenda"]),
        )
    return kept


def _roles(typed: list[str]) -> tuple[Role, ...]:
    try:
        return tuple(Role(one) for one in typed)
    except ValueError:
        raise InvalidInputError(
            "Kies wie het bericht krijgt: beleid of communicatie.", "rollen"
        ) from None


def _day(typed: str) -> date:
    try:
        return dutch.read_day(typed)
    except ValueError:
        raise InvalidInputError(
            "Vul bij de laatste dag voor een antwoord een datum in, zoals 16-11-2026.",
            "antwoord",
        ) from None


def _moment(sent: Form) -> datetime:
    try:
        local = time.fromisoformat(sent["tijd"].strip())
        at = datetime.combine(dutch.read_day(sent["dag"]), local.replace(tzinfo=AMSTERDAM))
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInputError(
            "Vul een dag en een tijd in, zoals 16-11-2026 en 09:00.", "dag"
        ) from None


_FIELDS = (
    *("wat", "waarom", "versie", "onderwerp", "tekst", "antwoord", "teksten", "agenda"),
    *("gemeente", "dag", "tijd", "toch", "mail", "aan", "opslaan", "bijlage"),
)


async def sent(request: Request) -> Form:
    """Return the fields of the form as they were typed; empty where they are not there."""
    form = await request.form()
    found: dict[str, Any] = {name: str(form.get(name, "")) for name in _FIELDS}
    found["gemeenten"] = [str(value) for value in form.getlist("gemeenten")]
    found["rollen"] = [str(value) for value in form.getlist("rollen")]
    return found
