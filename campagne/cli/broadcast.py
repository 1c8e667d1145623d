"""campagne broadcast: a centrumgemeente tells its region about an edition."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from campagne.cli import NEEDS_ATTENTION
from campagne.cli.output import format_option, printable, service, show
from campagne.cli.parameters import KEY, day_option, number_argument

if TYPE_CHECKING:
    from campagne.bootstrap import App
    from campagne.services.audit import Author

_MOMENT = click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])
_files_option = click.option(
    "--bijlage",
    "files",
    multiple=True,
    type=click.File("rb"),
    metavar="BESTAND",
    help="Gaat mee met elke mail; mag vaker. Hoogstens 3 MB per bestand, samen 5 MB (langs"
    " Microsoft 365 samen 2 MB).",
)


@click.group()
def broadcast() -> None:
    """Een regiobericht maken, bekijken en verzenden."""


def _desk(app: "App") -> dict[str, Any]:
    """What every change of a broadcast needs to know."""
    return {
        "now": app.clock.now(),
        "today": app.clock.today(),
        "links": app.links,
        "mails": app.mails,
    }


def _read(files: Iterable[Any]) -> list[tuple[str, bytes]]:
    """Return opened files, each with its name and no more bytes than tell that it is too large."""
    from campagne.domain.enclosures import LARGEST

    return [(one.name, one.read(LARGEST + 1)) for one in files]


def _by() -> "Author":
    """Who the log says did it."""
    from campagne.services.audit import COMMAND_LINE

    return COMMAND_LINE


@broadcast.command()
@click.option("--edition", required=True, type=KEY, metavar="SLEUTEL", help="orange-the-world-2026")
@click.option("--region", required=True, type=KEY, metavar="SLEUTEL", help="holland-rijnland")
@click.option(
    "--author", type=KEY, metavar="SLEUTEL", help="Contactpersoon van de centrumgemeente."
)
@day_option("--answer-by", "Tot en met welke dag je antwoord vraagt; anders drie weken.")
@click.option("--to", multiple=True, type=KEY, metavar="GEMEENTE", help="Alleen deze; mag vaker.")
@click.option(
    "--role",
    multiple=True,
    type=click.Choice(["beleid", "communicatie"]),
    help="Alleen deze rol; anders allebei.",
)
@click.option("--subject", metavar="TEKST", help="Eigen onderwerp; anders dat van het sjabloon.")
@click.option(
    "--text",
    type=click.File(encoding="utf-8"),
    metavar="BESTAND",
    help="Eigen tekst in Markdown; - voor de invoer.",
)
@click.option("--texts", is_flag=True, help="Er gaan teksten voor inwoners mee.")
@click.option("--no-calendar", is_flag=True, help="Zonder bestand voor de agenda.")
@_files_option
def new(  # noqa: PLR0917 - click gives them by name
    edition: str,
    region: str,
    author: str | None,
    answer_by: datetime | None,
    to: tuple[str, ...],
    role: tuple[str, ...],
    subject: str | None,
    text: Any,
    texts: bool,  # noqa: FBT001 - idem
    no_calendar: bool,  # noqa: FBT001 - idem
    files: tuple[Any, ...],
) -> None:
    """Maak een regiobericht over een editie; er wordt nog niets verzonden.

    In een eigen onderwerp en tekst kun je gegevens laten invullen, zoals {{ gemeente }}.
    """
    from campagne.domain.broadcasts import BODY_LIMIT
    from campagne.domain.playbook import Role
    from campagne.services.lookup import contact
    from campagne.services.regional import broadcasts, enclosing, writing
    from campagne.services.regional.writing import ROLES, Written

    # One more than may be: a file of any size is refused without being read.
    own = None if text is None else text.read(BODY_LIMIT + 1)
    given = _read(files)
    with service() as app, app.database.session() as session:
        number = writing.new(
            session,
            edition_key=edition,
            region_key=region,
            author_key=author,
            answer_by=answer_by.date() if answer_by else None,
            **_desk(app),
        )
        row = broadcasts.find(session, number)
        author_of = contact(session, row.author_key)
        writing.save(
            session,
            number,
            Written(
                subject=row.subject if subject is None else subject,
                body=row.body if own is None else own.strip(),
                answer_by=row.answer_by,
                places=to,
                roles=tuple(Role(one) for one in role) or ROLES,
                with_texts=texts,
                with_calendar=not no_calendar,
            ),
            author=author_of,
            **_desk(app),
        )
        if given:
            enclosing.add(
                session,
                number,
                given,
                author=author_of,
                by=_by(),
                now=app.clock.now(),
                room=app.room_for_files,
            )
        earlier = broadcasts.sent_before(session, number)
    click.echo(
        f"Regiobericht {number} is gemaakt. Bekijk het met 'campagne broadcast preview {number}'"
        + ("." if earlier else f" en verzend het met 'campagne broadcast release {number}'.")
    )
    if earlier:
        click.echo(earlier, err=True)
        sys.exit(NEEDS_ATTENTION)


@broadcast.command("files")
@number_argument
@_files_option
@click.option("--weg", "gone", multiple=True, metavar="NAAM", help="Gaat niet mee; mag vaker.")
def its_files(number: int, files: tuple[Any, ...], gone: tuple[str, ...]) -> None:
    """Toon welke bijlagen meegaan met een regiobericht, of verander dat.

    Dat kan tot het is verzonden. Wat weg moet, gaat eerst: zo vervang je een bestand door een
    nieuw met dezelfde naam. De afzender blijft dezelfde. Een goedkeuring van daarvoor vervalt,
    en een gekozen moment ook.
    """
    from campagne.services.regional import broadcasts, enclosed, enclosing, senders

    given = _read(files)
    with service() as app, app.database.session() as session:
        row = broadcasts.find(session, number)
        stood = row.state
        if gone or given:
            change: dict[str, Any] = {
                "author": senders.author_of(session, row),
                "by": _by(),
                "now": app.clock.now(),
            }
            for name in gone:
                enclosing.remove(session, number, name, **change)
            if given:
                enclosing.add(session, number, given, room=app.room_for_files, **change)
        named = [one.said for one in enclosed.of(row)]
        is_draft_again = row.state is not stood
    for one in named:
        click.echo(one)
    if not named:
        click.echo("Er gaan geen bijlagen mee.")
    if is_draft_again:
        click.echo(f"Regiobericht {number} is weer een concept.")


@broadcast.command("list")
@format_option
def list_them(as_format: str) -> None:
    """Toon alle regioberichten, het nieuwste eerst."""
    from campagne.domain.words import word
    from campagne.services.regional import broadcasts

    with service() as app, app.database.read() as session:
        lines = broadcasts.list_all(session)
    show(
        [
            {
                "nummer": one.id,
                "editie": one.edition,
                "regio": one.region,
                "afzender": one.author,
                "onderwerp": one.subject,
                "antwoord tot en met": one.answer_by,
                "stand": word(one.state),
                "verzonden": one.released_at,
            }
            for one in lines
        ],
        as_format,
        "Er zijn nog geen regioberichten.",
    )


@broadcast.command()
@number_argument
def preview(number: int) -> None:
    """Toon de mail van elke gemeente, precies zoals die wordt verzonden.

    Wie voor meer gemeenten werkt, krijgt één mail over allemaal, als de tekst dat toelaat.
    Uitgangscode 3 als het bericht zo nog niet weg kan; onderaan staat dan waarom.
    """
    from campagne.messages import plain_text
    from campagne.services.regional import approval, broadcasts, previews

    with service() as app, app.database.read() as session:
        desk = _desk(app)
        shown = previews.preview(session, number, **desk)
        row = broadcasts.find(session, number)
        hindered = [] if row.released_at else [*approval.obstacles(session, row, **desk)]
    for one in shown:
        click.echo(f"=== {one.for_whom} ===")
        if one.message is None:
            click.echo(
                "Geen contactpersoon voor beleid of communicatie die regioberichten wil:"
                " hier gaat geen mail heen."
            )
            continue
        click.echo(f"Aan: {', '.join(one.recipients)}")
        click.echo(f"Onderwerp: {one.message.subject}\n")
        click.echo(printable(plain_text(one.message)))
        for to, copy in one.copies:
            click.echo(f"--- Kopie voor een vervanger: {printable(to)} ---")
            click.echo(printable(plain_text(copy)))
    for said in hindered:
        click.echo(said, err=True)
    if hindered:
        sys.exit(NEEDS_ATTENTION)


@broadcast.command()
@number_argument
@click.option("--to", required=True, type=KEY, metavar="CONTACT", help="Wie de proefmail krijgt.")
@click.option("--gemeente", type=KEY, help="Wiens mail; anders de eerste.")
def test(number: int, to: str, gemeente: str | None) -> None:
    """Stuur de mail van een gemeente als proef aan een contactpersoon, bijvoorbeeld jezelf."""
    from campagne.services.regional import previews

    with service() as app, app.database.session() as session:
        of = previews.send_test(session, number, to, municipality=gemeente or "", **_desk(app))
    click.echo(f"De mail voor {of.for_whom} staat als proef klaar voor {to}.")


@broadcast.command()
@number_argument
@click.option("--to", type=KEY, metavar="CONTACT", help="Wie daar een mail over krijgt.")
def submit(number: int, to: str | None) -> None:
    """Vraag een collega in de regio om een regiobericht goed te keuren."""
    from campagne.services.regional import approval

    with service() as app, app.database.session() as session:
        approval.submit(session, number, by=_by(), ask=to or "", **_desk(app))
    click.echo(
        f"Regiobericht {number} wacht op goedkeuring:"
        f" 'campagne broadcast approve {number} --by CONTACT'."
    )


@broadcast.command()
@number_argument
@click.option(
    "--by", required=True, type=KEY, metavar="CONTACT", help="Wie het goedkeurt: een ander."
)
def approve(number: int, by: str) -> None:
    """Keur een regiobericht goed dat een ander schreef, zoals het er nu staat."""
    from campagne.services.lookup import contact
    from campagne.services.regional import approval

    with service() as app, app.database.session() as session:
        approval.approve(session, number, by=contact(session, by), **_desk(app))
    click.echo(
        f"Regiobericht {number} is goedgekeurd."
        f" Verzend het met 'campagne broadcast release {number}'."
    )


@broadcast.command()
@number_argument
@click.option(
    "--again", is_flag=True, help="Ook als de regio over deze editie al een ander bericht kreeg."
)
@click.option(
    "--at", type=_MOMENT, metavar="MOMENT", help="Op dit moment, zoals '2026-09-14 09:00'."
)
def release(number: int, *, again: bool, at: datetime | None) -> None:
    """Verzend een regiobericht: elke gemeente krijgt haar eigen mail.

    De mails staan daarna klaar; de klok ('campagne serve', 'worker' of 'tick') verstuurt ze. Nog
    een keer verzenden verstuurt niets dubbel. De stap van de centrumgemeente in het draaiboek
    wordt afgevinkt. Uitgangscode 3 als een gemeente geen mail krijgt.
    """
    from campagne.clock import AMSTERDAM
    from campagne.services.regional import releases

    with service() as app, app.database.session() as session:
        rules = {**_desk(app), "by": _by(), "four_eyes": app.four_eyes, "again": again}
        if at is not None:
            moment = at.replace(tzinfo=AMSTERDAM)
            releases.schedule(session, number, moment.astimezone(UTC), **rules)
            said = f"{moment:%Y-%m-%d} om {moment.hour}.{moment.minute:02} uur"
            click.echo(f"Regiobericht {number} gaat weg op {said}.")
            return
        report = releases.release(session, number, **rules)
    click.echo(report.sentence)
    if report.without_contact or report.unasked:
        sys.exit(NEEDS_ATTENTION)


@broadcast.command()
@number_argument
def pause(number: int) -> None:
    """Houd de mails van een regiobericht tegen die nog niet weg zijn."""
    from campagne.services.regional import halts

    with service() as app, app.database.session() as session:
        held = halts.pause(session, number, by=_by(), now=app.clock.now())
    click.echo(f"Gepauzeerd. Mails die nog niet weg zijn: {held}.")


@broadcast.command()
@number_argument
def resume(number: int) -> None:
    """Laat een gepauzeerd regiobericht verder gaan."""
    from campagne.services.regional import halts

    with service() as app, app.database.session() as session:
        free = halts.resume(session, number, by=_by(), now=app.clock.now())
    click.echo(f"Hervat. Mails die nu verder gaan: {free}.")


@broadcast.command()
@number_argument
def cancel(number: int) -> None:
    """Stop een regiobericht voorgoed; wat al weg is, is weg."""
    from campagne.services.regional import halts

    with service() as app, app.database.session() as session:
        taken = halts.cancel(
            session, number, by=_by(), now=app.clock.now(), today=app.clock.today()
        )
    click.echo(f"Gestopt. Mails die niet meer weggaan: {taken}.")


@broadcast.command()
@number_argument
@format_option
def status(number: int, as_format: str) -> None:
    """Toon wie er antwoordde op een regiobericht en wanneer, en wie nog niet."""
    from campagne.domain.words import word
    from campagne.services.regional import participation

    with service() as app, app.database.read() as session:
        standing = participation.standing(session, number)
    show(
        [
            {
                "gemeente": one.municipality,
                "gemaild": one.mailed,
                "ingetrokken": one.withdrawn.removeprefix("ingetrokken: "),
                "antwoord": word(one.answer) if one.answer else "nog niets",
                "weet het op": one.until,
                "door": one.by,
                "tijd": one.at,
            }
            for one in standing
        ],
        as_format,
        "Er zijn geen gemeenten in deze regio.",
    )
