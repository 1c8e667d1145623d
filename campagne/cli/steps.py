"""campagne steps: what is to be done, and ticking it off."""

from collections.abc import Callable

import click

from campagne.cli.output import format_option, service, show
from campagne.cli.parameters import KEY, NOTE, by_option


@click.group()
def steps() -> None:
    """De stappen van het draaiboek: tonen en afvinken."""


@steps.command("list")
@click.option(
    "--edition", type=KEY, metavar="SLEUTEL", help="Alleen deze editie: orange-the-world-2026."
)
@click.option(
    "--gemeente", type=KEY, metavar="SLEUTEL", help="Alleen deze gemeente: kaag-en-braassem."
)
@click.option("--all", "closed_too", is_flag=True, help="Ook wat al is afgevinkt of overgeslagen.")
@format_option
def list_them(
    *, edition: str | None, gemeente: str | None, closed_too: bool, as_format: str
) -> None:
    """Toon de stappen die open staan, met de dag waarop ze klaar moeten zijn."""
    from campagne.domain.words import word
    from campagne.services.planning.steps import list_steps

    with service() as app, app.database.read() as session:
        found = list_steps(
            session,
            today=app.clock.today(),
            edition=edition,
            municipality=gemeente,
            closed_too=closed_too,
        )
    show(
        [
            {
                "uiterlijk": one.due_on,
                "op tijd": word(one.late) if one.late else "",
                "editie": one.edition,
                "gemeente": one.municipality,
                "stap": one.step,
                "wat": one.title,
                "rol": one.role,
                "staat": word(one.status),
                "door": one.by,
                "opmerking": one.note,
                "datum voorlopig": one.provisional,
                "wie krijgt bericht": one.people or ("niemand",),
            }
            for one in found
        ],
        as_format,
        "Er staan geen stappen open.",
    )


_target: list[Callable[[Callable[..., None]], Callable[..., None]]] = [
    click.argument("edition", metavar="EDITIE", type=KEY),
    click.argument("step", metavar="STAP", type=KEY),
    click.argument("gemeente", metavar="GEMEENTE", type=KEY),
    by_option("Beleid Katwijk"),
    click.option(
        "--note", default="", type=NOTE, metavar="TEKST", help="Wat je erbij wilt zeggen."
    ),
]


def _tick_command(name: str, status: str, text: str, said: str, noted: str) -> None:
    def tick(edition: str, step: str, gemeente: str, by: str, note: str) -> None:
        from campagne.domain.reminders import StepStatus
        from campagne.services.audit import Author, by_command
        from campagne.services.planning.steps import tick_off
        from campagne.store import queries

        with service() as app, app.database.session() as session:
            tick_off(
                session,
                edition=edition,
                step=step,
                municipality=gemeente,
                by=Author(by),
                note=note,
                status=StepStatus(status),
                now=app.clock.now(),
                today=app.clock.today(),
            )
            title = next(one.title for one in queries.steps(session) if one.key == step)
            place = queries.municipalities(session)[gemeente].name
            by_command(
                session,
                noted,
                of=("edition", edition),
                after={"stap": title, "gemeente": place},
                now=app.clock.now(),
            )
        click.echo(said)

    run: Callable[..., None] = tick
    for decorate in reversed(_target):
        run = decorate(run)
    steps.add_command(click.command(name, help=text)(run))


_tick_command(
    "done",
    "done",
    "Vink een stap af voor een gemeente; de herinneringen ervoor stoppen.",
    "Afgevinkt. Er gaan geen herinneringen meer uit voor deze stap.",
    "stap afgevinkt",
)
_tick_command(
    "skip",
    "skipped",
    "Sla een stap over voor een gemeente; de herinneringen ervoor stoppen.",
    "Overgeslagen. Er gaan geen herinneringen meer uit voor deze stap.",
    "stap overgeslagen",
)
_tick_command(
    "undo",
    "open",
    "Zet een afgevinkte of overgeslagen stap weer open.",
    "De stap staat weer open.",
    "stap weer opengezet",
)
