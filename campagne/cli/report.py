"""campagne report and archive: a year of a region, to read and to keep."""

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
    from campagne.errors import InvalidInputError
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
    _write(out, made, "Het jaarverslag")


@click.command()
@click.option("--region", required=True, type=KEY, metavar="SLEUTEL", help="De regio.")
@click.option("--year", required=True, type=int, metavar="JAAR", help="Het jaar.")
@click.option(
    "--out",
    required=True,
    metavar="BESTAND",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Waar het archief komt, een ZIP-bestand.",
)
def archive(region: str, year: int, out: Path) -> None:
    """Zet een jaar van een regio in één bestand, voor het zaaksysteem.

    Met regioberichten, goedkeuringen, antwoorden, deelname, evaluaties en het jaarverslag, en van
    elk bestand een controlesom.
    """
    from campagne.services.review import year_archive

    with service() as app:
        with app.database.read() as session:
            found = year_archive.collect(session, region, year)
        made = b"".join(year_archive.write(found, app.database))
    _write(out, made, "Het archief")


def _write(out: Path, made: bytes, what: str) -> None:
    from campagne.errors import InvalidInputError, reason
    from campagne.files import replace_file

    try:
        replace_file(out, made)
    except OSError as error:
        raise InvalidInputError(
            f"{what} kan niet worden geschreven in {out} ({reason(error)}). Kies een map"
            " waarin je mag schrijven."
        ) from error
    click.echo(str(out))
