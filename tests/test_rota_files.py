"""Reading `calendars/`: what it makes of good files, and what it says of wrong ones."""

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain.contacts import Contact
from campagne.domain.dates import (
    SCHOOL_HOLIDAYS,
    SCHOOL_REGIONS,
    BeforeSchoolHoliday,
    DateRule,
    FixedDays,
    FromEaster,
    IsoWeek,
    NthWeekday,
    RuleKind,
    Span,
    WeekContaining,
    WeekdayFrom,
)
from campagne.domain.playbook import (
    Anchor,
    EvaluationPart,
    LeadTime,
    Meeting,
    MeetingLead,
    Role,
    Scope,
    SummerRule,
    Unit,
)
from campagne.domain.profile import AddressForm, CopyDeadline
from campagne.domain.rota import Agreement, Certainty, KnownDates, Material
from campagne.errors import CalendarFilesError
from campagne.rota_files import RotaFiles, load, rule_to_table
from campagne.rota_files.documents import Document
from campagne.rota_files.reading import Table
from campagne.rota_files.rules import read_rule

FILES = {
    "gemeenten.toml": """\
[[regio]]
sleutel = "streek"
naam = "De Streek"
centrumgemeente = "berg"

[[regio]]
sleutel = "hoek"
naam = "De Hoek"
hoort_bij = "streek"

[[gemeente]]
sleutel = "berg"
naam = "Berg"
cbs_code = "GM0001"
regio = "streek"
vakantieregio = "Midden"
bron = "plan"

[[gemeente]]
sleutel = "dal"
naam = "Dal"
cbs_code = "GM0002"
regio = "hoek"
vakantieregio = "Zuid"
bron = "plan"
geldig_van = 2020-01-01
geldig_tot = 2030-12-31
goede_vrijdag_dicht = true
dichte_dagen = [2026-12-24]
meld_aan_centrum = true
website = "https://dal.example.nl"
lokaal_team = "Dalteam"
lokaal_team_telefoon = "14 071"
sociale_media = { facebook = "@gemeentedal", x = "dal" }
krant = "De Daler"
kopij_uiterlijk = "maandag 12.00"
aanspreekvorm = "je"
hulplijnen = ["112"]
""",
    "campagnes.toml": """\
[[campagne]]
sleutel = "lente"
naam = "Lente"
samenvatting = \"\"\"
Over de
lente.\"\"\"
datumregel = { soort = "vast", van = "21 maart" }
regel = "Elk jaar op 21 maart."
zekerheid = "hoog"
organisator = "De Bond"
bron = "plan"

[[campagne]]
sleutel = "dans"
naam = "Dans"
samenvatting = "Over dansen."
datumregel = { soort = "aangekondigd" }
regel = "De Bond kondigt aan."
zekerheid = "laag"
organisator = "De Bond"
regio = "hoek"
hoort_bij = "lente"
bron = "plan"

[[campagne.datum]]
jaar = 2027
van = 2027-05-01
tot = 2027-05-03
bron = "brief"
bevestigd = true

[[campagne.datum]]
jaar = 2027
keer = 2
van = 2027-12-30
tot = 2028-01-02
bron = "brief"
""",
    "rooster-hoek.toml": """\
regio = "hoek"
bron = "plan"

[[jaar]]
jaar = 2027
campagne = "lente"
thema = "Bloei"
periode_in_plan = "21 mrt"
trekker = "dal"
budget_euro_per_gemeente = 1000
gemeenten = { dal = "akkoord" }
""",
    "draaiboek.toml": """\
[[stap]]
sleutel = "begin"
titel = "Beginnen"
wat = "Begin."
rol = "beleid"
wanneer = "26 weken voor de start"
bereik = "volledig"
zomervakantie = "ervoor"

[[stap]]
sleutel = "einde"
titel = "Afronden"
wat = "Rond af."
rol = "communicatie"
wanneer = "6 weken na het einde"
bereik = "signaal"
zomervakantie = "overslaan"
nog_nuttig_dagen = 7
nogmaals_na_werkdagen = 3
collega_na_werkdagen = 9
centrum_na_werkdagen = 14
voor_inwoners = true
voor_overleg = { soort = "raad", werkdagen = 5 }

[[stap]]
sleutel = "terugkijken"
titel = "Terugkijken"
wat = "Kijk terug."
rol = "beleid"
wanneer = "2 weken na het einde"
bereik = "volledig"
zomervakantie = "laten-staan"
evaluatie = "ervaringen"
""",
    "overleggen.toml": """\
[[overleg]]
sleutel = "raad"
naam = "De Raad"
frequentie = "elke maand"
bron = "plan"

[[overleg.datum]]
op = 2027-02-11
stukken_sluiten = 2027-02-04
""",
    "maatregelen.toml": """\
[[maatregel]]
sleutel = "cursus"
naam = "Cursus"
regio = "hoek"
van_jaar = 2025
tot_jaar = 2026
tekst = "Een cursus."
evaluatie_in = [2026]
bron = "plan"
""",
    "hulplijnen.toml": """\
[[hulplijn]]
sleutel = "112"
naam = "112"
nummer = "112"
voor_wie = "bij gevaar"
altijd = true
bron = "plan"
gecontroleerd_op = 2026-01-02
""",
    "mensen.toml": """\
[[contact]]
sleutel = "an"
naam = "An"
email = "an@example.nl"
beleid_voor = ["berg", "dal"]
centrum_voor = ["berg"]
""",
}


