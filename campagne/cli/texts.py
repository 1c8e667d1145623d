"""campagne texts: texts filled in for a gemeente."""

from pathlib import Path

import click

from campagne.cli.output import service
from campagne.cli.parameters import KEY


@click.group()
def texts() -> None:
    """Voorbeeldteksten, ingevuld voor een gemeente."""


@texts.command()
@click.option(
    "--gemeente", required=True, type=KEY, metavar="SLEUTEL", help="Bijvoorbeeld katwijk."
)
@click.option(
    "--edition",
    required=True,
    type=KEY,
    metavar="SLEUTEL",
    help="Bijvoorbeeld orange-the-world-2026.",
)
@click.option(
    "--out",
    required=True,
    metavar="MAP",
    type=click.Path(file_okay=False, path_type=Path),
    help="Map waarin de teksten komen.",
)
def render(gemeente: str, edition: str, out: Path) -> None:
    """Vul de teksten van een editie in voor een gemeente en schrijf ze naar een map."""
    from campagne.services import texts as service_texts

    with service() as app:
        with app.database.read() as session:
            rendered = service_texts.render(session, app.texts_folder, edition, gemeente)
        written = service_texts.write(rendered, out)
    for path in written:
        click.echo(str(path))
