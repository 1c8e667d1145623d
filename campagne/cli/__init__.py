"""The command line. Each group is a module of its own, imported only when it is called.

`--help` answers at once, since nothing but click is imported for it. Exit codes: 0 done, 1 a
sentence on standard error says what is wrong, 2 the command was typed wrongly, 3 there is
something to look at (differences, conflicts, people left out).
"""

import gc
import sys
from importlib import import_module

import click

from campagne import __version__
from campagne.cli.dutch_click import speak_dutch, usage_sentence

NEEDS_ATTENTION = 3

# name -> (module:object, one line for the overview)
_COMMANDS = {
    "serve": ("campagne.cli.serve:serve", "Start alles: de pagina's en de klok, in één proces."),
    "web": ("campagne.cli.serve:web", "Start alleen de pagina's en de agenda's."),
    "worker": ("campagne.cli.serve:worker", "Start alleen de klok: plannen en verzenden."),
    "tick": ("campagne.cli.tick:tick", "Doe één ronde van de klok, bijvoorbeeld vanuit cron."),
    "rota": ("campagne.cli.rota:rota", "Het rooster: controleren, tonen, vergelijken, toepassen."),
    "steps": ("campagne.cli.steps:steps", "De stappen van het draaiboek: tonen en afvinken."),
    "reminders": ("campagne.cli.reminders:reminders", "De herinneringen die gepland staan."),
    "deliveries": ("campagne.cli.deliveries:deliveries", "De verzendingen en hoe het ermee staat."),
    "bounces": (
        "campagne.cli.bounces:bounces",
        "Mail die terugkwam, en adressen die geen mail krijgen.",
    ),
    "broadcast": ("campagne.cli.broadcast:broadcast", "Een regiobericht maken en verzenden."),
    "answer": ("campagne.cli.answer:answer", "Vastleggen of een gemeente meedoet."),
    "contacts": (
        "campagne.cli.contacts:contacts",
        "Wat elke contactpersoon krijgt, en wie vervangt.",
    ),
    "report": ("campagne.cli.report:report", "Het jaarverslag van een regio of gemeente."),
    "archive": ("campagne.cli.report:archive", "Een jaar van een regio, voor het zaaksysteem."),
    "texts": ("campagne.cli.texts:texts", "Voorbeeldteksten, ingevuld voor een gemeente."),
    "feed": ("campagne.cli.feed:feed", "De agenda's als bestanden wegschrijven."),
    "db": ("campagne.cli.db:db", "De database bijwerken."),
    "settings": ("campagne.cli.settings:settings", "Alle instellingen, met hun uitleg en waarde."),
}


class _LazyGroup(click.Group):
    """Lists its commands from a table and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        return speak_dutch(command)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        with formatter.section("Opdrachten"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="campagne", message="%(prog)s %(version)s")
@click.option(
    "--debug",
    is_flag=True,
    expose_value=False,  # main looks for it, also when the command broke off early
    help="Toon bij een onverwachte fout waar die ontstond.",
)
def cli() -> None:
    """Onthoudt de campagnes tegen huiselijk geweld voor de gemeenten van een regio.

    Uitgangscodes: 0 gelukt; 1 er ging iets mis, de zin zegt wat; 2 de opdracht klopt niet;
    3 er is iets om naar te kijken (verschillen, conflicten, mensen die geen mail kregen).
    """


speak_dutch(cli)


def main() -> None:
    """Run the command line; an error is one plain sentence, never a traceback."""
    from campagne.cli.output import printable
    from campagne.errors import CampagneError

    if "--debug" in sys.argv:
        import logging

        logging.basicConfig(level=logging.INFO)
    gc.set_threshold(50_000)  # else a fifth of a short command goes to looking through its imports
    try:
        cli.main(standalone_mode=False)
    except CampagneError as error:
        click.echo(printable(str(error)), err=True)
        sys.exit(1)
    except click.exceptions.Abort:
        click.echo("Afgebroken.", err=True)
        sys.exit(1)
    except click.ClickException as error:
        click.echo(printable(usage_sentence(error)), err=True)
        if not isinstance(error, click.exceptions.NoArgsIsHelpError):
            click.echo(f"Hulp: {_command_of(error)} --help", err=True)
        sys.exit(error.exit_code)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except Exception as error:
        # A defect of ours; whoever meets it is helped by a sentence, whoever mends it by --debug.
        if "--debug" in sys.argv:
            raise
        click.echo(
            f"Er ging iets mis in campagne zelf ({type(error).__name__}). Doe het nog een keer met"
            " 'campagne --debug ...' en geef die uitvoer door aan de beheerder.",
            err=True,
        )
        sys.exit(1)


def _command_of(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return "campagne" if context is None else context.command_path
