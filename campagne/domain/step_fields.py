"""A step of the playbook as a form has it: all texts, written and read back."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, fields, replace

from campagne.domain.leadtimes import describe, parse_lead
from campagne.domain.playbook import Anchor, LeadTime, Role, Scope, Step, Unit
from campagne.domain.words import word
from campagne.errors import Fault, InvalidInputError

TITLE_LIMIT = 100
WHAT_LIMIT = 1000
_MOST_WORKDAYS = 100  # as the files allow
_KEY_LIMIT = 60

YES, NO = "ja", "nee"
ROLES = {role.value: role for role in (Role.COMMUNICATION, Role.POLICY, Role.CENTRE)}
SCOPES = {"volledig": Scope.FULL, "signaal": Scope.SIGNAL}
_ESCALATION = {
    "again_days": "de tweede herinnering",
    "colleague_days": "de mail aan collega's",
    "centre_days": "de mail aan de centrumgemeente",
}
# As the form calls them.
_FIELDS = {"again_days": "nogmaals", "colleague_days": "collega", "centre_days": "centrum"}


@dataclass(frozen=True, slots=True)
class StepFields:
    """What stands in the form of a step, as it was typed.

    Attributes:
        lead: in the phrase of the files: ``16 weken voor de start``.
        again / colleague / centre: working days after which who is told again; may be empty.
        role / scope / residents: only asked of a new step; what was ticked off and who was told
            would no longer fit another.
        in_use: ``ja`` or ``nee``.
    """

    title: str = ""
    what: str = ""
    lead: str = ""
    again: str = ""
    colleague: str = ""
    centre: str = ""
    role: str = ""
    scope: str = ""
    residents: str = ""
    in_use: str = YES


def written(step: Step) -> StepFields:
    """Return a step as the form shows it."""
    return StepFields(
        title=step.title,
        what=step.what,
        lead=describe(step.lead),
        again=_days(step.again_days),
        colleague=_days(step.colleague_days),
        centre=_days(step.centre_days),
        role=step.role.value,
        scope=next(name for name, scope in SCOPES.items() if scope is step.scope),
        residents=YES if step.resident_facing else NO,
        in_use=YES if step.in_use else NO,
    )


def read(typed: StepFields, before: Step | None, keys: Collection[str]) -> tuple[Step, list[Fault]]:
    """Read a step from a form.

    Args:
        typed: what stands in it.
        before: the step that is changed; None for a new one.
        keys: of all steps; a new one gets a key of its own, from its title.

    Returns:
        The step, and every fault; where there is one, the step is no good.
    """
    faults: list[Fault] = []
    title = _text(typed.title, "titel", "de titel", TITLE_LIMIT, faults)
    if before is None:
        before = _new(typed, _key(title, keys), faults)
    step = replace(
        before,
        title=title,
        what=_text(typed.what, "uitleg", "wat je doet", WHAT_LIMIT, faults),
        lead=_lead(typed.lead, before.lead, faults),
        again_days=_workdays(typed.again, "again_days", faults),
        colleague_days=_workdays(typed.colleague, "colleague_days", faults),
        centre_days=_workdays(typed.centre, "centre_days", faults),
        in_use=typed.in_use != NO,
    )
    faults += [
        Fault(
            f"Kies voor {_ESCALATION[after]} meer dan {getattr(step, earlier)} werkdagen:"
            f" {_ESCALATION[earlier]} gaat eerst.",
            _FIELDS[after],
        )
        for earlier, after in step.out_of_order()
    ]
    return step, faults


def told(step: Step) -> dict[str, str]:
    """Return a step as people read it in the log and before a change; empty is left empty."""
    chosen = written(step)
    return {
        "titel": step.title,
        "wat je doet": step.what,
        "wanneer": chosen.lead,
        "wie": word(step.role),
        "voor": "campagnes op het rooster" if step.scope is Scope.FULL else "andere campagnes",
        "iets naar inwoners": chosen.residents,
        "tweede herinnering": _after(step.again_days),
        "mail aan collega's": _after(step.colleague_days),
        "mail aan centrumgemeente": _after(step.centre_days),
        "in gebruik": chosen.in_use,
    }


def tidied(typed: StepFields) -> StepFields:
    """Return what was typed with each text on one line."""
    return StepFields(*(" ".join(getattr(typed, one.name).split()) for one in fields(typed)))


def _new(typed: StepFields, key: str, faults: list[Fault]) -> Step:
    if typed.role not in ROLES:
        faults.append(Fault("Kies wie de stap doet.", "rol"))
    if typed.scope not in SCOPES:
        faults.append(Fault("Kies voor welke campagnes de stap is.", "bereik"))
    if typed.residents not in {YES, NO}:
        faults.append(Fault("Kies of er met deze stap iets naar inwoners gaat.", "inwoners"))
    return Step(
        key=key,
        title="",
        what="",
        role=ROLES.get(typed.role, Role.POLICY),
        lead=LeadTime(0, Unit.DAYS, Anchor.AFTER_START),
        scope=SCOPES.get(typed.scope, Scope.FULL),
        resident_facing=typed.residents != NO,
    )


def _text(text: str, field: str, place: str, limit: int, faults: list[Fault]) -> str:
    line = " ".join(text.split())
    if not line:
        faults.append(Fault(f"Vul {place} in.", field))
    elif len(line) > limit or not line.isprintable():
        faults.append(Fault(f"Schrijf bij {place} hoogstens {limit} gewone tekens.", field))
    return line


def _lead(text: str, before: LeadTime, faults: list[Fault]) -> LeadTime:
    try:
        return parse_lead(text)
    except InvalidInputError as error:
        faults.append(error.fault)
        return before


def _workdays(text: str, which: str, faults: list[Fault]) -> int | None:
    tidy = text.strip()
    if not tidy:
        return None
    if re.fullmatch("[0-9]{1,3}", tidy) and 1 <= int(tidy) <= _MOST_WORKDAYS:
        return int(tidy)
    faults.append(
        Fault(
            f"Vul bij {_ESCALATION[which]} een aantal werkdagen van 1 tot en met {_MOST_WORKDAYS}"
            " in, of laat het leeg.",
            _FIELDS[which],
        )
    )
    return None


def _key(title: str, keys: Collection[str]) -> str:
    """Return a permanent key for a new step, from its title."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    base = "-".join(re.findall("[a-z0-9]+", plain))[:_KEY_LIMIT].strip("-") or "stap"
    key, number = base, 2
    while key in keys:
        key, number = f"{base}-{number}", number + 1
    return key


def _days(number: int | None) -> str:
    return "" if number is None else str(number)


def _after(number: int | None) -> str:
    if number is None:
        return ""
    return f"na {number} werkdag" if number == 1 else f"na {number} werkdagen"
