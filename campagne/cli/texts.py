"""campagne texts: texts filled in for a gemeente."""

import sys
from pathlib import Path

import click

from campagne.cli import NEEDS_ATTENTION
from campagne.cli.output import printable, service
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
    """Vul de teksten van een editie in voor een gemeente en schrijf ze naar een map.

    Wat er aan een tekst niet klopt, staat eronder. Uitgangscode 3 als er zoiets is.
    """
    from campagne.domain.texts import problems
    from campagne.services.publishing import texts as service_texts

    with service() as app:
        with app.database.read() as session:
            rendered = service_texts.render(session, app.texts, edition, gemeente)
        written = service_texts.write(rendered, out)
    wrong = [
        f"{path.name}: {problem}"
        for path, text in zip(written, rendered, strict=True)
        for problem in problems(text.markdown, text.kind)
    ]
    for path in written:
        click.echo(str(path))
    for line in wrong:
        click.echo(printable(line), err=True)
    if wrong:
        sys.exit(NEEDS_ATTENTION)
