"""What people read for a state or a role: one Dutch word for it, on pages and in lists."""

from collections.abc import Mapping
from enum import StrEnum

from campagne.domain import dutch
from campagne.domain.answers import Source
from campagne.domain.broadcasts import BroadcastState
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.evaluations import Channel
from campagne.domain.involvement import Involvement
from campagne.domain.local_plans import ActionKind, LocalAction
from campagne.domain.news import NewsKind
from campagne.domain.playbook import Role
from campagne.domain.proposals import ProposalState
from campagne.domain.reminders import Answer, Lateness, StepStatus
from campagne.domain.rota import Agreement, EditionStatus
from campagne.domain.texts import TextKind

# By class: members of two enums that have the same value are equal.
WORDS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    EditionStatus: {
        EditionStatus.PROVISIONAL: "voorlopig",
        EditionStatus.CONFIRMED: "bevestigd",
        EditionStatus.CANCELLED: "gaat niet door",
    },
    Agreement: {
        Agreement.PROPOSED: "voorgesteld",
        Agreement.AGREED: "akkoord",
        Agreement.DIFFERS: "doet iets anders",
    },
    Role: {
        Role.COMMUNICATION: "communicatiemedewerker",
        Role.POLICY: "beleidsmedewerker",
        Role.CENTRE: "medewerker van de centrumgemeente",
        Role.ADMIN: "beheerder",
    },
    StepStatus: {
        StepStatus.OPEN: "open",
        StepStatus.DONE: "gedaan",
        StepStatus.SKIPPED: "overgeslagen",
    },
    Lateness: {
        Lateness.STILL_USEFUL: "te laat, maar het kan nog",
        Lateness.OVER: "voorbij",
        Lateness.BEFORE_IT_BEGAN: "was al voorbij toen jullie begonnen",
    },
    Answer: {
        Answer.JOIN: "doet mee",
        Answer.DECLINE: "doet niet mee",
        Answer.LATER: "beslist later",
    },
    Source: {
        Source.LINK: "via de link",
        Source.PHONE: "per telefoon",
        Source.MAIL: "per mail",
        Source.MEETING: "in een overleg",
    },
    ActionKind: {
        ActionKind.WEBSITE: "bericht op de website",
        ActionKind.SOCIAL: "berichten op sociale media",
        ActionKind.NEWSPAPER: "bericht op de gemeentepagina",
        ActionKind.INTRANET: "bericht op intranet, voor collega's",
        ActionKind.POSTERS: "posters of schermen",
        ActionKind.LIGHTING: "gebouw verlichten of vlag hijsen",
        ActionKind.EVENT: "bijeenkomst voor inwoners",
        ActionKind.TRAINING: "training of lezing voor professionals",
        ActionKind.SCHOOLS: "actie met scholen",
        ActionKind.PARTNERS: "actie met sport, welzijn of andere partners",
        ActionKind.COUNCIL: "college of raad doet mee",
        ActionKind.OTHER: "iets anders",
    },
    Channel: {
        Channel.WEBSITE: "bezoekers van de webpagina",
        Channel.SOCIAL: "keer gezien op sociale media",
        Channel.NEWSPAPER: "oplage van de krant met de gemeentepagina",
        Channel.NEWSLETTER: "lezers van nieuwsbrieven",
        Channel.INTRANET: "collega's op intranet",
        Channel.SCREENS: "posters en schermen",
        Channel.MEETINGS: "bezoekers van bijeenkomsten en trainingen",
    },
    Involvement: {
        Involvement.JOINS: "doet mee",
        Involvement.DECLINES: "doet niet mee",
        Involvement.LATER: "beslist later",
        Involvement.SILENT: "nog geen antwoord",
        Involvement.ON_ROTA: "op het rooster",
        Involvement.ASKS: "vraagt de anderen",
        Involvement.NOT_ASKED: "niet gevraagd",
        Involvement.ELSEWHERE: "niet voor deze gemeente",
    },
    ProposalState: {
        ProposalState.OPEN: "wacht op een besluit",
        ProposalState.ACCEPTED: "overgenomen",
        ProposalState.REFUSED: "niet overgenomen",
        ProposalState.WITHDRAWN: "ingetrokken",
    },
    BroadcastState: {
        BroadcastState.DRAFT: "concept",
        BroadcastState.SUBMITTED: "wacht op goedkeuring",
        BroadcastState.APPROVED: "goedgekeurd",
        BroadcastState.SCHEDULED: "ingepland",
        BroadcastState.RELEASED: "wordt verstuurd",
        BroadcastState.PAUSED: "gepauzeerd",
        BroadcastState.CANCELLED: "gestopt",
        BroadcastState.DONE: "verstuurd",
    },
    DeliveryState: {
        DeliveryState.HELD: "vastgehouden",
        DeliveryState.DUE: "wacht op verzending",
        DeliveryState.CLAIMED: "wordt verzonden",
        DeliveryState.SENDING: "wordt verzonden",
        DeliveryState.ACCEPTED: "verzonden",
        DeliveryState.DEFERRED: "uitgesteld",
        DeliveryState.BOUNCED: "teruggekomen",
        DeliveryState.FAILED: "mislukt",
        DeliveryState.UNKNOWN: "onbekend",
        DeliveryState.CANCELLED: "ingetrokken",
    },
    TextKind: {
        TextKind.WEBSITE: "bericht voor de website",
        TextKind.MUNICIPAL_PAGE: "gemeentepagina in de krant",
        TextKind.X: "X",
        TextKind.FACEBOOK: "Facebook en Instagram",
        TextKind.LINKEDIN: "LinkedIn",
        TextKind.NEWSLETTER: "nieuwsbrief",
        TextKind.POSTER: "poster en scherm",
        TextKind.PRESS: "persbericht",
        TextKind.QUOTE: "citaat van de wethouder",
        TextKind.INTRANET: "intranet",
        TextKind.CALL_CENTRE: "vragen en antwoorden voor het KCC",
        TextKind.SCHOOLS: "mail aan scholen",
        TextKind.SPORT: "mail aan sportclubs",
        TextKind.WELFARE: "mail aan welzijnsorganisaties",
        TextKind.COUNCIL: "raadsinformatie",
        TextKind.SIGNAL: "bericht aan de regio",
        TextKind.EVALUATION: "evaluatie",
    },
    NewsKind: {
        NewsKind.STEP_BACK: "een stap die is teruggenomen",
        NewsKind.DEPUTY: "dat je een collega vervangt",
        NewsKind.DEPUTY_ENDED: "dat je een collega niet meer vervangt",
        NewsKind.DATES_PROPOSED: "een datum die is voorgesteld",
        NewsKind.DATES_DECIDED: "het besluit over je datum",
        NewsKind.ROTA_AGREED: "dat alle gemeenten akkoord zijn",
        NewsKind.ROTA_DIFFERS: "dat een gemeente iets anders kiest",
        NewsKind.SWITCHED_OFF: "dat mail is uitgezet",
        NewsKind.ANSWERED: "een antwoord op je regiobericht",
        NewsKind.MATERIAL_DEAD: "een link die niet meer werkt",
        NewsKind.MATERIAL_UNSURE: "een link die je zelf moet nakijken",
    },
    MessageKind: {
        MessageKind.REMINDER: "herinnering",
        MessageKind.BROADCAST: "regiobericht",
        MessageKind.SILENCE: "vraag om alsnog te antwoorden",
        MessageKind.CONFIRMATION: "bevestiging van een antwoord",
        MessageKind.NOTICE: "bericht over een wijziging",
        MessageKind.HANDOVER: "bericht dat een collega een stap overdraagt",
        MessageKind.PROPOSAL: "voorstel voor het rooster",
        MessageKind.APPROVAL: "bericht over een regiobericht",
        MessageKind.PLAN: "planning van een jaar",
        MessageKind.REPORT: "melding over mail die niet aankwam",
        MessageKind.CHECK: "vraag of de gegevens nog kloppen",
        MessageKind.REQUEST: "verzoek aan de beheerder",
        MessageKind.EVALUATION: "vraag om terug te kijken",
        MessageKind.MATERIAL: "bericht dat er landelijk materiaal is",
        MessageKind.NEWS: "bericht over een voorstel, vervanging of keuze",
        MessageKind.LOGIN: "inloglink",
    },
}


def word(of: StrEnum) -> str:
    """Return the Dutch word for a member of one of these enums.

    Raises:
        KeyError: for an enum that people never read.
    """
    return WORDS[type(of)][of]


def in_words(action: LocalAction) -> str:
    """Return a local action as one Dutch phrase: what kind, in whose words, on which day."""
    if action.kind is ActionKind.OTHER:
        said = action.text
    else:
        said = word(action.kind) + (f": {action.text}" if action.text else "")
    return said[:1].upper() + said[1:] + (f" ({dutch.day(action.on)})" if action.on else "")
