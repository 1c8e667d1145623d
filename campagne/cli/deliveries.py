"""campagne deliveries: what became of each mail."""

import click

from campagne.cli.output import format_option, service, show
from campagne.cli.parameters import number_argument
from campagne.domain.delivery import DeliveryState


@click.group()
def deliveries() -> None:
    """De verzendingen en hoe het ermee staat."""


@deliveries.command("list")
@click.option(
    "--state",
    type=click.Choice([one.value for one in DeliveryState]),
    help="Alleen met deze staat.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10000),
    metavar="AANTAL",
    default=100,
    show_default=True,
    help="Hoogstens zoveel.",
)
@format_option
def list_them(state: str | None, limit: int, as_format: str) -> None:
    """Toon de verzendingen, de nieuwste eerst."""
    from campagne.domain.words import word
    from campagne.services.outbox import mailbox

    with service() as app, app.database.read() as session:
        lines = mailbox.lines(session, limit=limit, state=DeliveryState(state) if state else None)
    show(
        [
            {
                "nummer": one.id,
                "staat": one.state.value if as_format == "json" else word(one.state),
                "aan": one.to,
                "onderwerp": one.subject,
                "tijd": one.at,
            }
            for one in lines
        ],
        as_format,
        "Er zijn geen verzendingen.",
    )


@deliveries.command()
@number_argument
@click.option("--arrived/--lost", required=True, help="Is de mail aangekomen, of niet?")
def resolve(number: int, *, arrived: bool) -> None:
    """Leg vast wat er met een mail is gebeurd waarvan dat niet bekend was."""
    from campagne.services.audit import by_command
    from campagne.services.outbox import outcomes

    with service() as app, app.database.session() as session:
        outcomes.resolve(session, number, arrived=arrived, now=app.clock.now())
        what = f"vastgelegd dat de mail {'' if arrived else 'niet '}aankwam"
        by_command(session, what, of=("delivery", str(number)), now=app.clock.now())
    click.echo("Vastgelegd.")


@deliveries.command()
@number_argument
def resend(number: int) -> None:
    """Verstuur een mail nog een keer die mislukte of waarvan onbekend is of die aankwam.

    Dat kan niet als de mail niet meer klopt: de datum is veranderd, de stap is afgevinkt, de
    laatste zinvolle dag is voorbij of de ontvanger heeft een ander adres.
    """
    from campagne.services.audit import by_command
    from campagne.services.outbox import validity

    with service() as app, app.database.session() as session:
        validity.resend(session, number, now=app.clock.now(), today=app.clock.today())
        by_command(
            session, "mail opnieuw klaargezet", of=("delivery", str(number)), now=app.clock.now()
        )
    click.echo("De mail staat weer klaar en gaat bij de volgende ronde weg.")
