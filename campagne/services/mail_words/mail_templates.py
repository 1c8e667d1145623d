"""The mails whose words can be changed on a page, and the words that are in use."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, select

from campagne.domain.delivery import MessageKind
from campagne.messages import Mails
from campagne.store.tables import MailTextRow
from campagne.templating import asks_for


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """A template that can be changed on a page.

    Attributes:
        title: what people call the mail.
        when: a Dutch sentence: who gets it, and when.
        required: the addresses without which the mail is of no use, as a placeholder names them.
        heads: the texts beside the body.
    """

    name: str
    title: str
    when: str
    kind: MessageKind
    required: tuple[str, ...]
    heads: tuple[str, ...] = ("onderwerp", "kop", "voorproef")


TEMPLATES: Mapping[str, MailTemplate] = {
    one.name: one
    for one in (
        MailTemplate(
            "herinnering",
            "Herinnering",
            "Voor wie een stap moet doen, als die stap aan de beurt is. Ook voor de tweede"
            " herinnering, het weekoverzicht en de mail aan collega's.",
            MessageKind.REMINDER,
            ("done_url", "preferences_url"),
        ),
        MailTemplate(
            "wijziging",
            "Een campagne verandert",
            "Voor wie al een mail over een campagne kreeg, als die een andere datum krijgt, niet"
            " doorgaat of toch doorgaat.",
            MessageKind.NOTICE,
            ("preferences_url",),
        ),
        MailTemplate(
            "overdracht",
            "Een collega draagt een stap over",
            "Voor wie een stap overneemt van een collega.",
            MessageKind.HANDOVER,
            ("done_url",),
        ),
        MailTemplate(
            "bericht",
            "Klein nieuws",
            "Voor één persoon: een stap is teruggenomen, je vervangt een collega, er is een datum"
            " voorgesteld, wat er met je voorstel gebeurt, dat mail is uitgezet, of wat gemeenten"
            " antwoorden op je regiobericht.",
            MessageKind.NEWS,
            (),
        ),
        MailTemplate(
            "regiobericht-tekst",
            "Regiobericht: de eerste tekst",
            "Waarmee de centrumgemeente begint als die een regiobericht schrijft.",
            MessageKind.BROADCAST,
            (),
            ("onderwerp",),
        ),
        MailTemplate(
            "regiobericht",
            "Regiobericht: de mail eromheen",
            "Voor elke gemeente in de regio, als de centrumgemeente een regiobericht verstuurt.",
            MessageKind.BROADCAST,
            ("answer_url", "preferences_url"),
        ),
        MailTemplate(
            "regiobericht-nieuws",
            "Regiobericht: nalezen en goedkeuren",
            "Voor wie een regiobericht naleest, en voor wie het schreef: als het is goedgekeurd,"
            " terugkomt, of niet weg kon op het gekozen moment.",
            MessageKind.APPROVAL,
            ("url",),
        ),
        MailTemplate(
            "nog-geen-antwoord",
            "Regiobericht: nog geen antwoord",
            "Voor wie het regiobericht kreeg en niet antwoordde, één keer na de gevraagde dag. Een"
            " paar werkdagen later voor een collega die het niet kreeg.",
            MessageKind.SILENCE,
            ("answer_url", "preferences_url"),
        ),
        MailTemplate(
            "antwoord-bevestiging",
            "Bevestiging van een antwoord",
            "Voor de contactpersonen van een gemeente, als die antwoordt op een regiobericht.",
            MessageKind.CONFIRMATION,
            ("edition_url",),
        ),
        MailTemplate(
            "roostervoorstel",
            "Voorstel voor het rooster",
            "Voor wie in de regio het beleid doet, als iemand een jaar voorstelt of een voorstel"
            " verandert.",
            MessageKind.PROPOSAL,
            ("url",),
        ),
        MailTemplate(
            "najaar",
            "De campagnes van volgend jaar",
            "Voor elke contactpersoon, één keer per jaar in het najaar.",
            MessageKind.PLAN,
            ("sheet_url", "preferences_url"),
        ),
        MailTemplate(
            "klopt-dit-nog",
            "Kloppen je gegevens nog?",
            "Voor elke contactpersoon, op de dagen van de regio waarop we dat vragen.",
            MessageKind.CHECK,
            ("url",),
        ),
        MailTemplate(
            "landelijk-materiaal",
            "Er is landelijk materiaal",
            "Voor wie werkt voor een gemeente die meedoet, één keer als er een toolkit van de"
            " organisator is.",
            MessageKind.MATERIAL,
            ("url", "preferences_url"),
        ),
        MailTemplate(
            "terugkijken",
            "Hoe ging de campagne?",
            "Voor wie werkt voor een gemeente die meedeed, twee en zes weken na het einde, zolang"
            " er niets is ingevuld.",
            MessageKind.EVALUATION,
            ("url", "preferences_url"),
        ),
        MailTemplate(
            "klopt-niet",
            "Iemands gegevens kloppen niet",
            "Voor wie de contactpersonen beheert, als iemand antwoordt dat er iets niet klopt.",
            MessageKind.REQUEST,
            ("url",),
        ),
        MailTemplate(
            "verzoek-wissen",
            "Iemand vraagt om gewist te worden",
            "Voor wie de contactpersonen beheert.",
            MessageKind.REQUEST,
            ("url",),
        ),
        MailTemplate(
            "mislukt",
            "Een mail kwam niet aan",
            "Voor wie er iets aan kan doen, als een mail niet aankomt. Hoogstens één keer per dag.",
            MessageKind.REPORT,
            (),
        ),
        MailTemplate(
            "inloggen",
            "Inloggen",
            "Voor wie vraagt om in te loggen.",
            MessageKind.LOGIN,
            ("url",),
        ),
    )
}


def in_use(session: Session, mails: Mails) -> Mails:
    """Return what makes mails with the words that are in use now; ask it in each transaction.

    Args:
        session: any session.
        mails: what makes them from the files.
    """
    own = {row.name: row.source for row in session.exec(select(MailTextRow))}
    return mails.with_own(own) if own else mails


def knows(session: Session, name: str, value: str) -> bool:
    """Say whether the words in use of a mail have a place for a value that the file has one for.

    Own words were maybe written before the file had that value.

    Args:
        session: any session.
        name: of the template.
        value: what the words of the file ask for.
    """
    row = session.get(MailTextRow, name)
    return row is None or asks_for(row.source, value)
