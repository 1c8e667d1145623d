"""campagne tick: one round of the clock."""

import sys
from typing import TYPE_CHECKING

import click

from campagne.cli import NEEDS_ATTENTION
from campagne.cli.output import format_option, progress, service, show
from campagne.cli.reminders import TIMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from campagne.bootstrap import App
    from campagne.services.national.links import Found


@click.command()
@click.option("--dry-run", is_flag=True, help="Laat alleen zien wat er zou gebeuren.")
@format_option
def tick(*, dry_run: bool, as_format: str) -> None:
    """Doe één ronde van de klok: plan, zet klaar wat aan de beurt is, en verzend het.

    Voor cron: roep dit elke paar minuten aan als er geen 'campagne worker' draait. Nog een keer
    aanroepen verstuurt niets dubbel.
    """
    import os

    from campagne.clock import AMSTERDAM
    from campagne.services.national import links
    from campagne.services.outbox import delivery, sending
    from campagne.services.planning import rounds
    from campagne.services.regional import mailing
    from campagne.services.rotas import organiser_calendars

    with service() as app:
        if dry_run:
            others = [
                (f"planning voor {year}", email)
                for email, year in rounds.foresee_plans(
                    app.database, clock=app.clock, autumn=app.autumn
                )
            ]
            others += [
                (
                    f"bericht over mislukte mail ({one.mails})"
                    if one.mails
                    else f"bericht over wie niet antwoordde ({one.silent})",
                    one.email,
                )
                for one in rounds.foresee_reports(app.database, clock=app.clock)
            ]
            others += rounds.foresee_others(app.database, clock=app.clock)
            beside = [
                {
                    "uiterlijk": app.clock.today(),
                    "keer": what,
                    "editie": "",
                    "stap": "",
                    "gemeente": "",
                    "aan": email,
                }
                for what, email in others
            ]
            show(
                [
                    {
                        "uiterlijk": one.due_on,
                        "keer": TIMES[one.level]
                        + (f", kopie van {one.copy_of}" if one.copy_of else ""),
                        "editie": one.edition,
                        "stap": one.step,
                        "gemeente": one.municipality,
                        "aan": one.email,
                    }
                    for one in rounds.foresee(app.database, clock=app.clock)
                ]
                + beside,
                as_format,
                "Er is niets aan de beurt.",
            )
            return
        prepared = rounds.prepare(
            app.database,
            mails=app.mails,
            links=app.links,
            clock=app.clock,
            autumn=app.autumn,
            four_eyes=app.four_eyes,
            keep_days=app.keep_mail_days,
        )
        made = prepared.mails + mailing.make(
            app.database, links=app.links, mails=app.mails, clock=app.clock
        )
        with progress("Mail versturen", made) as count:

            def before_each_mail() -> bool:
                count()
                return False

            sent = sending.send_due(
                app.database,
                app.channel,
                app.clock.now,
                owner=f"tick:{os.getpid()}",
                stop=before_each_mail,
                throttle=app.throttle,
            )
        if prepared.reminders and app.signals is not None:
            app.signals.tell(prepared.at)
        came_back, unread = _read_box(app)
        calendars = organiser_calendars.read_due(app.database, app.fetch_calendar, app.clock)
        links_asked = links.check_due(app.database, app.ask_link, app.clock)
        with app.database.read() as session:
            waiting, until = delivery.waiting(session)
    result = {
        "klaargezet": made,
        "herinneringen": prepared.reminders,
        "vervallen": prepared.expired,
        "verzonden": sent.accepted,
        "uitgesteld": sent.deferred,
        "mislukt": sent.failed,
        "onbekend": sent.unknown,
        "wachtend": waiting,
        "teruggekomen": came_back,
        "overgeslagen": len(prepared.left_out),
        "datumvoorstellen": sum(one.proposals for one in calendars),
    }
    show([result], as_format, "")
    if until is not None:
        verb = "mail wacht" if waiting == 1 else "mails wachten"
        at = until.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{waiting} {verb} nog, tot {at} of later.", err=True)
    if sent.closed:
        click.echo(f"{sent.closed} De mail blijft klaarstaan.", err=True)
    if prepared.left_out:
        click.echo(
            f"Er kon geen mail worden gemaakt voor {', '.join(prepared.left_out)}."
            " Met 'campagne --debug tick' zie je waarom.",
            err=True,
        )
    if unread:
        click.echo(unread, err=True)
    faults = [one for one in calendars if one.fault]
    for one in faults:
        click.echo(f"Agenda voor {one.campaign}: {one.fault}", err=True)
    dead = _tell_dead(links_asked)
    trouble = (
        sent.closed
        or sent.deferred
        or sent.failed
        or sent.unknown
        or came_back
        or unread
        or faults
        or dead
    )
    if waiting or trouble or prepared.left_out:
        sys.exit(NEEDS_ATTENTION)


def _tell_dead(asked: "Iterable[Found]") -> bool:
    """Say which links to national material are dead; return whether any is."""
    dead = [one for one in asked if one.is_dead]
    for one in dead:
        click.echo(f"Landelijk materiaal voor {one.edition}: {one.url}: {one.fault}", err=True)
    return bool(dead)


def _read_box(app: "App") -> tuple[int, str]:
    """Return how many mails came back, and what a person must know when that cannot be read."""
    from campagne.errors import CampagneError
    from campagne.services.outbox import bounces

    if app.bounce_box is None:
        return 0, ""
    try:
        return bounces.read(app.database, app.bounce_box, app.clock).came_back, ""
    except CampagneError as error:
        return 0, str(error)
