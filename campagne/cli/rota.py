"""campagne rota: the calendar files and what stands of them in the service."""

import sys
from datetime import datetime

import click

from campagne.cli import NEEDS_ATTENTION
from campagne.cli.output import format_option, printable, service, show
from campagne.cli.parameters import KEY, NOTE, SOURCE, Line, by_option, day_option


@click.group()
def rota() -> None:
    """Het rooster: de kalenderbestanden controleren en toepassen, edities tonen en wijzigen."""


@rota.command()
def check() -> None:
    """Controleer de kalenderbestanden; alle fouten tegelijk. Er verandert niets."""
    from campagne.bootstrap import load_files
    from campagne.domain.dutch import count
    from campagne.settings import load_settings

    files = load_files(load_settings())
    click.echo(
        "De kalenderbestanden kloppen:"
        f" {count(len(files.municipalities), 'gemeente', 'gemeenten')},"
        f" {count(len(files.campaigns), 'campagne', 'campagnes')},"
        f" {count(len(files.rota), 'roosterjaar', 'roosterjaren')},"
        f" {count(len(files.steps), 'stap', 'stappen')},"
        f" {count(len(files.contacts), 'contactpersoon', 'contactpersonen')}."
    )


@rota.command("show")
@click.option("--year", type=int, metavar="JAAR", help="Jaar; zonder dit het jaar van vandaag.")
@click.option(
    "--region", type=KEY, metavar="SLEUTEL", help="Alleen deze regio: duin-en-bollenstreek."
)
@click.option("--gemeente", type=KEY, metavar="SLEUTEL", help="Alleen deze gemeente: katwijk.")
@format_option
def show_year(year: int | None, region: str | None, gemeente: str | None, as_format: str) -> None:
    """Toon de campagnes van een jaar: wanneer, hoe zeker, en wie ze centraal zet."""
    from campagne.domain.words import word
    from campagne.services.publishing.overview import year_view

    with service() as app, app.database.read() as session:
        today = app.clock.today()
        view = year_view(
            session,
            today.year if year is None else year,
            today=today,
            region=region,
            municipality=gemeente,
        )
    rows: list[dict[str, object]] = [
        {
            "van": one.span.first,
            "tot en met": one.span.last,
            "campagne": one.name,
            "editie": one.key,
            "status": word(one.status),
            "centraal voor": [group.region for group in one.central],
            "thema": one.theme,
            "bron": one.source,
        }
        for one in view.editions
    ]
    rows += [
        {
            "van": None,
            "tot en met": None,
            "campagne": one.name,
            "editie": "",
            "status": "nog geen datum",
            "centraal voor": [group.region for group in one.central],
            "thema": "",
            "bron": one.reason,
        }
        for one in view.undated
    ]
    if as_format == "tabel":
        rows = [{name: cell for name, cell in row.items() if name != "bron"} for row in rows]
    show(rows, as_format, "Er zijn geen campagnes in dat jaar.")


@rota.command()
@click.option("--overwrite", is_flag=True, help="Alsof 'apply --overwrite' wordt gedaan.")
def diff(*, overwrite: bool) -> None:
    """Toon wat 'apply' zou doen; er verandert niets. Uitgangscode 3 als dat iets is."""
    from campagne.bootstrap import load_files
    from campagne.services.rotas import rota as service_rota

    with service() as app:
        files = load_files(app.settings)
        with app.database.read() as session:
            report = service_rota.diff(session, files, today=app.clock.today(), overwrite=overwrite)
        if app.first_fill:
            click.echo("De database was leeg en is nu gevuld uit de kalenderbestanden.", err=True)
    _tell(report.lines())
    # What is gone from the files stays that way: no reason to look for ever.
    if report.changes or report.conflicts:
        sys.exit(NEEDS_ATTENTION)


@rota.command("apply")
@click.option(
    "--overwrite",
    is_flag=True,
    help="Neem bij een botsing de waarde uit de bestanden, ook als iemand die hier wijzigde.",
)
def apply_them(*, overwrite: bool) -> None:
    """Pas de kalenderbestanden toe. Wat mensen hier wijzigden blijft; botsingen worden gemeld.

    Nog een keer toepassen verandert niets. Uitgangscode 3 als er botsingen zijn.
    """
    from campagne.bootstrap import apply_files
    from campagne.services.audit import COMMAND_LINE

    with service() as app:
        # An empty database is filled when it is opened.
        report = app.first_fill or apply_files(app, overwrite=overwrite, by=COMMAND_LINE)
    _tell(report.lines())
    if report.conflicts:
        click.echo("Neem je de waarden uit de bestanden over? Doe dan 'apply --overwrite'.")
        sys.exit(NEEDS_ATTENTION)