def folder_with(tmp_path: Path, changed: Mapping[str, str] | None = None) -> Path:
    for name, text in (FILES | dict(changed or {})).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def change(name: str, old: str, new: str) -> dict[str, str]:
    assert FILES[name].count(old) >= 1, f"{old!r} is not in {name}"
    return {name: FILES[name].replace(old, new, 1)}


def load_changed(tmp_path: Path, changed: Mapping[str, str] | None = None) -> RotaFiles:
    return load(folder_with(tmp_path, changed), contacts="mensen.toml")


def faults_of(tmp_path: Path, changed: Mapping[str, str]) -> tuple[str, ...]:
    with pytest.raises(CalendarFilesError) as caught:
        load_changed(tmp_path, changed)
    return caught.value.faults


def test_a_good_set_is_read_whole(tmp_path: Path) -> None:
    found = load_changed(tmp_path)

    assert [(one.key, one.parent, one.centre) for one in found.regions] == [
        ("streek", None, "berg"),
        ("hoek", "streek", None),
    ]
    dal = found.municipalities[1]
    assert (dal.valid_from, dal.valid_to) == (date(2020, 1, 1), date(2030, 12, 31))
    assert (dal.good_friday_closed, dal.liberation_day_closed) == (True, False)
    assert dal.tell_centre
    assert dal.closed_days == (date(2026, 12, 24),)
    assert (dal.school_region, dal.profile.website) == ("Zuid", "https://dal.example.nl")
    assert dal.profile.handles == (("facebook", "gemeentedal"), ("x", "dal"))
    assert (dal.profile.local_team, dal.profile.team_phone) == ("Dalteam", "14 071")
    assert dal.profile.copy_deadline == CopyDeadline(0, 12, 0)
    assert dal.profile.address_form is AddressForm.INFORMAL
    assert dal.profile.help_lines == ("112",)
    lente, dans = found.campaigns
    assert lente.summary == "Over de lente."
    assert lente.rule == DateRule(RuleKind.FIXED, FixedDays(3, 21, 3, 21))
    assert (lente.certainty, lente.region, lente.known) == (Certainty.HIGH, None, ())
    assert (dans.region, dans.part_of, dans.rule.kind) == ("hoek", "lente", RuleKind.ANNOUNCED)
    assert dans.known == (
        KnownDates(2027, Span(date(2027, 5, 1), date(2027, 5, 3)), "brief", confirmed=True),
        KnownDates(2027, Span(date(2027, 12, 30), date(2028, 1, 2)), "brief", run=2),
    )
    (entry,) = found.rota
    assert (entry.key, entry.region, entry.source) == ("hoek-2027", "hoek", "plan")
    assert (entry.lead, entry.budget_eur) == ("dal", 1000)
    assert entry.agreements == (("dal", Agreement.AGREED),)
    begin, end, back = found.steps
    assert begin.lead == LeadTime(26, Unit.WEEKS, Anchor.BEFORE_START)
    assert (begin.role, begin.scope, begin.summer) == (Role.POLICY, Scope.FULL, SummerRule.BEFORE)
    assert (begin.before_meeting, begin.useful_days, begin.resident_facing) == (None, None, False)
    assert (end.role, end.scope, end.summer) == (Role.COMMUNICATION, Scope.SIGNAL, SummerRule.SKIP)
    assert (end.before_meeting, end.useful_days) == (MeetingLead("raad", 5, 14), 7)
    assert end.resident_facing
    assert (begin.again_days, begin.colleague_days, begin.centre_days) == (None, None, None)
    assert (end.again_days, end.colleague_days, end.centre_days) == (3, 9, 14)
    assert (begin.evaluation, back.evaluation) == (None, EvaluationPart.EXPERIENCES)
    (series,) = found.meetings
    assert series.meetings == (Meeting("raad", date(2027, 2, 11), date(2027, 2, 4)),)
    (measure,) = found.measures
    assert (measure.years, measure.evaluations) == ((2025, 2026), (2026,))
    (line,) = found.help_lines
    assert (line.number, line.always_shown, line.checked_on) == ("112", True, date(2026, 1, 2))
    assert found.contacts == (
        Contact(
            "an",
            "An",
            "an@example.nl",
            assignments=((Role.POLICY, "berg"), (Role.POLICY, "dal"), (Role.CENTRE, "berg")),
        ),
    )


def test_pieces_of_material_are_read_in_their_order(tmp_path: Path) -> None:
    pieces = ", ".join(
        f'{{ titel = "{title}", adres = "https://example.org/{title}" }}' for title in ("film", "a")
    )
    text = FILES["campagnes.toml"].replace('regel = "Elk', f'stuk = [{pieces}]\nregel = "Elk', 1)
    found = load_changed(tmp_path, {"campagnes.toml": text}).campaigns
    assert [one.materials for one in found if one.materials] == [
        (Material("film", "https://example.org/film"), Material("a", "https://example.org/a"))
    ]


def test_the_toolkit_of_a_year_is_read(tmp_path: Path) -> None:
    name, old, new = _with_toolkit(gebruiken_tot="2027-03-01", beelden="true")
    (found,) = load_changed(tmp_path, change(name, old, new)).campaigns[0].year_materials
    assert (found.year, found.run) == (2027, 1)
    assert str(found.material) == (
        "https://example.org/toolkit (vanaf maandag 1 februari 2027 tot en met maandag 1 maart"
        " 2027; vrij te gebruiken), met website, persbericht en beelden"
    )


