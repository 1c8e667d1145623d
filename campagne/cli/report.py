"""campagne report: the report of a year, for Word or as PDF."""

from pathlib import Path

import click

from campagne.cli.output import service
from campagne.cli.parameters import KEY


@click.command()
@click.option("--region", required=True, type=KEY, metavar="SLEUTEL", help="De regio.")
@click.option("--year", required=True, type=int, metavar="JAAR", help="Het jaar.")
@click.option("--gemeente", type=KEY, metavar="SLEUTEL", help="Alleen over deze gemeente.")
@click.option(
    "--out",
    required=True,
    metavar="BESTAND",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Waar het jaarverslag komt. Eindigt op .docx (Word) of .pdf.",
)
def report(region: str, year: int, gemeente: str | None, out: Path) -> None:
    """Schrijf het jaarverslag van een regio, of van één gemeente daarin.

    Met het rooster, wie meedeed, de acties, de kosten, het bereik en de lessen.
    """
    from campagne.errors import InvalidInputError, reason
    from campagne.files import replace_file
    from campagne.services.review import report as reports

    forms = {f".{one.value}": one for one in reports.Form}
    form = forms.get(out.suffix.lower())
    if form is None:
        raise InvalidInputError(
            f"Laat de naam van het bestand eindigen op {' of '.join(forms)}: daaraan zie ik wat"
            " voor bestand je wilt."
        )
    with service() as app:
        with app.database.read() as session:
            found = reports.collect(session, region, year, gemeente or "")
        made = reports.write(found, form)
    try:
        replace_file(out, made)
    except OSError as error:
        raise InvalidInputError(
            f"Het jaarverslag kan niet worden geschreven in {out} ({reason(error)}). Kies een map"
            " waarin je mag schrijven."
        ) from error
    click.echo(str(out))
