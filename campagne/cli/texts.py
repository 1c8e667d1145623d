"""campagne texts: texts filled in for a gemeente, and what is wrong with them."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campagne.cli import NEEDS_ATTENTION
from campagne.cli.output import printable, progress, service
from campagne.cli.parameters import KEY

if TYPE_CHECKING:
    from campagne.services.publishing.text_report import Line


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

    Wat er aan een tekst fout is, staat eronder. Uitgangscode 3 als er zoiets is.
    """
    from campagne.domain.text_checks import findings
    from campagne.domain.text_findings import Severity
    from campagne.services import lookup
    from campagne.services.publishing import texts as service_texts
    from campagne.services.publishing.text_sources import sources

    with service() as app:
        with app.database.read() as session:
            rendered = service_texts.render(session, app.texts, edition, gemeente)
            known = sources(session)
            held = service_texts.setting(
                known, lookup.edition(session, edition), lookup.municipality(session, gemeente)
            )
        written = service_texts.write(rendered, out, app.links.my_municipality(gemeente))
    wrong = [
        f"{path.name}: {finding}"
        for path, text in zip(written, rendered, strict=True)
        for finding in findings(text, held)
        if finding.severity is Severity.ERROR
    ]
    for path in written:
        click.echo(str(path))
    for line in wrong:
        click.echo(printable(line), err=True)
    if wrong:
        sys.exit(NEEDS_ATTENTION)


@texts.command()
@click.option(
    "--edition",
    required=True,
    type=KEY,
    metavar="SLEUTEL",
    help="Bijvoorbeeld orange-the-world-2026.",
)
@click.option(
    "--gemeente",
    multiple=True,
    type=KEY,
    metavar="SLEUTEL",
    help="Alleen voor deze gemeente; mag vaker. Zonder: voor alle gemeenten.",
)
@click.option(
    "--out",
    required=True,
    metavar="MAP",
    type=click.Path(file_okay=False, path_type=Path),
    help="Map waarin de ZIP-bestanden komen.",
)
def toolkit(edition: str, gemeente: tuple[str, ...], out: Path) -> None:
    """Maak per gemeente een ZIP met alles voor een campagne.

    Daarin zitten de teksten, de beelden met hun alt-tekst, de campagne voor de agenda, de
    jaarplanner en een lijst van wie wat wanneer doet. Wat niet veranderde, blijft staan.
    """
    from campagne.errors import InvalidInputError, reason
    from campagne.files import replace_file
    from campagne.services.publishing import texts as service_texts
    from campagne.services.publishing import toolkit as service_toolkit
    from campagne.web.theme import HouseStyles

    with service() as app:
        styles = HouseStyles(app.settings.theme_dir)
        with app.database.read() as session:
            wanted = gemeente or service_texts.places(session, edition)
        with progress("Toolkits maken", len(wanted)) as done:
            for key in wanted:
                made = app.toolkits.packed(edition, key, styles.of(key))
                path = out / service_toolkit.name(edition, key)
                try:
                    replace_file(path, made)
                except OSError as error:
                    raise InvalidInputError(
                        f"De toolkit kan niet worden geschreven in {out} ({reason(error)})."
                        " Kies een map waarin je mag schrijven."
                    ) from error
                done()
                click.echo(str(path))


@texts.command()
@click.option("--campaign", type=KEY, metavar="SLEUTEL", help="Alleen deze campagne.")
@click.option("--kind", type=KEY, metavar="SOORT", help="Alleen deze soort, zoals persbericht.")
@click.option("--gemeente", type=KEY, metavar="SLEUTEL", help="Alleen voor deze gemeente.")
@click.option(
    "--links",
    is_flag=True,
    help="Vraag ook op of de webadressen nog bestaan, ook die van landelijk materiaal.",
)
def check(campaign: str | None, kind: str | None, gemeente: str | None, *, links: bool) -> None:
    """Kijk alle teksten na, voor elke gemeente en elke editie vanaf dit jaar.

    Bij elke bevinding staat de regel, de plek, waarom en wat je doet. Een fout moet weg voordat de
    tekst naar buiten gaat; een advies mag blijven. Uitgangscode 3 als er een fout is.
    """
    from campagne.domain.text_findings import Severity
    from campagne.domain.texts import TextKind
    from campagne.services import lookup
    from campagne.services.publishing import text_report
    from campagne.services.publishing.text_sources import sources
    from campagne.store import queries

    with service() as app:
        year = app.clock.today().year
        with app.database.read() as session:
            known = sources(session)
            editions = [one for one in queries.editions(session) if one.year >= year]
        if campaign:
            lookup.one("campagne", campaign, known.campaigns)
        places = [*known.municipalities.values()]
        if gemeente:
            places = [lookup.one("gemeente", gemeente, known.municipalities)]
        kinds = [lookup.one("soort", kind, {one.value: one for one in TextKind})] if kind else ()
        wanted = [
            one
            for one in text_report.with_samples(known.campaigns.values(), editions, year)
            if campaign in (None, one.campaign)
        ]
        with progress("Nakijken", len(wanted)) as done:
            report = text_report.check(
                app.texts,
                known,
                wanted,
                municipalities=places,
                kinds=kinds or tuple(TextKind),
                done=done,
            )
    for line in report.lines.values():
        click.echo(printable(_told(line)))
    material = {one.material.url: f"editie {one.key}" for one in wanted if one.material}
    places_of = report.links | material
    dead = text_report.dead_links(places_of, app.ask_link) if links else {}
    for url, why in dead.items():
        click.echo(printable(f"fout    {places_of[url]}: link: {url}: {why}"))
    errors = report.count(Severity.ERROR) + len(dead)
    click.echo(
        f"{report.texts} teksten nagekeken, {len(wanted)} edities, {len(places)} gemeenten:"
        f" fouten: {errors}, adviezen: {report.count(Severity.ADVICE)}."
    )
    if errors:
        sys.exit(NEEDS_ATTENTION)


def _told(line: "Line") -> str:
    finding = line.finding
    many = f"{line.texts} teksten, zoals" if line.texts > 1 else "in"
    return (
        f"{finding.severity.value:<7} {line.template}: {finding.rule}: {finding}"
        f" ({many} {line.municipality}, {line.edition})"
    )
