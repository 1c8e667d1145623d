"""campagne contacts: who gets what, and who stands in for whom."""

import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import click

from campagne.cli import NEEDS_ATTENTION
from campagne.cli.output import format_option, service, show
from campagne.cli.parameters import KEY, day_option

if TYPE_CHECKING:
    from campagne.domain.playbook import Role

_RHYTHMS = {"direct": "at_once", "wekelijks": "weekly"}
_contact = click.argument("contact", metavar="CONTACT", type=KEY)


@click.group()
def contacts() -> None:
    """De contactpersonen: wat ze krijgen, en wie hen vervangt."""


@contacts.command("list")
@click.option("--gemeente", type=KEY, metavar="SLEUTEL", help="Alleen deze gemeente: katwijk.")
@format_option
def list_them(gemeente: str | None, as_format: str) -> None:
    """Toon de contactpersonen en wat ze willen krijgen.

    Zegt ook voor welk werk niemand meer herinneringen krijgt; dan is de uitgangscode 3.
    """
    from campagne.services.people import preferences

    with service() as app, app.database.read() as session:
        found = preferences.list_contacts(session, gemeente)
        missing = preferences.unattended(session, gemeente)
    rhythms = {value: name for name, value in _RHYTHMS.items()}
    show(
        [
            {
                "contactpersoon": one.key,
                "naam": one.name,
                "adres": one.email,
                "werk": one.work,
                "ritme": rhythms[one.wanted.rhythm.value],
                "staat uit": one.off,
                "afwezig van": one.wanted.absence and one.wanted.absence.first,
                "afwezig tot en met": one.wanted.absence and one.wanted.absence.last,
                "vervanger": one.deputy,
            }
            for one in found
        ],
        as_format,
        "Er zijn geen contactpersonen.",
    )
    for sentence in missing:
        click.echo(sentence, err=True)
    if missing:
        sys.exit(NEEDS_ATTENTION)


