"""`gemeenten.toml` and the contacts file: who belongs where, who does what for whom."""

import re
from collections.abc import Callable, Collection

from campagne.domain.checks import parse_month_day
from campagne.domain.contacts import Contact, address_fault
from campagne.domain.dates import SCHOOL_REGIONS
from campagne.domain.playbook import Role
from campagne.domain.profile import (
    PLATFORMS,
    AddressForm,
    Profile,
    handle_fault,
    parse_deadline,
    phone_fault,
)
from campagne.domain.regions import Municipality, Region
from campagne.rota_files.reading import Table, no_circles, unique

_ADDRESS_FORMS = {one.value: one for one in AddressForm}
_CBS_CODE = re.compile(r"GM[0-9]{4}")


def read_regions(
    file: Table, regions: Collection[str] | None, municipalities: Collection[str] | None
) -> tuple[Region, ...]:
    """Read the `[[regio]]` tables; a region that lies inside itself is a fault."""
    tables = file.tables("regio", at_least_one=True)
    found = tuple(_region(table, regions, municipalities) for table in tables)
    unique(tables, [one.key for one in found], "sleutel")
    no_circles(tables, [(one.key, one.parent) for one in found], "hoort_bij")
    return found


def read_municipalities(
    file: Table, regions: Collection[str] | None, help_lines: Collection[str] | None
) -> tuple[Municipality, ...]:
    """Read the `[[gemeente]]` tables."""
    tables = file.tables("gemeente", at_least_one=True)
    found = tuple(_municipality(table, regions, help_lines) for table in tables)
    unique(tables, [one.key for one in found], "sleutel")
    unique(tables, [one.cbs_code for one in found], "cbs_code")
    return found


def read_contacts(file: Table, municipalities: Collection[str] | None) -> tuple[Contact, ...]:
    """Read the `[[contact]]` tables; two contacts never share an address."""
    tables = file.tables("contact")
    found = tuple(_contact(table, municipalities) for table in tables)
    unique(tables, [one.key for one in found], "sleutel")
    unique(tables, [one.email.lower() for one in found], "email")
    return found


def _region(
    table: Table, regions: Collection[str] | None, municipalities: Collection[str] | None
) -> Region:
    region = Region(
        key=table.slug("sleutel"),
        name=table.text("naam"),
        parent=table.optional_reference("hoort_bij", regions, "regio"),
        centre=table.optional_reference("centrumgemeente", municipalities, "gemeente"),
        check_days=_check_days(table),
    )
    table.close()
    return region


def _check_days(table: Table) -> tuple[tuple[int, int], ...]:
    found = []
    for text in table.texts("controle_op"):
        day = parse_month_day(text)
        if day is None:
            table.fault("controle_op", f'gevonden "{text}"', 'dagen zoals "1 maart"')
        else:
            found.append(day)
    return tuple(sorted(set(found)))


def _municipality(
    table: Table, regions: Collection[str] | None, help_lines: Collection[str] | None
) -> Municipality:
    municipality = Municipality(
        key=table.slug("sleutel"),
        name=table.text("naam"),
        cbs_code=table.text("cbs_code"),
        region=table.reference("regio", regions, "regio"),
        work_organisation=table.optional_text("werkorganisatie"),
        school_region=table.word("vakantieregio", {one: one for one in SCHOOL_REGIONS}),
        valid_from=table.optional_day("geldig_van"),
        valid_to=table.optional_day("geldig_tot"),
        good_friday_closed=table.flag("goede_vrijdag_dicht"),
        liberation_day_closed=table.flag("vijf_mei_dicht"),
        closed_days=table.days("dichte_dagen"),
        tell_centre=table.flag("meld_aan_centrum"),
        source=table.text("bron"),
        profile=_profile(table, help_lines),
    )
    if municipality.cbs_code and not _CBS_CODE.fullmatch(municipality.cbs_code):
        table.fault("cbs_code", f'gevonden "{municipality.cbs_code}"', "GM en vier cijfers")
    first, last = municipality.valid_from, municipality.valid_to
    if first and last and last < first:
        table.fault("geldig_tot", f"{last} ligt voor geldig_van = {first}", "een latere datum")
    table.close()
    return municipality


def _profile(table: Table, help_lines: Collection[str] | None) -> Profile:
    deadline = table.text("kopij_uiterlijk", "")
    profile = Profile(
        local_team=table.text("lokaal_team", ""),
        team_phone=_checked(table, "lokaal_team_telefoon", phone_fault),
        team_url=table.link("lokaal_team_website") or "",
        website=table.link("website") or "",
        handles=_handles(table),
        newspaper=table.text("krant", ""),
        copy_deadline=parse_deadline(deadline),
        address_form=table.word("aanspreekvorm", _ADDRESS_FORMS, AddressForm.FORMAL),
        house_style=table.text("huisstijl", ""),
        help_lines=table.references("hulplijnen", help_lines, "hulplijn"),
    )
    if deadline and profile.copy_deadline is None:
        table.fault("kopij_uiterlijk", f'gevonden "{deadline}"', 'zoals "maandag 12.00"')
    return profile


def _handles(table: Table) -> tuple[tuple[str, str], ...]:
    inner = table.table("sociale_media")
    if inner is None:
        return ()
    found = [(name, _checked(inner, name, handle_fault).removeprefix("@")) for name in PLATFORMS]
    inner.close()
    return tuple((name, handle) for name, handle in found if handle)


def _checked(table: Table, key: str, check: Callable[[str], str]) -> str:
    text = table.text(key, "")
    if fault := check(text.removeprefix("@")):
        table.fault(key, f'gevonden "{text}". {fault}')
    return text


def _contact(table: Table, municipalities: Collection[str] | None) -> Contact:
    key, name = table.slug("sleutel"), table.text("naam")
    email = table.text("email")
    reason = address_fault(email) if email else None
    if reason is not None:
        table.fault("email", f'gevonden "{email}"; {reason}')
    phone = table.text("telefoon", "")
    assignments = tuple(
        (role, municipality)
        for role in Role
        for municipality in table.references(f"{role.value}_voor", municipalities, "gemeente")
    )
    if not assignments and not any(table.has(f"{role.value}_voor") for role in Role):
        table.fault(f"{Role.POLICY.value}_voor", "dit contact doet niets", "minstens een gemeente")
    table.close()
    return Contact(key, name, email, phone, assignments)
