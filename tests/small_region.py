"""A small region with what a year of campaigns needs, for every test that wants one."""

from datetime import date
from itertools import groupby

from campagne.clock import SetClock
from campagne.domain import codec
from campagne.domain.dates import DateRule, FixedDays, RuleKind, WeekContaining
from campagne.domain.playbook import MeetingLead, Role, Scope
from campagne.domain.rota import Agreement, Certainty, EditionStatus
from campagne.store import tables
from campagne.store.database import Database


def load_world(database: Database) -> None:
    """Store a small region, as on Monday 7 September 2026.

    Leiden is the centrumgemeente of Holland Rijnland, in which the Duin- en Bollenstreek lies
    (Katwijk, Noordwijk, and Hillegom, Lisse, Teylingen that share HLTsamen); Gouda lies in
    Midden-Holland and has nothing to do with them. In 2026 the Bollenstreek puts the Week tegen
    Kindermishandeling central, Katwijk leads; Orange the World runs too; the dates of the
    public campaign are not sure.
    """
    with database.session() as session:
        # The tables know no relations, so rows go in table by table: what is pointed at, first.
        for _, rows in groupby([*_places(), *_campaigns(), *_playbook(), *_people()], key=type):
            session.add_all(rows)
            session.flush()


def _places() -> list[object]:
    regions = [
        ("hollands-midden", "Hollands Midden", None, None),
        ("holland-rijnland", "Holland Rijnland", "hollands-midden", "leiden"),
        ("midden-holland", "Midden-Holland", "hollands-midden", "gouda"),
        ("duin-en-bollenstreek", "Duin- en Bollenstreek", "holland-rijnland", None),
    ]
    municipalities = [
        ("leiden", "Leiden", "GM0546", "holland-rijnland", None),
        ("katwijk", "Katwijk", "GM0537", "duin-en-bollenstreek", None),
        ("noordwijk", "Noordwijk", "GM0575", "duin-en-bollenstreek", None),
        ("hillegom", "Hillegom", "GM0534", "duin-en-bollenstreek", "HLTsamen"),
        ("lisse", "Lisse", "GM0553", "duin-en-bollenstreek", "HLTsamen"),
        ("teylingen", "Teylingen", "GM1525", "duin-en-bollenstreek", "HLTsamen"),
        ("gouda", "Gouda", "GM0513", "midden-holland", None),
    ]
    return [
        *(
            tables.RegionRow(key=key, name=name, parent_key=parent, centre_key=centre)
            for key, name, parent, centre in regions
        ),
        *(
            tables.MunicipalityRow(
                key=key,
                name=name,
                cbs_code=code,
                region_key=region,
                work_organisation=shared,
                local_team="Sociaal Team",
                website=f"https://{key}.example.nl",
                source="voorbeeld",
            )
            for key, name, code, region, shared in municipalities
        ),
    ]


def _campaigns() -> list[object]:
    now = SetClock(date(2026, 9, 7)).now()
    days = {
        "orange-the-world": (date(2026, 11, 25), date(2026, 12, 10)),
        "week-tegen-kindermishandeling": (date(2026, 11, 16), date(2026, 11, 22)),
        "publiekscampagne-huiselijk-geweld": (date(2026, 10, 5), date(2026, 10, 18)),
    }
    rules = {
        "orange-the-world": DateRule(RuleKind.FIXED, FixedDays(11, 25, 12, 10)),
        "week-tegen-kindermishandeling": DateRule(RuleKind.COMPUTED, WeekContaining(11, 20)),
        "publiekscampagne-huiselijk-geweld": DateRule(RuleKind.ANNOUNCED),
    }
    names = {
        "orange-the-world": "Orange the World",
        "week-tegen-kindermishandeling": "Week tegen Kindermishandeling",
        "publiekscampagne-huiselijk-geweld": "Publiekscampagne huiselijk geweld",
    }
    rows: list[object] = [tables.DataVersionRow(version=1, changed_at=now)]
    for key, rule in rules.items():
        sure = rule.kind is not RuleKind.ANNOUNCED
        first, last = days[key]
        rows.append(
            tables.CampaignRow(
                key=key,
                name=names[key],
                rule=codec.rule_to_dict(rule),
                rule_text=f"de regel van {names[key]}",
                certainty=Certainty.HIGH if sure else Certainty.LOW,
                organiser="Stichting Voorbeeld",
                source="https://example.org/bron",
                summary=f"{names[key]} vraagt aandacht voor geweld in huis.",
                checked_on=date(2026, 6, 1),
                known=[]
                if sure
                else [
                    {
                        "year": 2026,
                        "run": 1,
                        "first": first.isoformat(),
                        "last": last.isoformat(),
                        "confirmed": False,
                        "source": "https://example.org/bron",
                        "checked_on": None,
                        "theme": "",
                    }
                ],
            )
        )
        rows.append(
            tables.EditionRow(
                key=f"{key}-2026",
                campaign_key=key,
                year=2026,
                first=first,
                last=last,
                status=EditionStatus.CONFIRMED if sure else EditionStatus.PROVISIONAL,
                source="https://example.org/bron",
                created_at=now,
                modified_at=now,
            )
        )
        rows.append(
            tables.EditionDatesRow(
                edition_key=f"{key}-2026", date_version=1, first=first, last=last
            )
        )
    central = tables.RotaEntryRow(
        key="duin-en-bollenstreek-2026",
        region_key="duin-en-bollenstreek",
        year=2026,
        campaign_key="week-tegen-kindermishandeling",
        plan_period="18 - 24 november",
        why_differs="De week is altijd die met 20 november.",
        lead_key="katwijk",
        budget_eur=2500,
        source="uitvoeringsplan",
    )
    rows.append(central)
    rows.extend(
        tables.RotaAgreementRow(
            entry_key=central.key, municipality_key=key, agreement=Agreement.AGREED
        )
        for key in ("katwijk", "noordwijk", "hillegom", "lisse", "teylingen")
    )
    return rows


