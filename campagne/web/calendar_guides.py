"""How people take a subscription in each calendar, in the words of its Dutch menus.

The words change with the programs. Each guide says where they were looked up, and when; look them
up again now and then, and set the day.
"""

from dataclasses import dataclass
from datetime import date

_CHECKED = date(2026, 11, 22)
# What makers of other Dutch calendars tell their users; those of several were compared.
_USERS = "handleidingen van andere Nederlandse agenda's"


@dataclass(frozen=True, slots=True)
class Guide:
    """The steps for one calendar.

    Attributes:
        key: its place on the page.
        steps: with the words of the menus between asterisks.
        refresh: how long it takes until a change is seen.
        words_from: where the words of the menus were found.
        refresh_from: how that is known.
        checked_on: the day of both.
    """

    key: str
    name: str
    steps: tuple[str, ...]
    refresh: str
    words_from: str
    refresh_from: str
    checked_on: date = _CHECKED


GUIDES = (
    Guide(
        key="outlook-nieuw",
        name="Nieuwe Outlook op de computer",
        steps=(
            "Kopieer het adres.",
            "Open de agenda en kies *Agenda toevoegen*.",
            "Kies *Abonneren via internet*.",
            "Plak het adres en geef de agenda een naam.",
            "Kies *Importeren*.",
        ),
        refresh="Wijzigingen komen meestal binnen drie uur door, soms pas na een dag of later.",
        words_from=_USERS,
        refresh_from="wat Microsoft aan makers van agenda's vertelt",
    ),
    Guide(
        key="outlook-web",
        name="Outlook op het web",
        steps=(
            "Kies hierboven *Open in Outlook op het web*. Kies daarna *Importeren*.",
            "Lukt dat niet? Kopieer dan het adres.",
            "Open de agenda. Kies *Agenda toevoegen* en dan *Abonneren via internet*.",
            "Plak het adres en kies *Importeren*.",
        ),
        refresh="Wijzigingen komen meestal binnen drie uur door, soms pas na een dag of later.",
        words_from=_USERS,
        refresh_from="wat Microsoft aan makers van agenda's vertelt",
    ),
    Guide(
        key="outlook-klassiek",
        name="Klassieke Outlook op de computer",
        steps=(
            "Kopieer het adres.",
            "Ga naar de agenda. Kies *Start*, dan *Agenda toevoegen* of *Agenda openen*.",
            "Kies *Van internet*.",
            "Plak het adres en kies *OK*.",
            "Kies *Ja* bij de vraag of je je wilt abonneren.",
        ),
        refresh="Wijzigingen komen door als Outlook verzendt en ontvangt, vaak na enkele uren.",
        words_from=_USERS,
        refresh_from="ervaringen van gebruikers; Microsoft noemt geen tijd",
    ),
    Guide(
        key="google",
        name="Google Agenda",
        steps=(
            "Kopieer het adres.",
            "Open Google Agenda op een computer. In de app kan dit niet.",
            "Kies links bij *Andere agenda's* het plusteken.",
            "Kies *Via URL*.",
            "Plak het adres en kies *Agenda toevoegen*.",
        ),
        refresh="Wijzigingen komen na 8 tot 24 uur door. Sneller kan niet.",
        words_from=_USERS,
        refresh_from="ervaringen van makers van agenda's; Google noemt geen tijd",
    ),
    Guide(
        key="apple",
        name="Apple Agenda op een Mac",
        steps=(
            "Kopieer het adres.",
            "Kies in Agenda *Archief* en dan *Nieuw agenda-abonnement*.",
            "Plak het adres en kies *Abonneer*.",
            "Kies bij *Vernieuw automatisch* hoe vaak: elke dag is genoeg.",
            "Kies *OK*.",
        ),
        refresh="Je kiest zelf hoe vaak: van elke vijf minuten tot elke week.",
        words_from=_USERS,
        refresh_from="de keuzes in het programma",
    ),
    Guide(
        key="iphone",
        name="iPhone en iPad",
        steps=(
            "Scan de QR-code met de camera van je telefoon en open de link.",
            "Tik op *Open in de agenda van dit apparaat* en dan op *Abonneer*.",
            "Lukt dat niet? Kopieer dan het adres.",
            "Open de app Agenda, tik op *Agenda's* en, als dat er staat, op *Voeg agenda toe*.",
            "Tik op *Voeg agenda-abonnement toe*.",
            "Plak het adres en tik op *Abonneer*.",
        ),
        refresh="Het apparaat kijkt als het nieuwe gegevens ophaalt, meestal binnen een dag.",
        words_from=_USERS,
        refresh_from="ervaringen van gebruikers; Apple noemt geen tijd",
    ),
    Guide(
        key="thunderbird",
        name="Thunderbird",
        steps=(
            "Kopieer het adres.",
            "Ga naar de agenda en kies *Nieuwe agenda…*.",
            "Kies *Op het netwerk* en dan *Volgende*.",
            "Plak het adres bij *Locatie* en kies *Agenda's zoeken*.",
            "Kies *Abonneren*.",
        ),
        refresh="Wijzigingen komen binnen een half uur door.",
        words_from="de Nederlandse vertaling van Thunderbird (calendar-creation.ftl)",
        refresh_from="gemeten met Thunderbird 153",
    ),
    Guide(
        key="nextcloud",
        name="Nextcloud Agenda",
        steps=(
            "Kopieer het adres.",
            "Open Agenda en kies links *Nieuwe agenda*.",
            "Kies *Nieuw abonnement via link (alleen lezen)*.",
            "Plak het adres en druk op Enter.",
        ),
        refresh="Wijzigingen komen meestal binnen een dag door; de beheerder kan dat veranderen.",
        words_from="de Nederlandse vertaling van Nextcloud Calendar (l10n/nl.json)",
        refresh_from="de broncode en de handleiding van Nextcloud",
    ),
)
