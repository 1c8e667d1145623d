"""What each placeholder of a mail stands for, for who writes a text. The code says which there are.

A test holds the two together: a placeholder without its meaning is a failure, and the other way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campagne.messages import values_of
from campagne.services.mail_words import mail_situations

_LONGEST = 60

_READER = {"name": "wie de mail krijgt"}
_COPY = {"copy_note": "van wie deze mail een kopie is; leeg als het geen kopie is"}
_CHOOSE = {"preferences_url": "link: waar de lezer andere of minder mails kiest"}
_ANSWERS = {"questions_to": "wie een antwoord op de mail leest; leeg als niemand dat doet"}
_SUBSCRIBE = {"subscribe_url": "link: abonneren op de kalender"}
_STEP = {
    "title": "de titel van de stap",
    "what": "wat je precies doet",
    "due": "de dag waarop de stap klaar moet zijn",
    "municipalities": "voor welke gemeenten",
    "late": "waar als die dag voorbij is",
    "waits_for_date": "waar als de stap wacht tot de datum vaststaat",
    "done_url": "link: deze stap afvinken",
}
_PROVISIONAL = {"provisional": "waar als de datum voorlopig is"}

# By the template, or the thing in a list of one.
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "herinnering": {
        **_READER,
        "blocks": "de campagnes in deze mail, een lijst",
        "next_on": "de dag van de volgende herinnering; leeg als er geen is",
        "reason": "waarom de lezer deze mail krijgt, een hele zin",
        **_SUBSCRIBE,
        "year_url": "link: het hele jaar",
        "weekly": "waar in een weekoverzicht",
        "more": "hoeveel stappen er nog zijn die niet in de mail staan; meestal 0",
        "mine_url": "link: de eigen stappen van de lezer",
        **_ANSWERS,
        **_COPY,
        **_CHOOSE,
        "step_count": "het aantal stappen in de mail",
        "chases": "waar als alle stappen al eerder zijn gemeld",
    },
    "EditionBlock": {
        "name": "de campagne",
        "theme": "het thema; kan leeg zijn",
        "period": "wanneer de campagne is",
        "in_time": "hoe ver weg de start is",
        **_PROVISIONAL,
        "url": "link: de campagne",
        "why": "de regel achter de datum, een hele zin; kan leeg zijn",
        "steps": "de stappen van deze campagne, een lijst",
        "signal": "waar als de campagne niet op het rooster staat",
        "begins": "begint of begon, en wanneer",
    },
    "StepLine": {
        **_STEP,
        "again": "waar bij de tweede herinnering",
        "colleagues": "wie de stap had moeten doen; leeg als dat de lezer is",
        "elsewhere": "waar als die collega bij een andere gemeente werkt",
    },
    "wijziging": {
        **_READER,
        "changes": "wat er verandert, een lijst",
        **_SUBSCRIBE,
        **_ANSWERS,
        **_COPY,
        **_CHOOSE,
    },
    "ChangeLine": {
        "kind": "moved (andere datum), cancelled (gaat niet door), resumed (gaat toch"
        " door) of confirmed (de datum staat vast)",
        "name": "de campagne",
        "old": "wanneer de campagne was",
        "new": "wanneer de campagne nu is",
        **_PROVISIONAL,
        "url": "link: de campagne",
        "planned": "de oude dagen na een werkwoord: van ..., op ...",
        "planned_now": "de nieuwe dagen na een werkwoord",
    },
    "overdracht": {
        **_READER,
        "by": "wie de stap overdraagt",
        "note": "wat die collega erbij schreef; kan leeg zijn",
        **_STEP,
        "missed": "de dag van de stap was al voorbij toen de gemeente begon",
        "campaign": "de campagne",
        "period": "wanneer de campagne is",
        **_PROVISIONAL,
        "edition_url": "link: de campagne",
        "mine_url": "link: Mijn stappen",
        **_COPY,
    },
    "regiobericht-tekst": {
        "campaign": "de campagne",
        "short_period": "wanneer de campagne is, kort",
        "runs": "wanneer de campagne is, na een werkwoord: van ..., op ...",
        "theme": "het thema; kan leeg zijn",
        **_PROVISIONAL,
        "summary": "waar de campagne over gaat; kan leeg zijn",
        "answer_by": "de laatste dag voor een antwoord",
        "material_url": "link: het landelijke materiaal; leeg als er geen is",
        "organiser": "de organisator",
        "edition_url": "link: de campagne",
    },
    "regiobericht": {
        **_READER,
        "municipality": "de gemeente die iets gevraagd wordt, of alle gemeenten van de lezer",
        "links": "de links van elk van die gemeenten, een lijst",
        "campaign": "de campagne",
        "subject": "het onderwerp dat de centrumgemeente schreef",
        "body": "wat de centrumgemeente schreef; zet er '| opmaak' achter",
        "answer_by": "de laatste dag voor een antwoord",
        "answer_url": "link: antwoord geven voor deze gemeente",
        "edition_url": "link: de campagne, met de teksten van de gemeente",
        "texts_url": "link: de teksten en beelden van de gemeente, om te downloaden",
        "author_name": "wie het bericht schreef",
        "author_municipality": "de centrumgemeente",
        "author_email": "het mailadres van wie het schreef",
        "author_phone": "het telefoonnummer van wie het schreef; kan leeg zijn",
        "region": "de regio",
        "texts": "waar als er teksten voor inwoners meegaan",
        "calendar": "waar als er een bestand voor de agenda bij zit",
        "files": "de bijlagen van de schrijver, met hun grootte; kan leeg zijn",
        "others": "voor welke andere gemeenten de link ook is; kan leeg zijn",
        **_COPY,
        **_CHOOSE,
    },
    "PlaceLinks": {
        "municipality": "de gemeente",
        "edition_url": "link: de campagne, met de teksten van die gemeente",
        "texts_url": "link: de teksten en beelden van die gemeente, om te downloaden",
    },
    "regiobericht-nieuws": {
        **_READER,
        "event": "asked (nalezen), approved (goedgekeurd), returned (komt terug) of hindered (kon"
        " niet weg)",
        "by": "wie het deed",
        "note": "wat die collega erbij schreef, of wat er misging; kan leeg zijn",
        "campaign": "de campagne, met het jaar",
        "region": "de regio die het regiobericht krijgt",
        "subject": "het onderwerp van het regiobericht",
        "url": "link: het regiobericht",
    },
    "nog-geen-antwoord": {
        **_READER,
        "municipalities": "welke gemeenten niet antwoordden",
        "several": "waar als dat er meer zijn",
        "campaign": "de campagne",
        "period": "wanneer de campagne is",
        **_PROVISIONAL,
        "asked_on": "de dag waarop het is gevraagd",
        "answer_by": "de dag waarop er antwoord zou zijn",
        "later": "waar als de gemeente zelf zei dat ze het die dag zou weten",
        "colleagues": "aan wie het is gevraagd; leeg als dat de lezer is",
        "answer_url": "link: antwoord geven",
        "edition_url": "link: de campagne",
        "author_name": "wie het vroeg; leeg als die weg is",
        "author_municipality": "de centrumgemeente",
        "author_phone": "het telefoonnummer van wie het vroeg; kan leeg zijn",
        **_COPY,
        **_CHOOSE,
    },
    "antwoord-bevestiging": {
        **_READER,
        "municipality": "de gemeente die antwoordde",
        "campaign": "de campagne",
        "period": "wanneer de campagne is",
        **_PROVISIONAL,
        "answer": "join (doet mee), decline (doet niet mee) of later",
        "by": "wie antwoordde, en hoe het antwoord kwam",
        "on": "de dag van het antwoord",
        "edition_url": "link: de campagne",
        "answer_url": "link: het antwoord veranderen; leeg als dat niet kan",
        "until": "bij later: de dag waarop de gemeente het weet; kan leeg zijn",
        "runs": "wanneer de campagne is, na een werkwoord: van ..., op ...",
    },
    "mislukt": {
        **_READER,
        "mails": "de mails die niet aankwamen, een lijst",
        "total": "hoeveel het er zijn; soms meer dan er in de lijst staan",
        "deliveries_url": "link: alle mails, voor de beheerder",
        "unknown": "van hoeveel niet zeker is of ze aankwamen",
        "silent": "wie niet antwoordde of de gegevens kloppen, een lijst; kan leeg zijn",
    },
    "FailedMail": {
        "number": "het nummer van de mail",
        "url": "link: deze mail, voor de beheerder",
        "contact_url": "link: wie de mail moest krijgen, voor de beheerder; kan leeg zijn",
        "to": "voor wie de mail was",
        "address": "het adres",
        "phone": "het telefoonnummer; kan leeg zijn",
        "subject": "het onderwerp van die mail",
        "on": "de dag waarop de mail klaarstond",
        "campaigns": "over welke campagnes, een lijst",
        "meaning": "wat er misging, in hele zinnen",
        "code": "de code van de mailserver; kan leeg zijn",
        "tries": "hoe vaak het is geprobeerd",
        "unknown": "waar als de mail misschien wel aankwam",
        "paused": "waar als er geen mail meer naar dit adres gaat",
        "corrected": "waar als het adres intussen is verbeterd",
        "can_resend": "waar als de mail opnieuw kan worden verstuurd",
        "broadcast": "waar bij een regiobericht",
    },
    "CampaignLine": {
        "name": "de campagne",
        "places": "voor welke gemeenten; kan leeg zijn",
        "url": "link: de campagne",
    },
    "roostervoorstel": {
        **_READER,
        "municipalities": "voor welke gemeenten de lezer antwoordt",
        "several": "waar als dat er meer zijn",
        "region": "de regio van het rooster",
        "year": "het jaar",
        "campaign": "de campagne in het voorstel",
        "by": "wie het voorstel doet",
        "why": "de reden; kan leeg zijn",
        "lines": "het voorstel, een lijst van paren: veld en tekst",
        "changes": "wat er veranderde, een lijst van drie: veld, was en wordt; leeg bij een nieuw"
        " voorstel",
        "voided": "welke gemeenten opnieuw moeten antwoorden; kan leeg zijn",
        "several_voided": "waar als dat er meer zijn",
        "url": "link: het voorstel lezen en antwoorden",
        **_COPY,
    },
    "najaar": {
        **_READER,
        "year": "het jaar",
        "municipalities": "de gemeenten van de lezer",
        "central": "de campagnes op hun rooster, een lijst",
        "others": "de andere campagnes, een lijst",
        "undated": "namen van campagnes zonder datum, een lijst",
        "sheet_url": "link: het Excel-bestand",
        "municipality_url": "link: Mijn gemeente",
        **_SUBSCRIBE,
        "year_url": "link: het hele jaar",
        **_ANSWERS,
        **_CHOOSE,
        "provisional": "waar als er een voorlopige datum bij is",
    },
    "PlanBlock": {
        "name": "de campagne",
        "theme": "het thema; kan leeg zijn",
        "period": "wanneer de campagne is",
        **_PROVISIONAL,
        "place": "voor welke gemeenten; leeg als dat alle van de lezer zijn",
        "lead": "wie de campagne leidt; kan leeg zijn",
        "central": "waar als de campagne op het rooster staat",
        "url": "link: de campagne",
        "steps": "de stappen, een lijst",
        "runs": "wanneer de campagne is, na een werkwoord: van ..., op ...",
    },
    "PlanStepLine": {
        "title": "de titel van de stap",
        "role": "wie de stap doet",
        "due": "de dag waarop de stap klaar moet zijn",
    },
    "klopt-dit-nog": {
        **_READER,
        "email": "het mailadres van de lezer",
        "phone": "het telefoonnummer van de lezer; kan leeg zijn",
        "work": "wat de lezer doet en voor welke gemeenten, een lijst",
        "deputy": "wie de lezer vervangt en wanneer; kan leeg zijn",
        "url": "link: nakijken en antwoorden",
        "until": "de dag waarop we graag antwoord hebben",
    },
    "terugkijken": {
        **_READER,
        "lines": "de campagnes om op terug te kijken, een lijst",
        "until": "de dag waarop we graag antwoord hebben",
        **_CHOOSE,
    },
    "EvaluationLine": {
        "campaign": "de campagne",
        "runs": "wanneer de campagne was, na een werkwoord: van ..., op ...",
        "municipality": "de gemeente",
        "again": "waar als het al eerder is gevraagd",
        "url": "link: terugkijken",
    },
    "landelijk-materiaal": {
        **_READER,
        "lines": "de campagnes met landelijk materiaal, een lijst",
        **_CHOOSE,
    },
    "MaterialLine": {
        "campaign": "de campagne, met het jaar",
        "url": "link: het landelijke materiaal",
        "holds": "wat erin zit; kan leeg zijn",
        "last_day": "de laatste dag waarop je het mag gebruiken; kan leeg zijn",
        "licence": "wat je ermee mag",
        **_PROVISIONAL,
        "municipality": "een gemeente van de lezer die meedoet",
        "texts_url": "link: de teksten van die gemeente",
    },
    "klopt-niet": {
        **_READER,
        "who": "wie antwoordt dat er iets niet klopt",
        "email": "het mailadres van die persoon",
        "phone": "het telefoonnummer van die persoon; kan leeg zijn",
        "work": "wat die persoon doet en voor welke gemeenten, een lijst",
        "remark": "wat er niet klopt, in eigen woorden",
        "url": "link: de contactpersoon",
    },
    "bericht": {
        **_READER,
        "lines": "het nieuws in deze mail, een lijst",
        "mine_url": "link: de eigen stappen van de lezer",
    },
    "NewsLine": {
        "says": "waar het over gaat: step_back (een stap is teruggenomen), deputy (je vervangt),"
        " deputy_ended (je vervangt niet meer), dates_proposed (datum voorgesteld), dates_decided"
        " (besluit over je datum), rota_agreed (allen akkoord met je jaar), rota_differs (een"
        " gemeente kiest anders), switched_off (mail uitgezet), answered (een antwoord op je"
        " regiobericht), material_dead (een link naar landelijk materiaal werkt niet meer) of"
        " material_unsure (die kunnen we niet nakijken)",
        "title": "waar het op neerkomt, in een paar woorden",
        "who": "wie iets deed of zei, of het adres dat niet werkt; kan leeg zijn",
        "about": "de campagne, het jaar van het rooster of het soort mail; kan leeg zijn",
        "step": "de titel van de stap; kan leeg zijn",
        "places": "voor welke gemeenten, of welke gemeente het zegt; kan leeg zijn",
        "when": "de dagen; kan leeg zijn",
        "reason": "de reden of de bron; kan leeg zijn",
        "accepted": "waar als je voorstel is overgenomen",
        "url": "link: meer hierover, of waar je het herstelt",
        "answers": "de antwoorden op je regiobericht, een lijst; kan leeg zijn",
    },
    "verzoek-wissen": {
        **_READER,
        "who": "wie het vraagt",
        "email": "het mailadres van wie het vraagt",
        "municipalities": "voor welke gemeenten die persoon werkt",
        "url": "link: de contactpersoon",
    },
    "inloggen": {**_READER, "url": "link: inloggen"},
}


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder with what it stands for and what stands there in the example."""

    name: str
    meaning: str
    example: str


@dataclass(frozen=True, slots=True)
class Group:
    """The placeholders of a mail, or of each thing in one of its lists.

    Attributes:
        each: the list, as a template names it; empty for the mail itself.
        meaning: what is in that list, in Dutch; empty for the mail itself.
    """

    each: str
    placeholders: tuple[Placeholder, ...]
    meaning: str = ""


def groups(template: str, example: object) -> list[Group]:
    """Return the placeholders of a template, with what an example has there."""
    found, kinds = [_group("", template, example)], {"": template}
    for of, inner in mail_situations.parts(example):
        around, _, name = of.rpartition(".")
        kinds[of] = kinds[name] = type(inner).__name__
        meaning = MEANINGS[kinds[around]][name].removesuffix(", een lijst")
        found.append(_group(of, kinds[of], inner, meaning))
    return found


def _group(of: str, kind: str, value: Any, meaning: str = "") -> Group:
    return Group(
        of,
        tuple(
            Placeholder(name, MEANINGS[kind][name], _shown(one))
            for name, one in values_of(value).items()
        ),
        meaning,
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "waar" if value else "niet waar"
    if isinstance(value, list | tuple):
        return ""
    text = " ".join(str(value or "").split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3].rstrip() + "..."
