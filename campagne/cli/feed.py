"""campagne feed: the feeds as files."""

from pathlib import Path

import click

from campagne.cli.output import progress, service


@click.group()
def feed() -> None:
    """De agenda's (iCal) als bestanden."""


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