_by = by_option("Beleid Leiden")


@rota.command()
@click.argument("edition", metavar="EDITIE", type=KEY)
@day_option("--first", "Eerste dag.", required=True)
@day_option("--last", "Laatste dag.", required=True)
@click.option(
    "--source", required=True, type=SOURCE, metavar="TEKST", help="Waar de datum vandaan komt."
)
@_by
def move(edition: str, first: datetime, last: datetime, source: str, by: str) -> None:
    """Geef een editie andere dagen; herinneringen en agenda's gaan mee.

    De nieuwe datum is voorlopig tot iemand die bevestigt.
    """
    from campagne.domain.dates import Span
    from campagne.services.rotas import edition_changes
    from campagne.services.rotas import rota as service_rota
    from campagne.services.rotas.edition_changes import ChangeKind

    with service() as app, app.database.session() as session:
        now, today = app.clock.now(), app.clock.today()
        with edition_changes.noted(session, edition, ChangeKind.MOVE, now=now):
            service_rota.set_dates(
                session,
                edition,
                Span(first.date(), last.date()),
                by=by,
                source=source,
                now=now,
                today=today,
            )
    click.echo("De datum is gewijzigd. Herinneringen en agenda's zijn aangepast.")


@rota.command()
@click.argument("edition", metavar="EDITIE", type=KEY)
@click.option(
    "--source", default="", type=NOTE, metavar="TEKST", help="Waar dat staat, als je dat weet."
)
@_by
def confirm(edition: str, source: str, by: str) -> None:
    """Bevestig de datum van een editie: vanaf nu mag er iets naar inwoners."""
    from campagne.services.rotas import edition_changes
    from campagne.services.rotas import rota as service_rota
    from campagne.services.rotas.edition_changes import ChangeKind

    with service() as app, app.database.session() as session:
        now, today = app.clock.now(), app.clock.today()
        with edition_changes.noted(session, edition, ChangeKind.CONFIRM, now=now):
            service_rota.confirm(
                session,
                edition,
                by=by,
                source=source,
                now=now,
                today=today,
            )
    click.echo("De datum is bevestigd.")


@rota.command()
@click.argument("edition", metavar="EDITIE", type=KEY)
@_by
def cancel(edition: str, by: str) -> None:
    """Meld dat een editie niet doorgaat; wat nog niet verzonden is, vervalt."""
    from campagne.services.rotas import edition_changes
    from campagne.services.rotas import rota as service_rota
    from campagne.services.rotas.edition_changes import ChangeKind

    with service() as app, app.database.session() as session:
        now, today = app.clock.now(), app.clock.today()
        with edition_changes.noted(session, edition, ChangeKind.CANCEL, now=now):
            service_rota.cancel(session, edition, by=by, now=now, today=today)
    click.echo("De editie gaat niet door. Herinneringen zijn ingetrokken, agenda's tonen het.")


@rota.command()
@click.argument("edition", metavar="EDITIE", type=KEY)
@_by
def resume(edition: str, by: str) -> None:
    """Maak ongedaan dat een editie niet doorgaat; de datum is zo zeker als ervoor."""
    from campagne.services.rotas import edition_changes
    from campagne.services.rotas import rota as service_rota
    from campagne.services.rotas.edition_changes import ChangeKind

    with service() as app, app.database.session() as session:
        now, today = app.clock.now(), app.clock.today()
        with edition_changes.noted(session, edition, ChangeKind.RESUME, now=now):
            service_rota.resume(session, edition, by=by, now=now, today=today)
    click.echo("De editie gaat toch door. Herinneringen en agenda's zijn aangepast.")