def _campaign_option(name: str, text: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(name, type=KEY, multiple=True, metavar="CAMPAGNE[:ROL]", help=text)


@contacts.command("set")
@_contact
@click.option(
    "--rhythm",
    type=click.Choice(list(_RHYTHMS)),
    help="Elke herinnering op de dag zelf, of één mail per week.",
)
@click.option(
    "--reminders/--no-reminders",
    default=None,
    help="Herinneringen, en bericht als een campagne verandert.",
)
@click.option("--broadcasts/--no-broadcasts", default=None, help="Regioberichten.")
@_campaign_option("--mute", "Geen herinneringen meer over deze campagne.")
@_campaign_option("--unmute", "Weer herinneringen over deze campagne.")
def set_them(  # noqa: PLR0917 - each is an option
    contact: str,
    rhythm: str | None,
    reminders: bool | None,  # noqa: FBT001 - click gives it by name
    broadcasts: bool | None,  # noqa: FBT001 - click gives it by name
    mute: tuple[str, ...],
    unmute: tuple[str, ...],
) -> None:
    """Leg vast wat een contactpersoon wil krijgen.

    Wat je niet noemt, blijft zoals het is. Wat klaarstaat en niet meer gewenst is, wordt
    ingetrokken.
    """
    from dataclasses import replace

    from campagne.domain.preferences import Rhythm
    from campagne.services.audit import by_command
    from campagne.services.people import preferences

    with service() as app, app.database.session() as session:
        wanted = preferences.of(session, contact)
        if rhythm is not None:
            wanted = replace(wanted, rhythm=Rhythm(_RHYTHMS[rhythm]))
        if reminders is not None:
            wanted = replace(wanted, reminders=reminders)
        if broadcasts is not None:
            wanted = replace(wanted, broadcasts=broadcasts)
        muted = wanted.muted
        for campaign, role in _with_roles(mute):
            muted = preferences.without(session, muted, campaign, role)
        for campaign, role in _with_roles(unmute):
            muted = preferences.again(session, muted, campaign, role)
        changed = preferences.store(
            session,
            contact,
            replace(wanted, muted=muted),
            today=app.clock.today(),
            now=app.clock.now(),
        )
        if changed:
            by_command(
                session, "keuzes voor mail gewijzigd", of=("contact", contact), now=app.clock.now()
            )
    click.echo("Vastgelegd." if changed else "Dat was al zo. Er is niets veranderd.")


@contacts.command()
@_contact
@day_option("--from", "De eerste dag van de afwezigheid, bijvoorbeeld 2026-12-21.", required=True)
@day_option("--until", "De laatste dag van de afwezigheid.", required=True)
@click.option(
    "--deputy", required=True, type=KEY, metavar="SLEUTEL", help="De contactpersoon die vervangt."
)
def absent(contact: str, deputy: str, until: datetime, **first: datetime) -> None:
    """Leg vast wie een contactpersoon vervangt, van en tot en met welke dag.

    De vervanger krijgt een kopie van elke herinnering, elk bericht over een verandering en elk
    regiobericht, en kan stappen afvinken.
    """
    from campagne.domain import dutch
    from campagne.domain.dates import Span
    from campagne.services.audit import by_command
    from campagne.services.people import preferences

    with service() as app, app.database.session() as session:
        absence = Span(first["from"].date(), until.date())
        preferences.set_absence(
            session, contact, absence, deputy, today=app.clock.today(), now=app.clock.now()
        )
        by_command(session, "afwezigheid vastgelegd", of=("contact", contact), now=app.clock.now())
        name, wanted = preferences.find(session, deputy).name, preferences.of(session, deputy)
    click.echo(f"Vastgelegd: {dutch.on_or_from(dutch.period(absence))} krijgt {name} een kopie.")
    off = [
        text
        for text, gets in (
            ("herinneringen", wanted.reminders),
            ("regioberichten", wanted.broadcasts),
        )
        if not gets
    ]
    if off:
        click.echo(
            f"Let op: {name} wil geen {dutch.join(off)}, en krijgt daar dus geen kopie van.",
            err=True,
        )
        sys.exit(NEEDS_ATTENTION)


@contacts.command()
@_contact
def back(contact: str) -> None:
    """Leg vast dat een contactpersoon er weer is: er gaan geen kopieën meer naar de vervanger."""
    from campagne.services.audit import by_command
    from campagne.services.people import preferences

    with service() as app, app.database.session() as session:
        ended = preferences.end_absence(
            session, contact, today=app.clock.today(), now=app.clock.now()
        )
        if ended:
            by_command(
                session, "afwezigheid beëindigd", of=("contact", contact), now=app.clock.now()
            )
    click.echo(
        "Vastgelegd. Er gaan geen kopieën meer uit."
        if ended
        else "Deze contactpersoon had geen vervanger. Er is niets veranderd."
    )


@contacts.command("reset-code")
@_contact
def reset_code(contact: str) -> None:
    """Laat iemand opnieuw beginnen met inloggen, en log diegene overal uit.

    Voor wie de app met codes kwijt is, of een ander account bij de organisatie kreeg. Kijk eerst of
    de vraag echt van die persoon komt.
    """
    from campagne.services.audit import by_command
    from campagne.services.entrance import second_factor
    from campagne.services.people import preferences

    with service() as app, app.database.session() as session:
        preferences.find(session, contact)
        second_factor.reset(session, contact)
        by_command(session, second_factor.RESET, of=("contact", contact), now=app.clock.now())
    click.echo("Deze contactpersoon is overal uitgelogd, en begint bij het inloggen opnieuw.")


def _with_roles(texts: Iterable[str]) -> "list[tuple[str, Role | None]]":
    """Read what follows --mute; without a role it is whatever the role."""
    from campagne.domain.playbook import Role
    from campagne.errors import InvalidInputError

    roles = {one.value: one for one in Role}
    pairs: list[tuple[str, Role | None]] = []
    for text in texts:
        campaign, colon, role = text.partition(":")
        if colon and role not in roles:
            raise InvalidInputError(f"'{role}' is geen rol. Kies uit: {', '.join(roles)}.")
        pairs.append((campaign, roles.get(role)))
    return pairs
