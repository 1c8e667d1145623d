"""How each form of the route table is filled in well, and what may be wrong in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

WEEK, ORANGE = "week-tegen-kindermishandeling-2026", "orange-the-world-2026"
PAST_EDITION = "orange-the-world-2025"
ROTA = "/rooster/duin-en-bollenstreek/2027"
KATWIJK, HLT, LEIDEN = "katwijk-campagnes", "beleid-hlt", "leiden-centrum"
BEHEER, COMMUNICATION = "beheer", "hltsamen-communicatie"
SCRIPT = "<script>alert(1)</script>"
TOO_LONG = "x" * 25_000
NO_DAYS = ("2026-02-30", "gisteren", "11-16-2026", "20261-01-01")
PAST = {"eerste": "2026-01-05", "laatste": "2026-01-09"}
_Fill = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Row:
    """How a form is filled in well, and what may be wrong.

    Attributes:
        page: where it stands; `{token}` is filled in.
        who: key of who is logged in; empty for nobody.
        fill: what a person fills in, over what stands there; with the button.
        texts: fields that people write in, each with a bound.
        days: fields for a day.
        wrong: what may not be filled in, by field: of another gemeente, of a colleague, no choice.
        stale: what an old form has in the place of what was seen.
        suffix: what the ids of this form end in.
        told_above: the fields of which a fault is told above the form alone.
    """

    page: str
    who: str = ""
    fill: _Fill = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    wrong: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stale: Mapping[str, str] = field(default_factory=dict)
    suffix: str = ""
    told_above: tuple[str, ...] = ("gemeente",)


MOVE = {"eerste": "2026-11-23", "laatste": "2026-11-29", "bron": "https://example.org/nieuw"}
_STEP = {"titel": "Koffie", "uitleg": "Maak een afspraak.", "waarom": "dat werkte goed"}
_WEEKLY: _Fill = {"herinneringen": "wekelijks"}
_NO_RHYTHM = {"herinneringen": ("", "soms")}
_STEP_OF_MAIL = "/stap/{stap}"
FORMS = {
    "/inloggen": Row(
        "/inloggen",
        fill={"adres": "wie@example.nl"},
        wrong={"adres": ("", "x", "a@b\r\nBcc: c@d.nl")},
    ),
    "/antwoord/{token}": Row(
        "/antwoord/{antwoord}",
        fill={"antwoord": "join", "naam": "Team Zorg"},
        texts=("naam",),
        wrong={"antwoord": ("", "misschien"), "naam": ("https://kwaad.example.org",)},
        stale={"nu": "decline"},
    ),
    "/antwoord/{token}/acties/{municipality}": Row(
        "/antwoord/{antwoord}/acties/katwijk",
        fill={"soort-1": "lighting", "tekst-1": "Oranje gemeentehuis", "kosten": "1.250,50"},
        texts=("tekst-1",),
        wrong={
            "soort-1": ("", "vuurwerk"),
            "dag-1": ("2026-02-30", "2020-01-01"),
            "contact": (COMMUNICATION, "verzonnen"),
            "kosten": ("veel", "-1", "9" * 30, SCRIPT),
        },
        stale={"versie": "7"},
    ),
    "/beheer/antwoord/{edition}/{municipality}": Row(
        f"/beheer/antwoord/{ORANGE}/katwijk",
        LEIDEN,
        fill={"antwoord": "join", "wie": "Team Zorg", "hoe": "phone", "wanneer": "2026-09-01"},
        texts=("wie",),
        days=("wanneer",),
        wrong={
            "antwoord": ("", "misschien"),
            "wie": ("", "https://kwaad.example.org"),
            "hoe": ("", "link", "duif"),
            "wanneer": ("2026-09-08",),
        },
        stale={"nu": "decline"},
    ),
    "/stap/{token}": Row(
        _STEP_OF_MAIL,
        fill={"staat": "done", "opmerking": "gebeld", "gemeente": ["lisse", "hillegom"]},
        texts=("opmerking",),
        wrong={"staat": ("", "weg"), "gemeente": ("", "gouda")},
        told_above=("staat",),
    ),
    "/afmelden/{token}": Row(
        "/afmelden/{afmelden}", fill=_WEEKLY, wrong=_NO_RHYTHM, stale={"versie": "oud"}
    ),
    "/evaluatie/{token}": Row(
        "/evaluatie/{evaluatie}",
        fill={"bereik-website": "1.250", "ook": "Taart", "houden": "De lezing", "anders": "Meer"},
        texts=("ook", "houden", "anders"),
        wrong={
            "bereik-website": ("-1", "veel", "1e9"),
            "bereik-meetings": ("10.000.001",),
            "echte-kosten": ("gratis", "-5", "999.999", SCRIPT),
        },
        stale={"versie": "oud"},
    ),
    "/klopt-dit/{token}": Row(
        "/klopt-dit/{klopt}",
        fill={"wat": "nee", "opmerking": "ander nummer"},
        texts=("opmerking",),
        wrong={"wat": ("", "misschien"), "opmerking": ("",)},
        stale={"versie": "oud"},
        told_above=("wat",),
    ),
    "/mijn/stap": Row(
        "/mijn",
        KATWIJK,
        fill={"staat": "done", "opmerking": "gebeld"},
        texts=("opmerking",),
        wrong={"staat": ("", "weg"), "gemeente": ("", "lisse", "verzonnen")},
        suffix="{form}",
        told_above=("staat", "gemeente"),
    ),
    "/mijn/overdracht": Row(
        f"/mijn/overdracht?editie={WEEK}&stap=materiaal",
        COMMUNICATION,
        fill={"aan": HLT, "opmerking": "de folders", "gemeente": ["lisse"]},
        texts=("opmerking",),
        wrong={"aan": ("", LEIDEN, KATWIJK, COMMUNICATION), "gemeente": ("", "gouda")},
        stale={"versie": "oud"},
        told_above=(),
    ),
    "/mijn/gemeente": Row(
        "/mijn/gemeente",
        KATWIJK,
        fill={"lokaal_team": "Wijkteam", "krant": "De Voorbeelder", "huisstijl": "blauw"},
        texts=("lokaal_team", "krant", "huisstijl"),
        wrong={
            "lokaal_team": (SCRIPT,),
            "lokaal_team_telefoon": ("bel maar",),
            "website": ("javascript:alert(1)", "http://127.0.0.1 x"),
            "aanspreekvorm": ("", "gij"),
            "gemeente": ("gouda", "verzonnen"),
        },
        stale={"versie": "oud"},
    ),
    "/mijn/voorkeuren": Row(
        "/mijn/voorkeuren", KATWIJK, fill=_WEEKLY, wrong=_NO_RHYTHM, stale={"versie": "oud"}
    ),
    "/mijn/afwezig": Row(
        "/mijn/afwezig",
        COMMUNICATION,
        fill={"eerste": "2026-10-05", "laatste": "2026-10-09", "vervanger": HLT},
        days=("eerste", "laatste"),
        wrong={"vervanger": ("", LEIDEN, KATWIJK, COMMUNICATION), "laatste": ("2029-01-01",)},
        stale={"versie": "oud"},
    ),
    "/mijn/agenda": Row(
        "/mijn/agenda",
        KATWIJK,
        fill={"wat": "maak"},
        wrong={"wat": ("", "x"), "toon": ("weg",), "melding": ("x",), "terug": ("99", SCRIPT)},
        told_above=("wat", "toon", "melding", "terug"),
    ),
    "/mijn/gegevens": Row(
        "/mijn/gegevens",
        KATWIJK,
        fill={"wat": "wissen"},
        wrong={"wat": ("", "alles")},
        told_above=("wat",),
    ),
    "/mijn/code": Row("/mijn/code", LEIDEN, wrong={"cijfers": ("", "abcdef", SCRIPT, TOO_LONG)}),
    "/rooster/{region}/{year:int}/voorstel": Row(
        f"{ROTA}/voorstel?begin=vorig",
        KATWIJK,
        fill={
            "thema": "Sterk",
            "periode": "november",
            "verdeling": "Katwijk: mail\nNoordwijk: krant",
            "waarom": "overleg",
        },
        texts=("thema", "periode", "verdeling", "waarom"),
        wrong={
            "campagne": ("", "verzonnen"),
            "trekker": ("gouda", "verzonnen"),
            "budget": ("veel", "-1", "999999999"),
            "namens": ("gouda", "noordwijk"),
        },
        stale={"versie": "oud"},
        told_above=("namens",),
    ),
    "/rooster/{region}/{year:int}/antwoord": Row(
        ROTA,
        HLT,
        fill={"antwoord": "differs", "tekst": "wij doen de week", "gemeente": ["lisse"]},
        texts=("tekst",),
        wrong={
            "antwoord": ("", "misschien"),
            "gemeente": ("katwijk", "gouda"),
            "voorstel": ("verzonnen",),
            "tekst": ("",),
        },
        stale={"versie": "9"},
        suffix="duin-en-bollenstreek-2027",
        told_above=("voorstel",),
    ),
    "/teksten/{edition}/{municipality}/vrijgave": Row(
        f"/teksten/{WEEK}/katwijk",
        KATWIJK,
        fill={"soort": ["regiosignaal", "evaluatie"], "wat": "vrij"},
        wrong={"soort": ("website", "verzonnen"), "wat": ("", "weg")},
        stale={"versie": "oud"},
        told_above=("wat", "soort"),
    ),
    "/teksten/{edition}/{municipality}/{kind}/wijzig": Row(
        f"/teksten/{ORANGE}/katwijk/citaat/wijzig",
        KATWIJK,
        fill={
            "titel": "Een citaat",
            "tekst": "“Vraag aan je buurvrouw hoe het gaat”, zegt wethouder [naam].",
            "geldt": "elk",
            "waarom": "onze wethouder",
            "wat": "opslaan",
        },
        texts=("titel", "tekst", "waarom"),
        wrong={
            "wat": ("", "weg", "overnemen", "weghalen", "herstel"),
            "titel": ("", "{{ geheim }}", "a\0b"),
            "tekst": ("", "{% for a in b %}x{% endfor %}", "{{ x * 9 }}", "{{ hulpblok }}" * 299),
            "geldt": ("", "ooit"),
            "alinea": ("99",),
        },
        stale={"versie": "oud"},
        told_above=("wat", "alinea"),
    ),
    "/beheer/editie/{key}": Row(
        f"/beheer/editie/{WEEK}",
        LEIDEN,
        fill={**MOVE, "wat": "move", "waarom": "de organisatie schuift", "thema": ""},
        texts=("bron", "waarom", "thema"),
        days=("eerste", "laatste"),
        wrong={"wat": ("", "weg"), "waarom": ("",), "bron": ("",)},
        stale={"versie": "oud"},
    ),
    "/beheer/campagne": Row(
        "/beheer/campagne",
        LEIDEN,
        fill={
            **MOVE,
            "voor": "regio:holland-rijnland",
            "naam": "Week van de Buren",
            "samenvatting": "Kijk om naar elkaar.",
            "organisator": "de regio",
            "waarom": "besluit",
        },
        texts=("naam", "samenvatting", "organisator", "bron", "waarom"),
        days=("eerste", "laatste"),
        wrong={
            "voor": ("", "regio:midden-holland", "verzonnen"),
            "hoort_bij": ("verzonnen",),
            "naam": ("", "!", "Orange the World"),
            "bron": ("",),
        },
    ),
    "/editie/{key}/datum": Row(
        f"/editie/{ORANGE}/datum",
        KATWIJK,
        fill={**MOVE, "toelichting": "staat op de website"},
        texts=("bron", "toelichting"),
        days=("eerste", "laatste"),
        wrong={"bron": ("",)},
    ),
    "/beheer/datumvoorstel/{number:int}": Row(
        "/beheer/datumvoorstel/1",
        LEIDEN,
        fill={"wat": "refuse", "waarom": "staat er niet"},
        texts=("waarom",),
        wrong={"wat": ("", "later"), "waarom": ("",)},
        stale={"versie": "oud", "wat": "accept"},
        told_above=("wat",),
    ),
    "/beheer/mailtekst/{name}": Row(
        "/beheer/mailtekst/overdracht",
        BEHEER,
        fill={"wat": "wijzig", "onderwerp": "Iets voor jou", "waarom": "korter"},
        texts=("waarom",),
        wrong={
            "wat": ("", "weg"),
            "onderwerp": ("", "{{ geheim }}", "a\0b"),
            "tekst": ("", "geen link"),
            "waarom": ("",),
        },
        stale={"versie": "oud"},
        told_above=("wat",),
    ),
    "/beheer/regioberichten": Row(
        "/beheer/regioberichten",
        LEIDEN,
        fill={"editie": WEEK, "regio": "holland-rijnland"},
        wrong={"editie": ("", "verzonnen"), "regio": ("", "midden-holland", "verzonnen")},
        told_above=("editie", "regio"),
    ),
    "/beheer/regiobericht/{number:int}": Row(
        "/beheer/regiobericht/2?schrijf=ja",
        LEIDEN,
        fill={"wat": "bewaar", "onderwerp": "Doe mee", "tekst": "Kom erbij.\n\nGroet"},
        texts=("onderwerp", "tekst"),
        days=("antwoord",),
        wrong={
            "wat": ("", "weg", "keur"),
            "onderwerp": ("",),
            "tekst": ("",),
            "antwoord": ("2026-09-01", "2027-01-01"),
            "rollen": ("beheer", "verzonnen"),
            "gemeenten": ("gouda", "verzonnen"),
        },
        stale={"versie": "oud"},
        told_above=("wat", "gemeenten"),
    ),
    "/beheer/draaiboek/{key}": Row(
        "/beheer/draaiboek/website",
        LEIDEN,
        fill=_STEP,
        texts=("titel", "uitleg", "waarom"),
        wrong={
            "titel": ("",),
            "wanneer": ("", "ooit", SCRIPT),
            "nogmaals": ("0", "999", "x"),
            "waarom": ("",),
        },
        stale={"versie": "oud"},
    ),
    "/beheer/nieuwe-stap": Row(
        "/beheer/nieuwe-stap",
        LEIDEN,
        fill={
            **_STEP,
            "wanneer": "5 weken voor de start",
            "rol": "communicatie",
            "bereik": "volledig",
            "inwoners": "nee",
        },
        texts=("titel", "uitleg", "waarom"),
        wrong={"rol": ("", "beheer"), "bereik": ("", "x"), "inwoners": ("",), "wanneer": ("ooit",)},
        stale={"versie": "oud"},
    ),
    "/beheer/verzending/{number:int}": Row(
        "/beheer/verzending/{mislukt}",
        BEHEER,
        fill={"wat": "arrived", "waarom": "gebeld"},
        texts=("waarom",),
        wrong={"wat": ("", "weg"), "waarom": ("",)},
        stale={"versie": "oud"},
        told_above=("wat",),
    ),
    "/beheer/contacten": Row(
        "/beheer/contacten",
        BEHEER,
        fill={"inhoud": f"sleutel;telefoon\n{KATWIJK};071 111 11 11\n", "waarom": "nieuw nummer"},
        texts=("waarom",),
        wrong={
            "inhoud": ("", "\x00\x01", f"sleutel;email\n{KATWIJK};geen\n", 'sleutel;naam\n"x'),
            "waarom": ("",),
        },
        stale={"versie": "oud"},
        told_above=("inhoud",),
    ),
    "/beheer/contact/nieuw": Row(
        "/beheer/contact/nieuw",
        BEHEER,
        fill={
            "naam": "Nieuwe Collega",
            "email": "nieuw@example.nl",
            "telefoon": "071 222 22 22",
            "communicatie_voor": ["katwijk"],
            "waarom": "in dienst",
        },
        texts=("naam", "telefoon", "waarom"),
        wrong={
            "naam": ("", "!!"),
            "email": ("", "x", f"{KATWIJK}@example.nl", "a@example.nl, b@example.nl"),
            "communicatie_voor": ("verzonnen", "gouda"),
            "waarom": ("",),
        },
        stale={"versie": "oud"},
    ),
    "/beheer/contact/{key}": Row(
        f"/beheer/contact/{KATWIJK}",
        BEHEER,
        fill={"wat": "wijzig", "telefoon": "071 222 22 22", "waarom": "nieuw nummer"},
        texts=("naam", "telefoon", "waarom"),
        wrong={
            "wat": ("", "weg"),
            "naam": ("",),
            "email": ("", "x", f"{LEIDEN}@example.nl"),
            "communicatie_voor": ("Gouda", "verzonnen"),
            "beheer_voor": ("verzonnen",),
            "actief": ("misschien",),
            "waarom": ("",),
        },
        stale={"gelezen": "oud"},
        told_above=("wat",),
    ),
}
# Nothing can be typed in these: a button alone, or what is shown in a frame and stored nowhere.
BUTTONS = {
    "/inloggen/{token}",
    "/uitloggen",
    "/mijn/apparaten",
    "/beheer/edities",
    "/editie/{key}/materiaal",
    "/beheer/mailtekst/{name}/voorbeeld",
    # Files only, see `tests/web/pages/test_broadcast_files.py`.
    "/beheer/regiobericht/{number:int}/bijlagen",
}
# These are only done after a look at what they do: `opslaan` does them at once.
SHOWN_FIRST = {
    "/rooster/{region}/{year:int}/voorstel",
    "/rooster/{region}/{year:int}/antwoord",
    "/beheer/editie/{key}",
    "/beheer/campagne",
    "/beheer/draaiboek/{key}",
    "/beheer/nieuwe-stap",
}