def test_the_calendar_of_an_organiser_is_read(tmp_path: Path) -> None:
    lines = 'agenda = "https://example.org/a.ics"\nagenda_titel = "week"\nregel = "Elk'
    text = FILES["campagnes.toml"].replace('regel = "Elk', lines, 1)
    found = load_changed(tmp_path, {"campagnes.toml": text}).campaigns
    assert [(one.calendar_url, one.calendar_title) for one in found if one.calendar_url] == [
        ("https://example.org/a.ics", "week")
    ]


def test_without_a_contacts_file_there_are_no_contacts(tmp_path: Path) -> None:
    assert load(folder_with(tmp_path), contacts=None).contacts == ()


def test_files_from_a_windows_editor_are_read_too(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert len(load(folder, contacts="mensen.toml").campaigns) == 2


def test_every_rota_in_the_folder_is_read(tmp_path: Path) -> None:
    text = FILES["rooster-hoek.toml"].replace('regio = "hoek"', 'regio = "streek"')
    found = load_changed(tmp_path, {"rooster-streek.toml": text})
    assert [one.key for one in found.rota] == ["hoek-2027", "streek-2027"]


def _with_toolkit(**other: str) -> tuple[str, str, str]:
    values = {
        "jaar": "2027",
        "adres": '"https://example.org/toolkit"',
        "sinds": "2027-02-01",
        "licentie": '"vrij te gebruiken"',
        "teksten": '["website", "persbericht"]',
    } | {name: one if name != "adres" else f'"{one}"' for name, one in other.items()}
    fields = ", ".join(f"{name} = {one}" for name, one in values.items())
    return "campagnes.toml", 'regel = "Elk', f'toolkit = [{{ {fields} }}]\nregel = "Elk'


WRONG = [
    pytest.param(
        *("campagnes.toml", 'naam = "Lente"', "naam = Lente"),
        "campagnes.toml, regel 3: naam = Lente: dit is geen geldige TOML",
        id="syntax",
    ),
    pytest.param(
        *("campagnes.toml", 'naam = "Lente"', 'naam = "Lente'),
        'campagnes.toml, regel 3: naam = "Lente: dit is geen geldige TOML',
        id="open-quote",
    ),
    pytest.param(
        *("campagnes.toml", 'naam = "Lente"', 'naam = "Lente"\nnaam = "Zomer"'),
        'campagnes.toml, regel 4: naam = "Zomer": deze naam staat hier voor de tweede keer',
        id="key-twice",
    ),
    pytest.param(
        *("campagnes.toml", "van = 2027-05-01", "van = 2027-02-30"),
        "campagnes.toml, regel 27: van = 2027-02-30: deze datum bestaat niet",
        id="30-february-as-date",
    ),
    pytest.param(
        *("campagnes.toml", 'van = "21 maart"', 'van = "30 februari"'),
        'campagnes.toml, regel 7, campagne "lente", datumregel: Dag 30 in maand 2 bestaat niet',
        id="30-february-in-rule",
    ),
    pytest.param(
        *("campagnes.toml", 'zekerheid = "laag"', 'zekerhied = "laag"'),
        'regel 19, campagne "dans", zekerhied: onbekende sleutel; toegestaan: ',
        id="unknown-key",
    ),
    pytest.param(
        *("campagnes.toml", 'zekerheid = "laag"', 'zekerhied = "laag"'),
        '(bedoel je "zekerheid"?)',
        id="unknown-key-tip",
    ),
    pytest.param(
        *("campagnes.toml", 'zekerheid = "laag"', 'zekerhied = "laag"'),
        'regel 13, campagne "dans", zekerheid: ontbreekt; toegestaan: hoog, middel of laag',
        id="missing-word",
    ),
    pytest.param(
        *("campagnes.toml", 'naam = "Lente"\n', ""),
        'campagnes.toml, regel 1, campagne "lente", naam: ontbreekt; toegestaan: een tekst',
        id="missing-text",
    ),
    pytest.param(
        *("campagnes.toml", 'sleutel = "lente"\n', ""),
        "campagnes.toml, regel 1, campagne 1, sleutel: ontbreekt",
        id="missing-key-of-table",
    ),
    pytest.param(
        *("campagnes.toml", 'naam = "Lente"', "naam = 5"),
        'campagne "lente", naam: gevonden 5; toegestaan: een tekst tussen aanhalingstekens',
        id="number-for-text",
    ),
    pytest.param(
        *("campagnes.toml", 'naam = "Lente"', 'naam = "  "'),
        'campagne "lente", naam: gevonden ""; toegestaan: een tekst',
        id="empty-text",
    ),
    pytest.param(
        *("campagnes.toml", 'naam = "Lente"', 'naam = "a\\u0007b"'),
        'campagne "lente", naam: gevonden',
        id="control-character",
    ),
    pytest.param(
        *("campagnes.toml", 'zekerheid = "hoog"', 'zekerheid = "hoogg"'),
        'zekerheid: gevonden "hoogg"; toegestaan: hoog, middel of laag (bedoel je "hoog"?)',
        id="wrong-word",
    ),
    pytest.param(
        *("campagnes.toml", 'sleutel = "lente"', 'sleutel = "De Lente"'),
        'sleutel: gevonden "De Lente"; toegestaan: kleine letters, cijfers en streepjes',
        id="key-is-no-slug",
    ),
    pytest.param(
        *("campagnes.toml", 'sleutel = "dans"', 'sleutel = "lente"'),
        'regel 14, campagne "lente", sleutel: "lente" komt twee keer voor',
        id="campaign-twice",
    ),
    pytest.param(
        *("campagnes.toml", 'regio = "hoek"', 'regio = "hoeck"'),
        'regio "hoeck" bestaat niet; toegestaan: een bekende regio (bedoel je "hoek"?)',
        id="unknown-region",
    ),
    pytest.param(
        *("campagnes.toml", 'hoort_bij = "lente"', 'hoort_bij = "herfst"'),
        'campagne "dans", hoort_bij: campagne "herfst" bestaat niet',
        id="unknown-campaign-around",
    ),
    pytest.param(
        *("campagnes.toml", 'hoort_bij = "lente"', 'hoort_bij = "dans"'),
        'campagne "dans", hoort_bij: zo hoort "dans" bij zichzelf',
        id="campaign-around-itself",
    ),
    pytest.param(
        *("campagnes.toml", "tot = 2027-05-03", "tot = 2027-04-30"),
        'regel 28, campagne "dans", datum 1, tot: 2027-04-30 ligt voor van = 2027-05-01; '
        "toegestaan: een datum op of na 2027-05-01",
        id="ends-before-it-starts",
    ),
    pytest.param(
        *("campagnes.toml", "van = 2027-05-01", 'van = "2027-05-01"'),
        'datum 1, van: gevonden "2027-05-01"; toegestaan: een datum zonder aanhalingstekens',
        id="date-in-quotes",
    ),
    pytest.param(
        *("campagnes.toml", "van = 2027-05-01", "van = 2027-05-01T10:00:00"),
        "datum 1, van: gevonden 2027-05-01 10:00:00; toegestaan: een datum zonder",
        id="date-with-time",
    ),
    pytest.param(
        *("campagnes.toml", "van = 2027-05-01", "van = 0001-01-01"),
        "datum 1, van: gevonden 0001-01-01; toegestaan: een datum zonder",
        id="date-outside-the-calendar",
    ),
    pytest.param(
        *("campagnes.toml", "jaar = 2027", "jaar = 2026"),
        "datum 1, van: 2027-05-01 ligt niet in jaar = 2026",
        id="date-in-another-year",
    ),
    pytest.param(
        *("campagnes.toml", "keer = 2\n", ""),
        'regel 33, campagne "dans", datum 2, jaar: "2027, keer 1" komt twee keer voor',
        id="run-twice",
    ),
    pytest.param(
        *("campagnes.toml", "bevestigd = true", 'bevestigd = "ja"'),
        'datum 1, bevestigd: gevonden "ja"; toegestaan: true of false',
        id="yes-in-quotes",
    ),
    pytest.param(
        *("campagnes.toml", 'regel = "Elk', 'materiaal = "javascript:alert(1)"\nregel = "Elk'),
        'materiaal: gevonden "javascript:alert(1)"; toegestaan: een webadres dat begint met',
        id="no-web-address",
    ),
    pytest.param(
        *(
            "campagnes.toml",
            'regel = "Elk',
            'stuk = [{ titel = "Posters", adres = "posters" }]\nregel = "Elk',
        ),
        'stuk 1, adres: gevonden "posters"; toegestaan: een webadres dat begint met',
        id="material-without-address",
    ),
    pytest.param(
        *("campagnes.toml", 'regel = "Elk', 'stuk = [{ titel = "Posters" }]\nregel = "Elk'),
        "stuk 1, adres: ontbreekt; toegestaan: een webadres dat begint met https://",
        id="material-nowhere",
    ),
    pytest.param(
        *_with_toolkit(adres="http://example.org"),
        "toolkit 1, adres: Schrijf het hele webadres, dat begint met https://",
        id="toolkit-without-https",
    ),
    pytest.param(
        *_with_toolkit(gebruiken_tot="2027-01-31"),
        "toolkit 1, gebruiken_tot: De laatste dag waarop je het materiaal mag gebruiken",
        id="toolkit-over-before-it-is-there",
    ),
    pytest.param(
        *_with_toolkit(teksten='["gedicht"]'),
        "toolkit 1, teksten: De soort tekst 'gedicht' bestaat niet. Kies uit website,",
        id="toolkit-with-a-strange-text",
    ),
    pytest.param(
        *_with_toolkit(licentie='""'),
        'toolkit 1, licentie: gevonden ""; toegestaan: een tekst',
        id="toolkit-without-licence",
    ),
    pytest.param(
        *("campagnes.toml", 'regel = "Elk', 'agenda = "webcal://example.org"\nregel = "Elk'),
        'agenda: gevonden "webcal://example.org"; toegestaan: een webadres dat begint met',
        id="calendar-without-https",
    ),
    pytest.param(
        *("campagnes.toml", 'regel = "Elk', 'agenda_titel = "week"\nregel = "Elk'),
        "agenda_titel: staat er zonder agenda; toegestaan: ook agenda, een webadres",
        id="calendar-nowhere",
    ),
    pytest.param(
        *("campagnes.toml", 'datumregel = { soort = "vast", van = "21 maart" }', ""),
        'campagne "lente", datumregel: ontbreekt',
        id="no-rule",
    ),
    pytest.param(
        *("campagnes.toml", '{ soort = "vast", van = "21 maart" }', '"21 maart"'),
        'datumregel: gevonden "21 maart"; toegestaan: een tabel',
        id="rule-is-text",
    ),
    pytest.param(
        *("campagnes.toml", 'soort = "vast"', 'soort = "vaste"'),
        'datumregel, soort: gevonden "vaste"; toegestaan: vast, berekend, aangekondigd of geschat',
        id="wrong-kind-of-rule",
    ),
    pytest.param(
        *("campagnes.toml", 'soort = "vast", van', 'soort = "berekend", van'),
        "datumregel, vorm: ontbreekt; toegestaan: week-met, weeknummer,",
        id="rule-without-form",
    ),
    pytest.param(
        *("campagnes.toml", 'soort = "vast", van', 'soort = "berekend", vorm = "week-met", van'),
        "datumregel, van: onbekende sleutel; toegestaan: soort, vorm of dag",
        id="formula-with-a-wrong-field",
    ),
    pytest.param(
        *("campagnes.toml", 'van = "21 maart"', 'van = "21 maartt"'),
        'van: gevonden "21 maartt"; toegestaan: een dag en een maand, zoals "25 november" '
        '(bedoel je "maart"?)',
        id="wrong-month",
    ),
    pytest.param(
        *("campagnes.toml", 'soort = "aangekondigd"', 'soort = "aangekondigd", week = 4'),
        "datumregel, week: onbekende sleutel; toegestaan: soort",
        id="announced-with-a-formula",
    ),
    pytest.param(
        *("campagnes.toml", "[[campagne]]", "[[campagnes]]"),
        "campagnes.toml, regel 1, campagnes: onbekende sleutel",
        id="unknown-table",
    ),
    pytest.param(
        *("gemeenten.toml", 'sleutel = "dal"', 'sleutel = "berg"'),
        'regel 20, gemeente "berg", sleutel: "berg" komt twee keer voor',
        id="municipality-twice",
    ),
    pytest.param(
        *("gemeenten.toml", "GM0002", "GM0001"),
        'gemeente "dal", cbs_code: "GM0001" komt twee keer voor',
        id="cbs-code-twice",
    ),
    pytest.param(
        *("gemeenten.toml", "GM0002", "0002"),
        'gemeente "dal", cbs_code: gevonden "0002"; toegestaan: GM en vier cijfers',
        id="wrong-cbs-code",
    ),
    pytest.param(
        *("gemeenten.toml", "geldig_tot = 2030-12-31", "geldig_tot = 2019-12-31"),
        "geldig_tot: 2019-12-31 ligt voor geldig_van = 2020-01-01",
        id="municipality-ends-before-it-starts",
    ),
    pytest.param(
        *("gemeenten.toml", "[2026-12-24]", '["24 december"]'),
        "dichte_dagen: gevonden een lijst; toegestaan: een lijst met datums",
        id="list-of-texts-for-dates",
    ),
    pytest.param(
        *("gemeenten.toml", 'centrumgemeente = "berg"', 'centrumgemeente = "burg"'),
        'regio "streek", centrumgemeente: gemeente "burg" bestaat niet',
        id="unknown-centre",
    ),
    pytest.param(
        *("gemeenten.toml", 'naam = "De Streek"', 'naam = "De Streek"\nhoort_bij = "hoek"'),
        'regel 4, regio "streek", hoort_bij: zo hoort "streek" bij zichzelf',
        id="region-in-a-circle",
    ),
    pytest.param(
        *("gemeenten.toml", 'vakantieregio = "Midden"', 'vakantieregio = "midden"'),
        'vakantieregio: gevonden "midden"; toegestaan: Noord, Midden of Zuid',
        id="wrong-school-region",
    ),
    pytest.param(
        *("rooster-hoek.toml", 'campagne = "lente"', 'campagne = "lentte"'),
        'rooster-hoek.toml, regel 6, jaar 1, campagne: campagne "lentte" bestaat niet; '
        'toegestaan: een bekende campagne (bedoel je "lente"?)',
        id="rota-unknown-campaign",
    ),
    pytest.param(
        *("rooster-hoek.toml", '{ dal = "akkoord" }', '{ dall = "akkoord" }'),
        'rooster-hoek.toml, regel 11, jaar 1, gemeenten, dall: gemeente "dall" bestaat niet',
        id="rota-unknown-municipality",
    ),
    pytest.param(
        *("rooster-hoek.toml", '{ dal = "akkoord" }', '{ dal = "accoord" }'),
        'gemeenten, dal: gevonden "accoord"; toegestaan: voorgesteld, akkoord of wijkt-af',
        id="rota-wrong-agreement",
    ),
    pytest.param(
        *("rooster-hoek.toml", '{ dal = "akkoord" }', '{ berg = "akkoord" }'),
        'jaar 1, gemeenten: "berg" ligt niet in regio "hoek"',
        id="rota-municipality-of-another-region",
    ),
    pytest.param(
        *("rooster-hoek.toml", 'trekker = "dal"', 'trekker = "berg"'),
        'regel 9, jaar 1, trekker: "berg" ligt niet in regio "hoek"',
        id="rota-lead-of-another-region",
    ),
    pytest.param(
        *("rooster-hoek.toml", "= 1000", "= -1"),
        "budget_euro_per_gemeente: gevonden -1; toegestaan: een heel getal van 0 tot en met",
        id="rota-negative-budget",
    ),
    pytest.param(
        *("rooster-hoek.toml", "= 1000", "= true"),
        "budget_euro_per_gemeente: gevonden true; toegestaan: een heel getal",
        id="rota-budget-is-no-number",
    ),
    pytest.param(
        *("rooster-hoek.toml", 'gemeenten = { dal = "akkoord" }', ""),
        "rooster-hoek.toml, regel 4, jaar 1, gemeenten: ontbreekt; toegestaan: een tabel",
        id="rota-without-agreements",
    ),
    pytest.param(
        *("rooster-hoek.toml", '{ dal = "akkoord" }', "{ dal = { nee = 1 } }"),
        "gemeenten, dal: gevonden een tabel; toegestaan: voorgesteld,",
        id="rota-table-for-a-word",
    ),
    pytest.param(
        *("campagnes.toml", "[[campagne.datum]]", "[campagne.datum]"),
        "campagnes.toml, regel 32: [[campagne.datum]]: deze naam staat hier voor de tweede keer",
        id="single-and-double-brackets",
    ),
    pytest.param(
        *("overleggen.toml", "[[overleg.datum]]", "[overleg.datum]"),
        'overleg "raad", datum: gevonden een tabel; toegestaan: tabellen die beginnen met '
        "[[overleg.datum]]",
        id="single-brackets",
    ),
    pytest.param(
        *("draaiboek.toml", 'wanneer = "26 weken voor de start"\n', ""),
        'stap "begin", wanneer: ontbreekt; toegestaan: een tekst',
        id="no-lead-time",
    ),
    pytest.param(
        *("mensen.toml", "[[contact]]", "[contact]"),
        "mensen.toml, regel 1, contact: gevonden een tabel; toegestaan: tabellen die beginnen met "
        "[[contact]]",
        id="one-contact-in-single-brackets",
    ),
    pytest.param(
        *("gemeenten.toml", "[[gemeente]]", "[gemeente]"),
        "gemeenten.toml, regel 19: [[gemeente]]: deze naam staat hier voor de tweede keer",
        id="single-brackets-in-front-of-double",
    ),
    pytest.param(
        *("draaiboek.toml", 'sleutel = "einde"', 'sleutel = "begin"'),
        'draaiboek.toml, regel 11, stap "begin", sleutel: "begin" komt twee keer voor',
        id="step-twice",
    ),
    pytest.param(
        *("draaiboek.toml", "26 weken voor de start", "een half jaar ervoor"),
        'draaiboek.toml, regel 6, stap "begin", wanneer: De termijn',
        id="wrong-lead-time",
    ),
    pytest.param(
        *("draaiboek.toml", 'rol = "beleid"', 'rol = "beheer"'),
        'rol: gevonden "beheer"; toegestaan: communicatie, beleid of centrum',
        id="step-for-the-admin",
    ),
    pytest.param(
        *("draaiboek.toml", "collega_na_werkdagen = 9", "collega_na_werkdagen = 3"),
        "collega_na_werkdagen: gevonden 3, niet later dan de tweede herinnering (3 werkdagen);"
        " toegestaan: meer dan 3",
        id="colleague-not-after-the-second-reminder",
    ),
    pytest.param(
        *("draaiboek.toml", "centrum_na_werkdagen = 14", "centrum_na_werkdagen = 9"),
        "centrum_na_werkdagen: gevonden 9, niet later dan de mail aan collega's (9 werkdagen);"
        " toegestaan: meer dan 9",
        id="centre-not-after-the-colleagues",
    ),
    pytest.param(
        *("draaiboek.toml", 'evaluatie = "ervaringen"', 'evaluatie = "kosten"'),
        'evaluatie: gevonden "kosten"; toegestaan: ervaringen of cijfers',
        id="no-part-of-the-evaluation-form",
    ),
    pytest.param(
        *("draaiboek.toml", "2 weken na het einde", "2 weken voor de start"),
        "evaluatie: het evaluatieformulier is er na een campagne, voor gemeenten die meedoen;"
        ' toegestaan: een stap met bereik = "volledig" en een termijn na het einde',
        id="evaluation-form-before-the-start",
    ),
    pytest.param(
        *("draaiboek.toml", 'soort = "raad"', 'soort = "rbo"'),
        'voor_overleg, soort: overleg "rbo" bestaat niet',
        id="unknown-meeting",
    ),
    pytest.param(
        *("draaiboek.toml", "werkdagen = 5", "dagen = 5"),
        "voor_overleg, dagen: onbekende sleutel; toegestaan: soort, werkdagen of minstens",
        id="meeting-wrong-field",
    ),
    pytest.param(
        *("overleggen.toml", "stukken_sluiten = 2027-02-04", "stukken_sluiten = 2027-02-12"),
        'overleg "raad", datum 1, stukken_sluiten: 2027-02-12 ligt na het overleg zelf',
        id="papers-close-after-the-meeting",
    ),
    pytest.param(
        *("maatregelen.toml", "tot_jaar = 2026", "tot_jaar = 2024"),
        'maatregel "cursus", tot_jaar: 2024 ligt voor van_jaar = 2025',
        id="measure-ends-before-it-starts",
    ),
    pytest.param(
        *("maatregelen.toml", "[2026]", "[26]"),
        "evaluatie_in: gevonden een lijst; toegestaan: jaartallen van",
        id="short-year",
    ),
    pytest.param(
        *("hulplijnen.toml", 'nummer = "112"', 'nummer = "bel ons"'),
        'hulplijn "112", nummer: gevonden "bel ons"; toegestaan: zoals "112"',
        id="no-number",
    ),
    pytest.param(
        *("mensen.toml", "an@example.nl", "an.example.nl"),
        'mensen.toml, regel 4, contact "an", email: gevonden "an.example.nl"; een mailadres heeft '
        "precies een @",
        id="address-without-at",
    ),
    pytest.param(
        *("mensen.toml", '["berg", "dal"]', '["berg", "tal"]'),
        'contact "an", beleid_voor: gemeente "tal" bestaat niet',
        id="contact-of-unknown-municipality",
    ),
    pytest.param(
        *("mensen.toml", '["berg", "dal"]', '["berg", "berg"]'),
        'contact "an", beleid_voor: "berg" staat er twee keer',
        id="municipality-twice-in-a-list",
    ),
    pytest.param(
        *("mensen.toml", 'beleid_voor = ["berg", "dal"]\ncentrum_voor = ["berg"]\n', ""),
        'contact "an", beleid_voor: dit contact doet niets',
        id="contact-without-a-role",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), WRONG)
def test_a_wrong_file_is_refused_with_its_place_and_what_is_allowed(
    tmp_path: Path, name: str, old: str, new: str, expected: str
) -> None:
    faults = faults_of(tmp_path, change(name, old, new))
    assert any(expected in fault for fault in faults), faults
    assert all("\n" not in fault for fault in faults)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (
            FILES["mensen.toml"].replace("an@", "bo@"),
            'regel 9, contact "an", sleutel: "an" komt twee keer voor',
        ),
        (
            FILES["mensen.toml"].replace('"an"', '"bo"').replace("an@example", "AN@Example"),
            'contact "bo", email: "an@example.nl" komt twee keer voor',
        ),
    ],
)
def test_two_contacts_share_neither_key_nor_address(
    tmp_path: Path, second: str, expected: str
) -> None:
    (fault,) = faults_of(tmp_path, {"mensen.toml": FILES["mensen.toml"] + "\n" + second})
    assert expected in fault


