"""campagne answer: what a gemeente said by phone or in a meeting."""

from datetime import datetime

import click

from campagne.cli.output import service
from campagne.cli.parameters import KEY, by_option, day_option

_HOW = {"telefoon": "phone", "mail": "mail", "overleg": "meeting"}
_ANSWERS = {"join": "doet mee", "decline": "doet niet mee", "later": "beslist later"}


@click.command()
@click.argument("edition", metavar="EDITIE", type=KEY)
@click.argument("gemeente", metavar="GEMEENTE", type=KEY)
@click.argument("answer", metavar="ANTWOORD", type=click.Choice(list(_ANSWERS)))
@by_option("Beleid Katwijk")
@click.option(
    "--how", type=click.Choice(list(_HOW)), help="Hoe het antwoord kwam; anders is dat onbekend."
)
@day_option("--on", "De dag waarop het antwoord kwam; anders vandaag. Alleen met --how.")
@day_option("--until", "Bij later: de dag waarop de gemeente het weet.")
def answer(
    edition: str,
    gemeente: str,
    answer: str,
    *,
    by: str,
    how: str | None,
    on: datetime | None,
    until: datetime | None,
) -> None:
    """Leg vast of een gemeente meedoet: join (ja), decline (nee) of later.

    Voor een antwoord per telefoon, per mail of in een overleg. De herinneringen gaan mee, en de
    contactpersonen van de gemeente krijgen een bevestiging.
    """
    from campagne.domain.answers import Source, Told
    from campagne.domain.reminders import Answer
    from campagne.services.audit import Author, by_command
    from campagne.services.lookup import municipality
    from campagne.services.regional.participation import record

    with service() as app, app.database.session() as session:
        stored = record(
            session,
            edition_key=edition,
            municipality_key=gemeente,
            answer=Answer(answer),
            by=Author(by),
            now=app.clock.now(),
            today=app.clock.today(),
            links=app.links,
            mails=app.mails,
            until=until.date() if until else None,
            told=Told(Source(_HOW[how]), on.date() if on else app.clock.today()) if how else None,
        )
        name = municipality(session, gemeente).name
        if stored:
            by_command(
                session,
                "antwoord vastgelegd",
                of=("edition", edition),
                after={"gemeente": name, "antwoord": _ANSWERS[answer]},
                now=app.clock.now(),
            )
    said = f"{name} {_ANSWERS[answer]}."
    click.echo(f"Vastgelegd: {said}" if stored else f"Dat was al het antwoord: {said}")
