"""campagne answer: what a gemeente said by phone or in a meeting."""

import click

from campagne.cli.output import service
from campagne.cli.parameters import KEY, by_option

_ANSWERS = {"join": "doet mee", "decline": "doet niet mee", "later": "beslist later"}


@click.command()
@click.argument("edition", metavar="EDITIE", type=KEY)
@click.argument("gemeente", metavar="GEMEENTE", type=KEY)
@click.argument("answer", metavar="ANTWOORD", type=click.Choice(list(_ANSWERS)))
@by_option("Beleid Katwijk, in het overleg")
def answer(edition: str, gemeente: str, answer: str, by: str) -> None:
    """Leg vast of een gemeente meedoet: join (ja), decline (nee) of later.

    Voor een antwoord per telefoon of in een overleg. De herinneringen gaan mee, en de
    contactpersonen van de gemeente krijgen een bevestiging.
    """
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