def test_the_same_year_in_two_rotas_is_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, {"rooster-twee.toml": FILES["rooster-hoek.toml"]})
    assert fault.startswith("rooster-*.toml: hoek-2027 staat in meer dan een rooster; haal het")


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    changed = (
        change("campagnes.toml", 'zekerheid = "hoog"', 'zekerheid = "hoogg"')
        | change("gemeenten.toml", 'cbs_code = "GM0001"\n', "")
        | change("draaiboek.toml", 'bereik = "volledig"', "bereik = 1")
        | change("mensen.toml", "an@example.nl", "an")
        | {"overleggen.toml": "[[overleg\n"}
    )
    with pytest.raises(CalendarFilesError) as caught:
        load_changed(tmp_path, changed)

    faults = caught.value.faults
    assert len(faults) == 5
    assert {fault.split(",")[0] for fault in faults} == set(changed)
    assert str(caught.value).startswith("5 fouten in de kalenderbestanden:\n")
    assert all(fault in str(caught.value) for fault in faults)


@pytest.mark.parametrize("name", ["gemeenten.toml", "campagnes.toml", "overleggen.toml"])
def test_an_unreadable_file_is_one_fault_and_not_one_for_each_reference(
    tmp_path: Path, name: str
) -> None:
    (fault,) = faults_of(tmp_path, {name: "= 1\n"})
    assert fault.startswith(f"{name}, regel 1: = 1: dit is geen geldige TOML")


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith("rooster")])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (folder_with(tmp_path) / name).unlink()
    with pytest.raises(CalendarFilesError) as caught:
        load(tmp_path, contacts="mensen.toml")
    assert caught.value.faults == (f"{name}: dit bestand ontbreekt in de map {tmp_path}",)


