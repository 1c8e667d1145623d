"""campagne broadcast: a centrumgemeente tells its region about an edition."""

import sys
from datetime import datetime

import click

from campagne.cli import NEEDS_ATTENTION
from campagne.cli.output import format_option, service, show
from campagne.cli.parameters import KEY, day_option, number_argument


@click.group()
def broadcast() -> None:
    """Een regiobericht maken, bekijken en verzenden."""


@broadcast.command()
@click.option("--edition", required=True, type=KEY, metavar="SLEUTEL", help="orange-the-world-2026")
@click.option("--region", required=True, type=KEY, metavar="SLEUTEL", help="holland-rijnland")
@click.option(
    "--author", type=KEY, metavar="SLEUTEL", help="Contactpersoon van de centrumgemeente."
)
@day_option("--answer-by", "Tot en met welke dag je antwoord vraagt; anders drie weken.")
def new(edition: str, region: str, author: str | None, answer_by: datetime | None) -> None:
    """Maak een regiobericht over een editie; er wordt nog niets verzonden."""
    from campagne.services.regional import broadcasts

    with service() as app, app.database.session() as session:
        number = broadcasts.new(
            session,
            edition_key=edition,
            region_key=region,
            author_key=author,
            answer_by=answer_by.date() if answer_by else None,
            now=app.clock.now(),
            today=app.clock.today(),
            links=app.links,
            mails=app.mails,
        )
        earlier = broadcasts.sent_before(session, number)
    click.echo(
        f"Regiobericht {number} is gemaakt. Bekijk het met 'campagne broadcast preview {number}'"
        + ("." if earlier else f" en verzend het met 'campagne broadcast release {number}'.")
    )
    if earlier:
        click.echo(earlier, err=True)
        sys.exit(NEEDS_ATTENTION)


@broadcast.command("list")
@format_option
def list_them(as_format: str) -> None:
    """Toon alle regioberichten, het nieuwste eerst."""
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
    """Toon de mail van elke gemeente, precies zoals die wordt verzonden."""
    from campagne.messages import plain_text
    from campagne.services.regional import broadcasts

    with service() as app, app.database.read() as session:
        previews = broadcasts.preview(
            session, number, links=app.links, mails=app.mails, now=app.clock.now()
        )
    for one in previews:
        click.echo(f"=== {one.municipality} ===")
        if one.message is None:
            click.echo(
                "Geen contactpersoon voor beleid of communicatie die regioberichten wil:"
                " hier gaat geen mail heen."
            )
            continue
        click.echo(f"Aan: {', '.join(one.recipients)}")
        click.echo(f"Onderwerp: {one.message.subject}\n")
        click.echo(plain_text(one.message))


@broadcast.command()
@number_argument
@click.option(
    "--again", is_flag=True, help="Ook als de regio over deze editie al een ander bericht kreeg."
)
def release(number: int, *, again: bool) -> None:
    """Verzend een regiobericht: elke gemeente krijgt haar eigen mail.

    De mails staan daarna klaar; de klok ('campagne serve', 'worker' of 'tick') verstuurt ze. Nog
    een keer verzenden verstuurt niets dubbel. De stap van de centrumgemeente in het draaiboek
    wordt afgevinkt. Uitgangscode 3 als een gemeente geen mail krijgt.
    """
    from campagne.services.regional import broadcasts

    with service() as app, app.database.session() as session:
        report = broadcasts.release(
            session,
            number,
            links=app.links,
            mails=app.mails,
            now=app.clock.now(),
            today=app.clock.today(),
            again=again,
        )
    click.echo(report.sentence)
    if report.without_contact or report.unasked:
        sys.exit(NEEDS_ATTENTION)


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
                "door": one.by,
                "tijd": one.at,
            }
            for one in standing
        ],
        as_format,
        "Er zijn geen gemeenten in deze regio.",
    )
