"""How a gemeente speaks to its residents: what the texts for them are filled in with."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from campagne.domain import dutch
from campagne.domain.dates import WEEKDAYS
from campagne.domain.texts import TextKind

# How each is called, by the name of the field.
PLATFORMS: Mapping[str, str] = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "x": "X",
}
TEXT_LIMIT = 200

_WITH_AT = frozenset({"instagram", "x"})  # as people write a name there
_PLACES = {
    TextKind.X: {"x"},
    TextKind.FACEBOOK: {"facebook", "instagram"},
    TextKind.LINKEDIN: {"linkedin"},
}

_LINK = re.compile(r"https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?([/?#][^\s<>\"']*)?")
_HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{1,24}")
_FEWEST_DIGITS = 3  # 112
_DEADLINE = re.compile(r"([a-z]+) ([01]?[0-9]|2[0-3])[.:]([0-5][0-9])( uur)?")


class AddressForm(StrEnum):
    """How a gemeente addresses its residents; the value is the word itself."""

    FORMAL = "u"
    INFORMAL = "je"


@dataclass(frozen=True, slots=True)
class CopyDeadline:
    """When the copy for a weekly newspaper must be in, local time; `weekday` 0 is Monday."""

    weekday: int
    hour: int
    minute: int

    def __str__(self) -> str:
        """Return it as people write it: ``maandag 12.00``."""
        return f"{WEEKDAYS[self.weekday]} {self.hour}.{self.minute:02}"

    def last_before(self, day: date) -> date:
        """Return the last day of this deadline that lies before a day."""
        return day - timedelta(days=(day.weekday() - self.weekday - 1) % 7 + 1)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a gemeente has of its own in the texts; everything may be empty.

    Attributes:
        local_team: name of the local team, where residents go for help.
        team_phone / team_url: where residents reach it.
        website: of the gemeente.
        handles: pairs of a platform (a key of `PLATFORMS`) and the name there, without @.
        newspaper: the paper with the page of the gemeente.
        copy_deadline: when its copy must be in.
        house_style: where the house style is to be found, or what it asks.
        help_lines: keys of the help lines that texts show, beside those that all of them show.
    """

    local_team: str = ""
    team_phone: str = ""
    team_url: str = ""
    website: str = ""
    handles: tuple[tuple[str, str], ...] = ()
    newspaper: str = ""
    copy_deadline: CopyDeadline | None = None
    address_form: AddressForm = AddressForm.FORMAL
    house_style: str = ""
    help_lines: tuple[str, ...] = ()

    @property
    def team_contact(self) -> str:
        """Where residents reach the local team, as one phrase; empty when that is not known."""
        phone = f"telefoon {self.team_phone}" if self.team_phone else ""
        return ", ".join(filter(None, (phone, self.team_url)))

    @property
    def gaps(self) -> Mapping[str, str]:
        """What the gemeente has not filled in: a Dutch phrase by the name that templates use."""
        found = {
            "lokaal_team": ("de naam van het lokale team", self.local_team),
            "lokaal_team_contact": ("waar inwoners het lokale team bereiken", self.team_contact),
            "website": ("het webadres van de gemeente", self.website),
            "sociale_media": ("de namen op sociale media", self.handles),
            "krant": ("de krant", self.newspaper),
            "kopij": ("wanneer de kopij binnen moet zijn", self.copy_deadline),
        }
        return {name: phrase for name, (phrase, value) in found.items() if not value}

    @property
    def missing(self) -> tuple[str, ...]:
        """What the gemeente has not filled in, each a Dutch phrase."""
        return tuple(self.gaps.values())


def whereto(profile: Profile, first: date, today: date) -> Mapping[TextKind, str]:
    """Return in Dutch where a gemeente places each kind of text, as far as that is known.

    Args:
        profile: of the gemeente.
        first: the first day of the campaign.
        today: the day to look from: a deadline that has passed is not named.
    """
    found = {}
    if profile.website:
        found[TextKind.WEBSITE] = f"Voor de website: {profile.website}"
    if profile.newspaper:
        found[TextKind.MUNICIPAL_PAGE] = f"Voor {profile.newspaper}.{_copy(profile, first, today)}"
    for kind, platforms in _PLACES.items():
        names = [
            f"{PLATFORMS[name]} ({'@' if name in _WITH_AT else ''}{handle})"
            for name, handle in profile.handles
            if name in platforms
        ]
        if names:
            found[kind] = f"Voor {dutch.join(names)}."
    return found


def _copy(profile: Profile, first: date, today: date) -> str:
    deadline = profile.copy_deadline
    if deadline is None:
        return ""
    said = f" De kopij moet op {deadline} uur binnen zijn."
    last = deadline.last_before(first)
    return f"{said} De laatste keer voor de start is {dutch.day(last)}." if last >= today else said


def parse_deadline(text: str) -> CopyDeadline | None:
    """Return the deadline of ``maandag 12.00``, None for what is none."""
    found = _DEADLINE.fullmatch(" ".join(text.lower().split()))
    if found is None or found[1] not in WEEKDAYS:
        return None
    return CopyDeadline(WEEKDAYS.index(found[1]), int(found[2]), int(found[3]))


