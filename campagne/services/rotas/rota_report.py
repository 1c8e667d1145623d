"""What applying the calendar files does, as a person reads it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from campagne.domain import codec, dutch
from campagne.domain.dates import MONTHS, Span, written
from campagne.domain.profile import PLATFORMS
from campagne.domain.rota import Agreement, EditionStatus
from campagne.domain.threeway import Decision, Item, Outcome
from campagne.domain.words import word
from campagne.rota_files import rule_to_table
from campagne.services.rotas.rota_items import AGREEMENT, KINDS

_NAMED = 5  # so many new items of a kind are named, of more only the number is told
_LONGEST = 100  # characters of a value

# The words of the files, so that who reads a report finds the line to change.
_FIELDS = {
    "name": "naam",
    "parent_key": "hoort bij",
    "centre_key": "centrumgemeente",
    "check_days": "dagen van de controle",
    "cbs_code": "CBS-code",
    "region_key": "regio",
    "work_organisation": "werkorganisatie",
    "school_region": "vakantieregio",
    "valid_from": "geldig van",
    "valid_to": "geldig tot",
    "local_team": "lokaal team",
    "team_phone": "telefoon van het lokale team",
    "team_url": "website van het lokale team",
    "handles": "sociale media",
    "newspaper": "krant",
    "copy_deadline": "kopij uiterlijk",
    "address_form": "aanspreekvorm",
    "house_style": "huisstijl",
    "help_lines": "hulplijnen",
    "website": "website",
    "good_friday_closed": "Goede Vrijdag dicht",
    "liberation_day_closed": "5 mei dicht",
    "closed_days": "dichte dagen",
    "tell_centre": "melding aan centrumgemeente",
    "source": "bron",
    "rule": "datumregel",
    "rule_text": "regel",
    "certainty": "zekerheid",
    "organiser": "organisator",
    "summary": "samenvatting",
    "material_url": "materiaal",
    "materials": "stukken materiaal",
    "year_materials": "landelijk materiaal per jaar",
    "material": "landelijk materiaal",
    "calendar_url": "agenda",
    "calendar_title": "agenda titel",
    "part_of_key": "hoort bij",
    "municipality_key": "gemeente",
    "broadcast": "regiobericht",
    "remark": "opmerking",
    "checked_on": "gecontroleerd op",
    "known": "bekende data",
    "campaign_key": "campagne",
    "year": "jaar",
    "span": "data",
    "status": "status",
    "theme": "thema",
    "plan_period": "periode in plan",
    "why_differs": "waarom anders",
    "lead_key": "wie leidt",
    "budget_eur": "budget in euro per gemeente",
    "division": "verdeling",
    "position": "plaats in de lijst",
    "title": "titel",
    "what": "wat",
    "role": "rol",
    "lead": "wanneer",
    "scope": "bereik",
    "summer": "zomervakantie",
    "before_meeting": "voor overleg",
    "again_days": "tweede herinnering na werkdagen",
    "colleague_days": "mail aan collega's na werkdagen",
    "centre_days": "mail aan centrumgemeente na werkdagen",
    "useful_days": "nog nuttig (dagen)",
    "resident_facing": "voor inwoners",
    "in_use": "in gebruik",
    "evaluation": "evaluatieformulier",
    "frequency": "frequentie",
    "meetings": "overleggen",
    "first_year": "van jaar",
    "last_year": "tot jaar",
    "text": "tekst",
    "budget": "budget",
    "evaluations": "evaluatie in",
    "number": "nummer",
    "for_whom": "voor wie",
    "hours": "bereikbaar",
    "cost": "kosten",
    "url": "website",
    "always_shown": "altijd",
    "email": "email",
    "phone": "telefoon",
    "assignments": "rollen",
    "active": "krijgt mail",
}
_WORDS = {
    "status": {one.value: word(one) for one in EditionStatus},
    "certainty": {"high": "hoog", "medium": "middel", "low": "laag"},
    "agreement": {one.value: word(one) for one in Agreement},
    "scope": {"full": "volledig", "signal": "signaal"},
    "evaluation": {"experiences": "ervaringen", "figures": "cijfers"},
    "summer": {"before": "ervoor", "skip": "overslaan", "keep": "laten staan"},
}
_DAYS = {"valid_from", "valid_to", "checked_on"}


# What is in the log of changes. A campaign is there by its editions.
_LOGGED = frozenset({"edition", "rota_entry", "contact", "step", "municipality"})


@dataclass(frozen=True, slots=True)
class ChangedItem:
    """An item that the files added or changed, with its fields as people read them.

    Of a contact there is no value: what somebody's address was is not kept.
    """

    item: Item
    what: str
    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ApplyReport:
    """What applying the files did, or would do.

    Attributes:
        added: items that are new.
        changed: fields that took the value of the files.
        kept: fields that people changed; the files have nothing new to say of them.
        conflicts: fields that both changed; the stored value was kept.
        gone: items that the files gave before and give no longer; they were kept.
    """

    added: tuple[Decision, ...] = ()
    changed: tuple[Decision, ...] = ()
    kept: tuple[Decision, ...] = ()
    conflicts: tuple[Decision, ...] = ()
    gone: tuple[Decision, ...] = ()

    @property
    def changes(self) -> int:
        """How many items or fields are stored anew; 0 when all was as the files say."""
        return len(self.added) + len(self.changed)

    def changed_items(self) -> list[ChangedItem]:
        """Return what the log of changes is to hold, an item each."""
        found = {
            one.item: ChangedItem(one.item, "toegevoegd uit de bestanden", {}, {})
            for one in self.added
            if one.item.kind in _LOGGED
        }
        fields: dict[Item, list[Decision]] = defaultdict(list)
        for one in self.changed:
            if one.item.kind in _LOGGED:
                fields[one.item].append(one)
        for item, decisions in fields.items():
            told = [] if item.kind == "contact" else decisions
            found[item] = ChangedItem(
                item,
                "gewijzigd uit de bestanden",
                {_label(one): _shown(one.field, one.stored) for one in told},
                {_label(one): _shown(one.field, one.given) for one in told},
            )
        return list(found.values())

    def lines(self) -> list[str]:
        """Return the report in Dutch, a line each; one line when there is nothing to tell."""
        found = [
            *_added(self.added),
            *(
                f"Gewijzigd: {_place(one)}: {_shown(one.field, one.stored)}"
                f" -> {_shown(one.field, one.given)}"
                for one in self.changed
            ),
            *(
                f"Botsing: {_place(one)}: hier {_shown(one.field, one.stored)}, in de bestanden"
                f" {_shown(one.field, one.given)}; niet overgenomen"
                if one.field
                else f"Botsing: {_place(one)}: hier verwijderd, in de bestanden gewijzigd;"
                " niet overgenomen"
                for one in self.conflicts
            ),
            *(
                f"Blijft zoals iemand het wijzigde: {_place(one)}: {_shown(one.field, one.stored)},"
                f" in de bestanden {_shown(one.field, one.given)}"
                if one.field
                else f"Blijft verwijderd: {_place(one)}"
                for one in self.kept
            ),
            *(
                f"Staat niet meer in de bestanden, blijft bestaan: {_place(one)}"
                for one in self.gone
            ),
        ]
        return found or ["Alles is al zoals in de kalenderbestanden."]


def report(decisions: Sequence[Decision]) -> ApplyReport:
    """Sort decisions into a report."""

    def those(outcome: Outcome) -> tuple[Decision, ...]:
        return tuple(one for one in decisions if one.outcome is outcome)

    return ApplyReport(
        added=those(Outcome.ADD),
        changed=those(Outcome.TAKE),
        kept=those(Outcome.KEEP),
        conflicts=those(Outcome.CONFLICT),
        gone=those(Outcome.GONE),
    )


def _added(added: Sequence[Decision]) -> list[str]:
    lines = []
    for name, kind in KINDS.items():
        keys = [one.item.key for one in added if one.item.kind == name]
        if keys:
            named = f": {dutch.join(keys)}" if len(keys) <= _NAMED else ""
            lines.append(f"Nieuw: {dutch.count(len(keys), kind.one, kind.many)}{named}")
    return lines


def _place(decision: Decision) -> str:
    place = f"{KINDS[decision.item.kind].one} {decision.item.key}"
    return f"{place}, {_label(decision)}" if decision.field else place


def _label(decision: Decision) -> str:
    if decision.field.startswith(AGREEMENT):
        return f"afspraak van {decision.field.removeprefix(AGREEMENT)}"
    return _FIELDS[decision.field]


def _shown(field: str, value: Any) -> str:
    """Return a plain value in Dutch."""
    text = _in_words(field.partition(":")[0], value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3].rstrip() + "..."


def _in_words(field: str, value: Any) -> str:  # noqa: PLR0911 - a list of forms, one return each
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if value in (None, "", [], {}):
        return "leeg"
    if field in _WORDS:
        return _WORDS[field].get(value, str(value))
    if field == "span":
        return dutch.short_period(Span(*map(date.fromisoformat, value)))
    if field in _DAYS:
        return _day(value)
    if field == "rule":
        table = rule_to_table(codec.rule_from_dict(value))
        return ", ".join(f"{name.replace('_', ' ')} {one}" for name, one in table.items())
    if field == "handles":
        return dutch.join([f"{PLATFORMS.get(name, name)} {one}" for name, one in value.items()])
    if field in _PHRASES:
        return _PHRASES[field](value)
    if isinstance(value, list):
        return dutch.join([_one_of(field, one) for one in value])
    return f'"{value}"' if isinstance(value, str) else str(value)


def _one_of(field: str, value: Any) -> str:
    return _ONES[field](value) if field in _ONES else str(value)


def _known(value: Any) -> str:
    known = codec.known_from_dict(value)
    return f"{dutch.short_period(known.span)}{'' if known.confirmed else ' (voorlopig)'}"


def _before_meeting(value: Any) -> str:
    lead = codec.meeting_lead_from_dict(value)
    return f"{dutch.count(lead.workdays, 'werkdag', 'werkdagen')} voor de stukken van {lead.kind}"


def _day(value: str) -> str:
    return written(date.fromisoformat(value))


# How a value is written, and how one of a list.
_PHRASES: Mapping[str, Callable[[Any], str]] = {
    "material": lambda value: str(codec.material_from_dict(value)),
    "before_meeting": _before_meeting,
}
_ONES: Mapping[str, Callable[[Any], str]] = {
    "known": _known,
    "materials": lambda value: str(value["title"]),
    "year_materials": lambda value: f"{value['year']}: {value['url']}",
    "meetings": lambda value: _day(value["on"]),
    "check_days": lambda value: f"{value[1]} {MONTHS[value[0] - 1]}",
    "assignments": lambda value: f"{value[0]} voor {value[1]}",
    "closed_days": _day,
}
