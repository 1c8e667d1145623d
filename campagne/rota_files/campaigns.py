"""`campagnes.toml`, `rooster-*.toml` and `maatregelen.toml`: what runs when."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from campagne.domain import national
from campagne.domain.dates import DateRule, RuleKind
from campagne.domain.national import NationalMaterial, YearMaterial
from campagne.domain.rota import (
    Agreement,
    Campaign,
    Certainty,
    KnownDates,
    Material,
    Measure,
    RotaEntry,
)
from campagne.errors import InvalidInputError
from campagne.rota_files.reading import Table, no_circles, unique
from campagne.rota_files.rules import read_rule

_CERTAINTIES = {"hoog": Certainty.HIGH, "middel": Certainty.MEDIUM, "laag": Certainty.LOW}
_AGREEMENTS = {
    "voorgesteld": Agreement.PROPOSED,
    "akkoord": Agreement.AGREED,
    "wijkt-af": Agreement.DIFFERS,
}
_MOST_RUNS = 9  # in one year
_MOST_EUROS = 1_000_000


def read_campaigns(
    file: Table,
    campaigns: Collection[str] | None,
    regions: Collection[str] | None,
    municipalities: Collection[str] | None,
    members: Mapping[str, Collection[str]],
) -> tuple[Campaign, ...]:
    """Read the `[[campagne]]` tables with their `[[campagne.datum]]`.

    Args: as `read_rota`.
    """
    tables = file.tables("campagne", at_least_one=True)
    found = tuple(_campaign(table, campaigns, regions, municipalities) for table in tables)
    for table, one in zip(tables, found, strict=True):
        inside = members.get(one.region or "", ())
        if members and one.municipality is not None and one.municipality not in inside:
            text = f'"{one.municipality}" ligt niet in de regio van de campagne'
            table.fault("gemeente", text, "een gemeente in regio")
    unique(tables, [one.key for one in found], "sleutel")
    no_circles(tables, [(one.key, one.part_of) for one in found], "hoort_bij")
    return found


def read_rota(
    file: Table,
    regions: Collection[str] | None,
    campaigns: Collection[str] | None,
    municipalities: Collection[str] | None,
    members: Mapping[str, Collection[str]],
) -> tuple[RotaEntry, ...]:
    """Read one rota: the region and source on top, then a `[[jaar]]` table for each year.

    Args:
        file: the whole file.
        regions: known regions; None, as below, where their file was unreadable.
        campaigns: known campaigns.
        municipalities: known gemeenten.
        members: per region the gemeenten in it, as far as known.
    """
    region = file.reference("regio", regions, "regio")
    source = file.text("bron")
    tables = file.tables("jaar")
    found = tuple(_rota_entry(one, region, source, campaigns, municipalities) for one in tables)
    unique(tables, [one.year for one in found], "jaar")
    inside = members.get(region)
    for table, entry in zip(tables, found, strict=True):
        named = {key: "gemeenten" for key, _ in entry.agreements}
        if entry.lead is not None:
            named[entry.lead] = "trekker"
        for key, where in named.items():
            if inside is not None and key in (municipalities or ()) and key not in inside:
                table.fault(where, f'"{key}" ligt niet in regio "{region}"', "een gemeente erin")
    return found


def read_measures(file: Table, regions: Collection[str] | None) -> tuple[Measure, ...]:
    """Read the `[[maatregel]]` tables."""
    tables = file.tables("maatregel")
    found = tuple(_measure(table, regions) for table in tables)
    unique(tables, [one.key for one in found], "sleutel")
    return found


def _campaign(
    table: Table,
    campaigns: Collection[str] | None,
    regions: Collection[str] | None,
    municipalities: Collection[str] | None,
) -> Campaign:
    campaign = Campaign(
        key=table.slug("sleutel"),
        name=table.text("naam"),
        summary=table.text("samenvatting"),
        rule=_rule(table),
        rule_text=table.text("regel"),
        certainty=table.word("zekerheid", _CERTAINTIES),
        organiser=table.text("organisator"),
        material_url=table.link("materiaal"),
        materials=_materials(table),
        year_materials=_year_materials(table),
        region=table.optional_reference("regio", regions, "regio"),
        municipality=table.optional_reference("gemeente", municipalities, "gemeente"),
        first_year=table.year("vanaf_jaar") if table.has("vanaf_jaar") else None,
        part_of=table.optional_reference("hoort_bij", campaigns, "campagne"),
        broadcast=table.flag("regiobericht"),
        source=table.text("bron"),
        checked_on=table.optional_day("gecontroleerd_op"),
        remark=table.text("opmerking", ""),
        known=_known_dates(table),
        calendar_url=table.link("agenda"),
        calendar_title=table.text("agenda_titel", ""),
    )
    if campaign.calendar_title and not table.has("agenda"):
        table.fault("agenda_titel", "staat er zonder agenda", "ook agenda, een webadres")
    table.close()
    return campaign


def _materials(table: Table) -> tuple[Material, ...]:
    tables = table.tables("stuk")
    found = []
    for one in tables:
        title, url = one.text("titel"), one.link("adres")
        if url is None and not one.has("adres"):
            one.fault("adres", "ontbreekt", "een webadres dat begint met https://")
        found.append(Material(title, url or ""))
        one.close()
    unique(tables, [one.title for one in found], "titel")
    return tuple(found)


def _year_materials(table: Table) -> tuple[YearMaterial, ...]:
    tables = table.tables("toolkit")
    found = [_year_material(one) for one in tables]
    unique(tables, [f"{one.year}, keer {one.run}" for one in found], "jaar")
    return tuple(found)


def _year_material(table: Table) -> YearMaterial:
    year, run = table.year("jaar"), table.whole("keer", 1, _MOST_RUNS, 1)
    material = NationalMaterial(
        url=table.text("adres"),
        since=table.day("sinds"),
        licence=table.text("licentie"),
        until=table.optional_day("gebruiken_tot"),
        pictures=table.flag("beelden"),
    )
    try:
        material = replace(material, kinds=national.kinds(table.texts("teksten")))
        if material.url and material.licence:  # else that was told already
            national.check(material)
    except InvalidInputError as error:
        table.fault(error.fault.field, error.fault)
    table.close()
    return YearMaterial(year, run, material)


def _rule(table: Table) -> DateRule:
    inner = table.table("datumregel")
    rule = read_rule(inner) if inner is not None else None
    if inner is None and not table.has("datumregel"):
        table.fault("datumregel", "ontbreekt", 'een tabel, zoals { soort = "aangekondigd" }')
    return rule or DateRule(RuleKind.ANNOUNCED)


def _known_dates(table: Table) -> tuple[KnownDates, ...]:
    tables = table.tables("datum")
    read = [(one, _known(one)) for one in tables]
    good = [(one, known) for one, known in read if known is not None]
    runs = [f"{known.year}, keer {known.run}" for _, known in good]
    unique([one for one, _ in good], runs, "jaar")
    return tuple(known for _, known in good)


def _known(table: Table) -> KnownDates | None:
    year = table.year("jaar")
    run = table.whole("keer", 1, _MOST_RUNS, 1)
    span = table.span("van", "tot")
    source = table.text("bron")
    confirmed = table.flag("bevestigd")
    checked_on = table.optional_day("gecontroleerd_op")
    theme = table.text("thema", "")
    table.close()
    if span is None:
        return None
    if span.first.year != year:
        table.fault("van", f"{span.first} ligt niet in jaar = {year}", f"een datum in {year}")
    return KnownDates(year, span, source, run, confirmed, checked_on, theme)


def _rota_entry(
    table: Table,
    region: str,
    source: str,
    campaigns: Collection[str] | None,
    municipalities: Collection[str] | None,
) -> RotaEntry:
    year = table.year("jaar")
    entry = RotaEntry(
        key=f"{region}-{year}",
        region=region,
        year=year,
        campaign=table.reference("campagne", campaigns, "campagne"),
        theme=table.text("thema"),
        plan_period=table.text("periode_in_plan"),
        why_differs=table.text("waarom_anders", ""),
        lead=table.optional_reference("trekker", municipalities, "gemeente"),
        budget_eur=table.whole("budget_euro_per_gemeente", 0, _MOST_EUROS),
        division=table.text("verdeling", ""),
        agreements=_agreements(table, municipalities),
        source=source,
    )
    table.close()
    return entry


def _agreements(
    table: Table, municipalities: Collection[str] | None
) -> tuple[tuple[str, Agreement], ...]:
    inner = table.table("gemeenten")
    if inner is None:
        if not table.has("gemeenten"):
            table.fault("gemeenten", "ontbreekt", 'een tabel, zoals { lisse = "voorgesteld" }')
        return ()
    found = []
    for name in inner.names():
        inner.must_exist(name, name, municipalities, "gemeente")
        found.append((name, inner.word(name, _AGREEMENTS)))
    return tuple(found)


def _measure(table: Table, regions: Collection[str] | None) -> Measure:
    measure = Measure(
        key=table.slug("sleutel"),
        name=table.text("naam"),
        region=table.reference("regio", regions, "regio"),
        years=(
            table.year("van_jaar"),
            table.year("tot_jaar"),
        ),
        text=table.text("tekst"),
        budget=table.text("budget", ""),
        evaluations=table.years("evaluatie_in"),
        source=table.text("bron"),
    )
    first, last = measure.years
    if last < first:
        table.fault("tot_jaar", f"{last} ligt voor van_jaar = {first}", "hetzelfde jaar of later")
    table.close()
    return measure