def _playbook() -> list[object]:
    steps = [
        ("partners", "Partners en budget regelen", Role.POLICY, "26 weken voor de start"),
        ("materiaal", "Materiaal bestellen", Role.COMMUNICATION, "8 weken voor de start"),
        ("website", "Bericht op de website", Role.COMMUNICATION, "2 weken voor de start"),
        ("evaluatie", "Evaluatie voor het overleg", Role.POLICY, "6 weken na het einde"),
        ("signaal", "Laat weten of je meedoet", Role.COMMUNICATION, "10 weken voor de start"),
    ]
    lead = codec.meeting_lead_to_dict(MeetingLead("rbo", 10))
    return [
        *(
            tables.StepRow(
                key=key,
                position=position,
                title=title,
                what=f"{title}.",
                role=role,
                lead=when,
                scope=(Scope.SIGNAL if key == "signaal" else Scope.FULL).value,
                summer="before",
                before_meeting=lead if key == "evaluatie" else None,
                resident_facing=key == "website",
            )
            for position, (key, title, role, when) in enumerate(steps)
        ),
        tables.MeetingSeriesRow(
            key="rbo",
            name="Regionaal bestuurlijk overleg",
            frequency="vier keer per jaar",
            source="voorbeeld",
            meetings=[{"on": "2027-02-11", "papers_close": "2027-01-28"}],
        ),
        tables.MeasureRow(
            key="training-meldcode",
            name="Training meldcode",
            region_key="duin-en-bollenstreek",
            first_year=2024,
            last_year=2027,
            text="Professionals oefenen met de meldcode.",
            evaluations=[2026],
            source="uitvoeringsplan",
        ),
        *(
            tables.HelpLineRow(
                key=key,
                position=position,
                name=name,
                number=number,
                for_whom="iedereen",
                hours="dag en nacht",
                cost="gratis",
                always_shown=True,
                source="https://example.org/hulplijn",
                checked_on=date(2026, 8, 3),
            )
            for position, (key, name, number) in enumerate(
                [("112", "Alarmnummer", "112"), ("veilig-thuis", "Veilig Thuis", "0800-2000")]
            )
        ),
    ]


def _people() -> list[object]:
    assignments = {
        "leiden-centrum": [(Role.CENTRE, "leiden")],
        "katwijk-campagnes": [(Role.COMMUNICATION, "katwijk"), (Role.POLICY, "katwijk")],
        "gouda-communicatie": [(Role.COMMUNICATION, "gouda")],
        "hltsamen-communicatie": [
            (Role.COMMUNICATION, "hillegom"),
            (Role.COMMUNICATION, "lisse"),
            (Role.COMMUNICATION, "teylingen"),
        ],
    }
    names = {
        "leiden-centrum": "Team Zorg en Veiligheid",
        "katwijk-campagnes": "Communicatie en beleid Katwijk",
        "gouda-communicatie": "Communicatie Gouda",
        "hltsamen-communicatie": "Communicatie HLTsamen",
    }
    return [
        *(
            tables.ContactRow(key=key, name=name, email=f"{key}@example.nl", phone="071 000 00 00")
            for key, name in names.items()
        ),
        *(
            tables.ContactRoleRow(contact_key=key, role=role, municipality_key=municipality)
            for key, pairs in assignments.items()
            for role, municipality in pairs
        ),
    ]
