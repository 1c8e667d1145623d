"""campagne feed: the feeds as files, and the calendars of organisers that are read."""

import sys
from pathlib import Path

import click

from campagne.cli import NEEDS_ATTENTION
from campagne.cli.output import format_option, progress, service, show


@click.group()
def feed() -> None:
    """De agenda's (iCal) als bestanden, en die van organisatoren."""


@feed.command()
@click.argument("folder", metavar="MAP", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Schrijf alle agenda's en een index.html naar MAP, voor een gewone webserver.

    Alleen wat veranderde wordt geschreven, en elk bestand in één keer.
    """
    from campagne.services.publishing.feed_export import export as export_feeds
    from campagne.services.publishing.feeds import feed_list

    with service() as app:
        with app.database.read() as session:
            number = len(feed_list(session))
        with progress("Agenda's schrijven", number) as count:
            report = export_feeds(app.database, app.links, app.clock, folder, done=count)
    click.echo(
        f"{len(report.written)} geschreven, {len(report.unchanged)} ongewijzigd,"
        f" {len(report.removed)} verwijderd in {folder}"
    )


@feed.command()
@format_option
def read(*, as_format: str) -> None:
    """Lees nu de agenda's van de organisatoren, en laat zien wat daar staat.

    Elke dag gebeurt dat vanzelf. Een andere datum wordt een voorstel; er verandert niets.
    """
    from campagne.services.rotas.organiser_calendars import read_due

    with service() as app:
        done = read_due(app.database, app.fetch_calendar, app.clock, everything=True)
    show(
        [
            {
                "campagne": one.campaign,
                "uitkomst": one.fault or ("gelezen" if one.is_new else "niets nieuws"),
                "voorstellen": one.proposals,
                "let op": " ".join(one.remarks),
            }
            for one in done
        ],
        as_format,
        "Er is geen campagne met een agenda van de organisator.",
    )
    if any(one.fault or one.remarks or one.proposals for one in done):
        sys.exit(NEEDS_ATTENTION)