def test_a_folder_without_a_rota_is_refused(tmp_path: Path) -> None:
    (folder_with(tmp_path) / "rooster-hoek.toml").unlink()
    with pytest.raises(CalendarFilesError, match="er is geen rooster"):
        load(tmp_path, contacts="mensen.toml")


def test_a_missing_folder_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(CalendarFilesError) as caught:
        load(tmp_path / "nergens", contacts=None)
    (fault,) = caught.value.faults
    assert fault.endswith("nergens: deze map met kalenderbestanden bestaat niet")


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = folder_with(tmp_path) / "hulplijnen.toml"
    path.write_bytes(FILES["hulplijnen.toml"].replace("gevaar", "één").encode("latin-1"))
    with pytest.raises(CalendarFilesError) as caught:
        load(tmp_path, contacts="mensen.toml")
    assert caught.value.faults == (
        "hulplijnen.toml, regel 5: dit is geen UTF-8; bewaar het bestand als UTF-8",
    )


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = folder_with(tmp_path) / "hulplijnen.toml"
    path.unlink()
    path.mkdir()
    with pytest.raises(CalendarFilesError, match=r"hulplijnen\.toml: dit is geen gewoon"):
        load(tmp_path, contacts="mensen.toml")


def test_a_file_that_is_far_too_big_is_refused(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"hulplijnen.toml": "# " + "x" * 5_000_000})
    assert faults == (
        "hulplijnen.toml: dit bestand is groter dan 5 MB; zet het goede bestand terug",
    )


