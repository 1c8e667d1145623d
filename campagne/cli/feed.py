"""campagne feed: the feeds as files."""

from pathlib import Path

import click

from campagne.cli.output import service


@click.group()
def feed() -> None:
    """De agenda's (iCal) als bestanden."""


@feed.command()
@click.argument("folder", metavar="MAP", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Schrijf alle agenda's en een index.html naar MAP, voor een gewone webserver.

    Alleen wat veranderde wordt geschreven, en elk bestand in één keer.
    """
    from campagne.services.feed_export import export as export_feeds

    with service() as app:
        report = export_feeds(app.database, app.links, app.clock, folder)
    click.echo(
        f"{len(report.written)} geschreven, {len(report.unchanged)} ongewijzigd,"
        f" {len(report.removed)} verwijderd in {folder}"
    )