@rota.command()
@click.argument("edition", metavar="EDITIE", type=KEY)
@click.argument("text", metavar="THEMA", type=Line(200, required=False))
@_by
def theme(edition: str, text: str, by: str) -> None:
    """Geef een editie een thema; "" voor geen eigen thema."""
    from campagne.services.rotas import edition_changes
    from campagne.services.rotas import rota as service_rota
    from campagne.services.rotas.edition_changes import ChangeKind

    with service() as app, app.database.session() as session:
        now, today = app.clock.now(), app.clock.today()
        with edition_changes.noted(session, edition, ChangeKind.THEME, now=now):
            service_rota.set_theme(session, edition, text, by=by, now=now, today=today)
    click.echo("Het thema is gewijzigd. De agenda's zijn aangepast.")


@rota.command()
@click.argument("edition", metavar="EDITIE", type=KEY)
@click.option("--url", type=SOURCE, metavar="WEBADRES", help="Waar het staat; begint met https://.")
@day_option("--since", "De eerste dag waarop het er is; zonder: vandaag.")
@day_option("--until", "De laatste dag waarop je het mag gebruiken; zonder: geen einde.")
@click.option("--licence", default="", type=NOTE, metavar="TEKST", help="Wat je ermee mag.")
@click.option(
    "--text", multiple=True, type=KEY, metavar="SOORT", help="Een tekst die erin zit; mag vaker."
)
@click.option("--pictures", is_flag=True, help="Er zitten beelden in.")
@click.option("--remove", is_flag=True, help="Er is geen landelijk materiaal (meer).")
@_by
def material(  # noqa: PLR0917 - the options of the command
    edition: str,
    url: str | None,
    since: datetime | None,
    until: datetime | None,
    licence: str,
    text: tuple[str, ...],
    by: str,
    *,
    pictures: bool,
    remove: bool,
) -> None:
    """Leg vast welk landelijk materiaal (de toolkit van de organisator) er voor een editie is.

    Wat er al stond, wordt vervangen.
    """
    from campagne.domain import national
    from campagne.domain.national import NationalMaterial
    from campagne.services.national import recording
    from campagne.services.rotas import edition_changes
    from campagne.services.rotas.edition_changes import ChangeKind

    if remove is (url is not None):
        raise click.UsageError("Geef --url met het webadres, of --remove.")
    with service() as app, app.database.session() as session:
        now, today = app.clock.now(), app.clock.today()
        found = None
        if url is not None:
            found = NationalMaterial(
                url=url,
                since=since.date() if since else today,
                licence=licence,
                until=until.date() if until else None,
                kinds=national.kinds(text),
                pictures=pictures,
            )
        kind = ChangeKind.NO_MATERIAL if remove else ChangeKind.MATERIAL
        with edition_changes.noted(session, edition, kind, now=now):
            recording.record(session, edition, found, by=by, now=now, today=today)
    click.echo(
        "Het landelijke materiaal is weggehaald."
        if remove
        else "Het landelijke materiaal staat erbij."
    )


_ANSWERS = {"akkoord": "agreed", "wijkt-af": "differs", "geen-antwoord": "proposed"}


@rota.command()
@click.argument("key", metavar="ROOSTERJAAR", type=KEY)
@click.argument("gemeente", metavar="GEMEENTE", type=KEY)
@click.argument("said", metavar="ANTWOORD", type=click.Choice(list(_ANSWERS)))
@click.option("--note", default="", type=NOTE, metavar="TEKST", help="Wat de gemeente anders doet.")
@by_option("Beleid Katwijk, in het overleg")
def agree(key: str, gemeente: str, said: str, note: str, by: str) -> None:
    """Leg vast wat een gemeente zegt van een roosterjaar: akkoord, wijkt-af of geen-antwoord.

    Voor een antwoord per telefoon of in een overleg. Een roosterjaar heet bijvoorbeeld
    duin-en-bollenstreek-2027.
    """
    from campagne.domain.rota import Agreement
    from campagne.services.rotas import rota_answers

    with service() as app, app.database.session() as session:
        effect = rota_answers.record_for(
            session,
            key,
            gemeente,
            Agreement(_ANSWERS[said]),
            text=note,
            by=by,
            now=app.clock.now(),
            today=app.clock.today(),
        )
    for place, answer in effect.after.items():
        click.echo(printable(f"{place}: {answer}"))


def _tell(lines: list[str]) -> None:
    for line in lines:
        click.echo(printable(line))