def test_what_never_ends_is_not_opened(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    for name in ("hulplijnen.toml", "overleggen.toml"):
        (folder / name).unlink()
    (folder / "hulplijnen.toml").symlink_to("/dev/zero")
    os.mkfifo(folder / "overleggen.toml")
    with pytest.raises(CalendarFilesError) as caught:
        load(tmp_path, contacts="mensen.toml")
    assert len(caught.value.faults) == 2
    assert all("dit is geen gewoon bestand" in one for one in caught.value.faults)


@pytest.mark.parametrize("mark", "\u202a\u202e\u2066\u2069")
def test_a_text_with_a_mark_that_turns_it_around_is_refused(tmp_path: Path, mark: str) -> None:
    text = FILES["hulplijnen.toml"].replace('naam = "', f'naam = "{mark}', 1)
    (fault,) = faults_of(tmp_path, {"hulplijnen.toml": text})
    assert fault.startswith("hulplijnen.toml, regel ")
    assert "naam: er staat een onzichtbaar teken in dat tekst omdraait" in fault
    assert mark not in fault


@pytest.mark.parametrize("text", ["x = " + "[" * 5000, "x = " + "9" * 5000, "\x00", "x = '"])
def test_a_hostile_file_gives_a_fault_and_no_traceback(tmp_path: Path, text: str) -> None:
    (fault,) = faults_of(tmp_path, {"hulplijnen.toml": text})
    assert fault.startswith("hulplijnen.toml, regel 1: ")
    assert len(fault) < 300


@given(text=st.text(max_size=200))
def test_no_text_at_all_gives_anything_but_faults(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = folder_with(tmp_path_factory.mktemp("kalender"))
    (folder / "hulplijnen.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(CalendarFilesError):
        load(folder, contacts=None)


RULES = [
    ({"soort": "vast", "van": "15 juni"}, FixedDays(6, 15, 6, 15)),
    ({"soort": "vast", "van": "25 november", "tot": "10 december"}, FixedDays(11, 25, 12, 10)),
    ({"soort": "berekend", "vorm": "week-met", "dag": "20 november"}, WeekContaining(11, 20)),
    ({"soort": "berekend", "vorm": "weeknummer", "week": 53}, IsoWeek(53)),
    (
        {
            "soort": "berekend",
            "vorm": "weekdag-van-de-maand",
            "nummer": -1,
            "weekdag": "vrijdag",
            "maand": "december",
            "dagen": 3,
        },
        NthWeekday(-1, 4, 12, 3),
    ),
    (
        {
            "soort": "berekend",
            "vorm": "weekdag-vanaf",
            "weekdag": "dinsdag",
            "vanaf": "5 februari",
            "dagen": 1,
        },
        WeekdayFrom(1, 2, 5),
    ),
    ({"soort": "berekend", "vorm": "pasen", "dagen_na": -2, "dagen": 1}, FromEaster(-2)),
    (
        {
            "soort": "geschat",
            "vorm": "voor-schoolvakantie",
            "weken": 4,
            "vakantie": "zomervakantie",
            "vakantieregio": "Midden",
        },
        BeforeSchoolHoliday(4),
    ),
    ({"soort": "geschat", "vorm": "dagen", "van": "1 mei"}, FixedDays(5, 1, 5, 1)),
    ({"soort": "aangekondigd"}, None),
]


def read(table: dict[str, object]) -> tuple[DateRule | None, str]:
    """Return the rule of a table, and its faults."""
    document = Document("campagnes.toml")
    return read_rule(Table(table, document)), "; ".join(document.faults)


@pytest.mark.parametrize(("table", "formula"), RULES)
def test_each_form_of_rule_reads_and_writes_the_same_table(
    table: dict[str, object], formula: object
) -> None:
    rule, faults = read(table)
    assert faults == ""
    assert rule is not None
    assert rule.formula == formula
    assert rule_to_table(rule) == table


days = st.sampled_from([(1, 1), (2, 28), (6, 30), (11, 25), (12, 31)])
lengths = st.integers(1, 366)
formulas = st.one_of(
    st.builds(lambda one, two: FixedDays(one[0], one[1], two[0], two[1]), days, days),
    st.builds(lambda one: WeekContaining(one[0], one[1]), days),
    st.builds(IsoWeek, st.integers(1, 53)),
    st.builds(
        NthWeekday,
        st.sampled_from([-1, 1, 2, 3, 4, 5]),
        st.integers(0, 6),
        st.integers(1, 12),
        lengths,
    ),
    st.builds(
        lambda weekday, one, length: WeekdayFrom(weekday, one[0], one[1], length),
        st.integers(0, 6),
        days,
        lengths,
    ),
    st.builds(FromEaster, st.integers(-366, 366), lengths),
    st.builds(
        BeforeSchoolHoliday,
        st.integers(1, 52),
        st.sampled_from(SCHOOL_HOLIDAYS),
        st.sampled_from(SCHOOL_REGIONS),
    ),
)


@given(formula=formulas)
def test_every_estimated_rule_survives_being_written(
    formula: FixedDays | NthWeekday | BeforeSchoolHoliday,
) -> None:
    rule = DateRule(RuleKind.ESTIMATED, formula)
    assert read(rule_to_table(rule)) == (rule, "")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({}, "soort: ontbreekt"),
        ({"soort": "vast"}, "van: ontbreekt"),
        ({"soort": "vast", "van": "31 april"}, "Dag 31 in maand 4 bestaat niet"),
        ({"soort": "vast", "vorm": "pasen", "van": "1 mei"}, 'vorm: gevonden "pasen"'),
        ({"soort": "berekend", "vorm": "dagen", "van": "1 mei"}, 'vorm: gevonden "dagen"'),
        ({"soort": "berekend", "vorm": "weeknummer", "week": 54}, "van 1 tot en met 53"),
        ({"soort": "berekend", "vorm": "pasen", "dagen_na": "twee"}, 'gevonden "twee"'),
        (
            {"soort": "berekend", "vorm": "weekdag-vanaf", "weekdag": "di", "vanaf": "29 februari"},
            "in elk jaar",
        ),
        (
            {
                "soort": "berekend",
                "vorm": "weekdag-van-de-maand",
                "nummer": 0,
                "weekdag": "vrijdag",
                "maand": "mei",
            },
            "Volgnummer 0 kan niet",
        ),
    ],
)
def test_a_wrong_rule_is_refused(table: dict[str, object], expected: str) -> None:
    assert expected in read(table)[1]
