"""campagne reminders: what is planned."""

from datetime import datetime

import click

from campagne.cli.output import format_option, service, show
from campagne.cli.parameters import day_option

TIMES = ("eerste", "tweede", "aan collega", "aan centrumgemeente")  # by level


@click.group()
def reminders() -> None:
    """De herinneringen die gepland staan."""


@reminders.command("list")
@day_option("--until", "Tot en met deze dag, bijvoorbeeld 2026-12-31.", required=True)
@format_option
def list_reminders(until: datetime, as_format: str) -> None:
    """Toon welke herinneringen tot en met een dag worden verstuurd, en aan wie."""
    from campagne.services.planning.due_reminders import list_planned

    with service() as app, app.database.read() as session:
        due = list_planned(session, until=until.date())
    show(
        [
            {
                "datum": one.due_on,
                "nuttig tot": one.valid_until,
                "editie": one.edition,
                "stap": one.step,
                "keer": TIMES[one.level],
                "gemeente": one.municipality,
                "contactpersoon": one.contact,
                "adres": one.email,
            }
            for one in due
        ],
        as_format,
        "Er staan geen herinneringen gepland tot en met die dag.",
    )