def link_fault(text: str, limit: int = TEXT_LIMIT) -> str:
    """Return in Dutch what is wrong with a web address; empty when it is good, or none.

    Args:
        text: the address.
        limit: so many characters at most.
    """
    if not text or (_LINK.fullmatch(text) and len(text) <= limit):
        return ""
    return "Schrijf het hele webadres, dat begint met https://. Voorbeeld: https://www.example.nl"


def handle_fault(text: str) -> str:
    """Return in Dutch what is wrong with a name on social media; empty when it is good, or none."""
    if not text or _HANDLE.fullmatch(text):
        return ""
    return "Schrijf alleen de naam, zonder webadres of spaties. Voorbeeld: gemeentevoorbeeld"


def phone_fault(text: str) -> str:
    """Return in Dutch what is wrong with a telephone number; empty when it is good, or none."""
    digits = sum(one.isdigit() for one in text)
    if not text or (_PHONE.fullmatch(text) and digits >= _FEWEST_DIGITS):
        return ""
    return "Schrijf een telefoonnummer met cijfers, spaties en streepjes. Voorbeeld: 071 123 45 67"


def text_fault(text: str) -> str:
    """Return in Dutch what is wrong with a name or remark; empty when it is good, or none."""
    if len(text) <= TEXT_LIMIT and text.isprintable() and not set(text) & set("<>"):
        return ""
    return f"Schrijf hoogstens {TEXT_LIMIT} gewone tekens, zonder < en >."


# The fields of the form, in their order, with what people call each.
LABELS: Mapping[str, str] = {
    "lokaal_team": "Naam van het lokale team",
    "lokaal_team_telefoon": "Telefoon van het lokale team",
    "lokaal_team_website": "Webadres van het lokale team",
    "website": "Webadres van de gemeente",
    **PLATFORMS,
    "krant": "Krant met de gemeentepagina",
    "kopij_dag": "Dag waarop de kopij binnen moet zijn",
    "kopij_tijd": "Tijd waarop de kopij binnen moet zijn",
    "aanspreekvorm": "Zo spreken we inwoners aan",
    "huisstijl": "Huisstijl",
    "hulplijnen": "Extra hulplijnen",
}
_FAULTS = {
    "lokaal_team": text_fault,
    "lokaal_team_telefoon": phone_fault,
    "lokaal_team_website": link_fault,
    "website": link_fault,
    **dict.fromkeys(PLATFORMS, handle_fault),
    "krant": text_fault,
    "huisstijl": text_fault,
}


def cells(profile: Profile) -> dict[str, str]:
    """Return a profile as it stands in the form; help lines as keys with a comma between."""
    deadline = profile.copy_deadline
    handles = dict(profile.handles)
    return {
        "lokaal_team": profile.local_team,
        "lokaal_team_telefoon": profile.team_phone,
        "lokaal_team_website": profile.team_url,
        "website": profile.website,
        **{name: handles.get(name, "") for name in PLATFORMS},
        "krant": profile.newspaper,
        "kopij_dag": WEEKDAYS[deadline.weekday] if deadline else "",
        "kopij_tijd": f"{deadline.hour:02}:{deadline.minute:02}" if deadline else "",
        "aanspreekvorm": profile.address_form.value,
        "huisstijl": profile.house_style,
        "hulplijnen": ", ".join(profile.help_lines),
    }


def read(typed: Mapping[str, str], help_lines: Collection[str]) -> tuple[Profile, dict[str, str]]:
    """Return the profile of a form, and per field what is wrong with it, in Dutch.

    Args:
        typed: as `cells` gives it; white space around and within is put right.
        help_lines: keys of the help lines that can be chosen, in their order.

    Returns:
        The profile, and the faults; where there is one, the profile may not be used.
    """
    text = {name: " ".join(typed.get(name, "").split()) for name in LABELS}
    for name in PLATFORMS:
        text[name] = text[name].removeprefix("@")
    faults = {name: fault for name, check in _FAULTS.items() if (fault := check(text[name]))}
    deadline = parse_deadline(f"{text['kopij_dag']} {text['kopij_tijd']}")
    if deadline is None and (text["kopij_dag"] or text["kopij_tijd"]):
        faults["kopij_tijd"] = "Kies een dag en een tijd, zoals maandag en 12:00. Of laat ze leeg."
    if deadline is not None and not text["krant"]:
        faults["krant"] = "Vul ook de naam van de krant in."
    if text["aanspreekvorm"] not in {one.value for one in AddressForm}:
        faults["aanspreekvorm"] = "Kies u of je."
    chosen = {one.strip() for one in text["hulplijnen"].split(",")} - {""}
    if not chosen <= set(help_lines):
        faults["hulplijnen"] = "Kies hulplijnen uit de lijst."
    formal = text["aanspreekvorm"] != AddressForm.INFORMAL
    profile = Profile(
        local_team=text["lokaal_team"],
        team_phone=text["lokaal_team_telefoon"],
        team_url=text["lokaal_team_website"],
        website=text["website"],
        handles=tuple((name, text[name]) for name in PLATFORMS if text[name]),
        newspaper=text["krant"],
        copy_deadline=deadline,
        address_form=AddressForm.FORMAL if formal else AddressForm.INFORMAL,
        house_style=text["huisstijl"],
        help_lines=tuple(one for one in help_lines if one in chosen),
    )
    return profile, faults
