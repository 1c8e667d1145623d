"""campagne bounces: mail that came back, and the addresses that get none."""

import sys

import click

from campagne.cli import NEEDS_ATTENTION
from campagne.cli.output import format_option, service, show
from campagne.cli.parameters import Line


@click.group()
def bounces() -> None:
    """Mail die terugkwam, en adressen die daarom geen mail meer krijgen."""


@bounces.command()
def read() -> None:
    """Lees het postvak met teruggekomen mail (CAMPAGNE_BOUNCE_BOX) en verwerk wat erin staat.

    Wat verwerkt is, wordt als gelezen gemerkt. Wat voor een mens is, blijft ongelezen en krijgt
    een vlag.
    """
    from campagne.errors import SettingsError
    from campagne.services.outbox.bounces import read as read_box

    with service() as app:
        if app.bounce_box is None:
            raise SettingsError(
                "Er is geen postvak om te lezen. Geef CAMPAGNE_BOUNCE_BOX; docs/channels.md zegt"
                " hoe."
            )
        report = read_box(app.database, app.bounce_box, app.clock)
    click.echo(report.sentence)
    if report.hard:
        click.echo("Met 'campagne bounces list' zie je welke adressen geen mail meer krijgen.")
    if report.came_back or report.for_a_person:
        sys.exit(NEEDS_ATTENTION)


@bounces.command("list")
@format_option
def list_paused(as_format: str) -> None:
    """Toon de adressen die geen mail meer krijgen, sinds wanneer en waarom."""
    from campagne.services.outbox.bounces import list_paused as paused

    with service() as app, app.database.read() as session:
        lines = paused(session)
    show(
        [
            {
                "adres": one.address,
                "sinds": one.since,
                "contactpersonen": list(one.people),
                "code": one.status,
                "reden": one.text,
            }
            for one in lines
        ],
        as_format,
        "Alle adressen krijgen mail.",
    )


@bounces.command()
@click.argument("address", metavar="ADRES", type=Line(254))
def resume(address: str) -> None:
    """Stuur weer mail naar een adres; de herinneringen worden opnieuw gepland."""
    from campagne.services.audit import by_command
    from campagne.services.outbox.bounces import resume as let_go
    from campagne.store.queries import contacts

    with service() as app, app.database.session() as session:
        let_go(session, address, now=app.clock.now(), today=app.clock.today())
        for one in contacts(session):
            if one.email.lower() == address.lower():
                by_command(
                    session, "adres krijgt weer mail", of=("contact", one.key), now=app.clock.now()
                )
    click.echo("Dit adres krijgt weer mail.")
