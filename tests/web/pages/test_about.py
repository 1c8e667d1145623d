"""Help, accessibility, privacy and security.txt: what they tell follows the settings."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import SQLModel
from starlette.testclient import TestClient

from campagne.clock import SetClock
from tests.web.conftest import MakeApp, Visit

_UUID = "26785a09-ab16-4eb0-8407-a37497a57506"
TEXTS = ["/help", "/toegankelijkheid", "/privacy"]


@pytest.mark.parametrize("path", TEXTS)
def test_without_settings_they_lead_to_the_centrumgemeente(client: TestClient, path: str) -> None:
    html = client.get(path).text
    assert "<li>Holland Rijnland: Leiden</li>" in html
    assert "mailto:" not in html


@pytest.mark.parametrize("path", TEXTS)
def test_they_name_who_offers_the_service(make_app: MakeApp, visit: Visit, path: str) -> None:
    client = visit(
        make_app(organisation="Gemeente <Voorbeeld>", contact_address="kalender@example.nl")
    )
    html = client.get(path).text
    assert 'Gemeente &lt;Voorbeeld&gt;: <a href="mailto:kalender@example.nl">' in html
    assert "Holland Rijnland: Leiden" not in html


@pytest.mark.parametrize("path", ["/", "/help", "/niet-hier", "/inloggen"])
def test_every_page_leads_to_them(client: TestClient, path: str) -> None:
    footer = client.get(path).text.partition("<footer")[2]
    for link in TEXTS:
        assert f'href="{link}"' in footer


def test_privacy_tells_how_long_log_in_lasts(client: TestClient) -> None:
    html = client.get("/privacy").text
    assert "Een link werkt 15 minuten" in html
    assert "tot je 10 uur niets doet, en hoogstens 7 dagen" in html
    assert "Er gaat nu geen mail naar buiten" in html


# Every table that names a person, and the words of the page under which it falls.
_KEPT = {
    "contact": "Je naam, werkadres, werktelefoon, rol en gemeenten",
    "contact_role": "Je naam, werkadres, werktelefoon, rol en gemeenten",
    "preferences": "Welke mail je wilt, afwezigheid en vervanger",
    "muted": "Welke mail je wilt, afwezigheid en vervanger",
    **dict.fromkeys(
        (
            "step_state",
            "handover",
            "date_proposal",
            "rota_statement",
            "rota_entry",
            "answer",
            "participation",
            "evaluation",
            "own_text",
            "contact_check",
        ),
        "Wat je afvinkt, overdraagt, voorstelt, antwoordt en van een campagne opschrijft",
    ),
    **dict.fromkeys(
        (
            *("reminder", "notice", "plan_mail", "news", "broadcast"),
            *("delivery", "bounce", "paused_address", "chase", "evaluation_question"),
            "material_notice",
        ),
        "Mail aan jou: adres, onderwerp, tekst, en of die aankwam",
    ),
    "login_link": "Inloglinks",
    "login_try": "Pogingen om in te loggen",
    "web_session": "Waar je bent ingelogd",
    "second_factor": "De app met codes",
    "personal_feed": "Je agendalink",
    "organisation_account": "Met welk account van je organisatie je inlogt",
    "erasure": "Een verzoek om je gegevens te wissen",
    "audit": "Logboek",
    "mail_text": "Logboek",
}
_NAMES_A_PERSON = {"by", "name", "who", "recipient", "address", "email"}


def test_privacy_tells_every_table_that_names_a_person(make_app: MakeApp, visit: Visit) -> None:
    """A new one is told on the page first, with how long it stays and who sees it."""
    named = {
        name
        for name, table in SQLModel.metadata.tables.items()
        for column in table.columns
        if (column.name in _NAMES_A_PERSON and "cbs_code" not in table.columns)
        or column.name.endswith("_by")
        or "contact.key" in {str(key.target_fullname) for key in column.foreign_keys}
    }
    others = {"region", "campaign", "measure", "meeting_series", "help_line"}  # names of things
    assert named - others <= set(_KEPT)
    issuer = {"oidc_issuer": "https://inloggen.example.org", "oidc_client": "c"}
    client = visit(make_app(**issuer, oidc_secret="s", oidc_domains="example.nl"))
    html = client.get("/privacy").text
    assert [words for words in _KEPT.values() if words not in html] == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"smtp_url": "smtp://127.0.0.1:25", "smtp_insecure": True}, "een mailserver"),
        (
            {
                "notifynl_key": f"proef-{_UUID}-{_UUID}",
                "notifynl_template": _UUID,
            },
            "via NotifyNL",
        ),
    ],
)
def test_privacy_tells_who_takes_the_mail(
    make_app: MakeApp, visit: Visit, settings: dict[str, object], sentence: str
) -> None:
    own = {"base_url": "https://campagne.gemeente.test", "mail_from": "A <a@gemeente.test>"}
    html = visit(make_app(**settings, **own)).get("/privacy").text
    assert sentence in html
    assert "geen mail naar buiten" not in html


def test_without_a_contact_there_is_no_security_txt(client: TestClient) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        ("lek@example.nl", "mailto:lek@example.nl"),
        ("https://example.nl/lek", "https://example.nl/lek"),
    ],
)
def test_security_txt_is_that_of_rfc_9116(
    make_app: MakeApp, visit: Visit, clock: SetClock, contact: str, field: str
) -> None:
    """Its end lies ahead, and less than a year; a canonical address is only there with https."""
    answer = visit(make_app(security_contact=contact, base_url="https://campagne.example.nl")).get(
        "/.well-known/security.txt"
    )
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert list(fields) == ["Contact", "Expires", "Preferred-Languages", "Canonical"]
    assert fields["Contact"] == field
    ahead = datetime.fromisoformat(fields["Expires"]) - clock.now()
    assert timedelta(days=150) < ahead < timedelta(days=365)
    assert fields["Preferred-Languages"] == "nl, en"
    assert fields["Canonical"] == "https://campagne.example.nl/.well-known/security.txt"
    plain = visit(make_app(security_contact=contact)).get("/.well-known/security.txt").text
    assert "Canonical" not in plain
