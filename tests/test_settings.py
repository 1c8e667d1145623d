"""Settings: what each takes, what a person reads when it is wrong, and the key made once."""

import re

import pytest
from pydantic import SecretStr

from campagne.errors import SettingsError
from campagne.settings import Settings, load_settings

NAMES = [f"CAMPAGNE_{name.upper()}" for name in Settings.model_fields]


def test_without_any_variable_it_is_for_one_machine() -> None:
    found = load_settings()
    assert (found.host, found.port, found.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert found.resolved_database_url == "sqlite:///var/campagne.db"
    assert found.is_embedded
    assert found.uses_demo_contacts


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, "")
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "abc", "schrijf een heel getal van 1 tot en met 65535."),
        ("PORT", "0", "schrijf een heel getal van 1 tot en met 65535."),
        ("PORT", "65536", "schrijf een heel getal van 1 tot en met 65535."),
        ("PORT", "80.5", "schrijf een heel getal van 1 tot en met 65535."),
        ("TICK_SECONDS", "0", "schrijf een heel getal van 1 tot en met 3600."),
        ("TICK_SECONDS", "3601", "schrijf een heel getal van 1 tot en met 3600."),
        ("DEMO", "misschien", "schrijf true of false."),
        ("SMTP_INSECURE", "misschien", "schrijf true of false."),
        ("PRETEND_TODAY", "morgen", "schrijf een dag als 2026-09-07."),
        ("PRETEND_TODAY", "2026-13-01", "schrijf een dag als 2026-09-07."),
        ("PRETEND_TODAY", "2026-09-07T12:00", "schrijf een dag als 2026-09-07."),
        ("SECRET_KEY", "kort", "moet 32 tekens of langer zijn."),
        ("HOST", "http://127.0.0.1", "noem een IP-adres of een naam zonder http://"),
        ("HOST", "a b", "noem een IP-adres of een naam"),
        ("BASE_URL", "campagne.example.nl", "begint met https:// of http://"),
        ("BASE_URL", "http://", "begint met https:// of http://"),
        ("BASE_URL", "https://a b", "zonder spaties"),
        ("BASE_URL", "https://example.nl/?a=b", "zonder spaties"),
        ("BASE_URL", "https://example.nl:99999", "begint met https:// of http://"),
        ("BASE_URL", "https://naam:geheim@example.nl", "noemt alleen een server"),
        ("DATABASE_URL", "iets", "begint met sqlite:/// of postgresql+psycopg://"),
        ("DATABASE_URL", "mysql://server/campagne", "begint met sqlite:///"),
        ("DATABASE_URL", "postgresql+psycopg://a:geheim@b:poort/c", "met een poort die klopt"),
        ("NOTIFYNL_TEMPLATE", "sjabloon", "schrijf iets als 26785a09-"),
        ("NOTIFYNL_URL", "http://api.example.nl", "schrijf iets als https://api.notifynl.nl"),
        ("NOTIFYNL_URL", "https://api.example.nl/v2", "schrijf iets als https://api.notifynl.nl"),
        ("GRAPH_TENANT", "een/twee", "schrijf iets als gemeente.example.nl"),
        ("GRAPH_CLIENT", "a b", "schrijf iets als 26785a09-"),
        ("WEBHOOK_KIND", "slack", "schrijf teams of json."),
        ("WEBHOOK_KEY", "kort", "moet 32 tekens of langer zijn."),
        ("MAIL_FROM", "Campagnekalender", "een mailadres heeft precies een @"),
        ("MAIL_FROM", "Jan <jan>", "een mailadres heeft precies een @"),
        ("MAIL_FROM", "A\nBcc: x@example.nl <a@example.nl>", "zet de afzender op één regel"),
        ("AUTUMN_MAIL", "1-10", "schrijf een dag zonder jaar, zoals 1 oktober, of: nooit"),
        ("AUTUMN_MAIL", "31 juni", "schrijf een dag zonder jaar"),
        ("PROXIES", "*", "noem IP-adressen of netwerken"),
        ("PROXIES", "10.0.0.1,proxy.example.nl", "noem IP-adressen of netwerken"),
        ("TEMPLATES_DIR", "/bestaat/niet", "de map /bestaat/niet bestaat niet"),
        ("ORGANISATION", "x" * 101, "schrijf een naam van hoogstens 100 tekens op één regel"),
        ("ORGANISATION", "Gemeente\nLeiden", "op één regel"),
        ("CONTACT_ADDRESS", "kalender", "een mailadres heeft precies een @"),
        ("SECURITY_CONTACT", "http://example.nl/lek", "een pagina die met https:// begint"),
        ("SECURITY_CONTACT", "https://example.nl/a b", "noem een mailadres of een pagina"),
    ],
)
def test_a_wrong_value_is_told_in_dutch(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(f"CAMPAGNE_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    first, line = str(caught.value).splitlines()
    assert first == "Een instelling klopt niet."
    assert line.startswith(f"CAMPAGNE_{name}: ")
    assert sentence in line
    assert line.endswith(".")
    assert "geheim" not in line
    assert not re.search(r"\b(should|valid|must|input)\b", line, re.IGNORECASE)


def test_all_wrong_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPAGNE_PORT", "abc")
    monkeypatch.setenv("CAMPAGNE_DEMO", "misschien")
    with pytest.raises(SettingsError, match=r"^2 instellingen kloppen niet\.") as caught:
        load_settings()
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("CAMPAGNE_PROT", "CAMPAGNE_PROT bestaat niet; bedoel je CAMPAGNE_PORT?"),
        ("campagne_smtp_ulr", "CAMPAGNE_SMTP_ULR bestaat niet; bedoel je CAMPAGNE_SMTP_URL?"),
        ("CAMPAGNE_KLEUR", "CAMPAGNE_KLEUR bestaat niet; haal die weg."),
    ],
)
def test_a_setting_that_does_not_exist_is_told(
    monkeypatch: pytest.MonkeyPatch, name: str, line: str
) -> None:
    monkeypatch.setenv(name, "8001")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value) == f"Een instelling klopt niet.\n{line}"

    monkeypatch.setenv("CAMPAGNE_PORT", "abc")
    with pytest.raises(SettingsError, match=r"^2 instellingen kloppen niet\.") as caught:
        load_settings()
    assert line in str(caught.value).splitlines()


def test_other_variables_are_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPAGNE_TEST_IETS", "1")
    monkeypatch.setenv("CAMPAGNE_LEEG", "")
    monkeypatch.setenv("MIJN_CAMPAGNE_PORT", "1")
    monkeypatch.setenv("campagne_port", "8002")
    assert load_settings().port == 8002


@pytest.mark.parametrize("way", ["SMTP_URL", "NOTIFYNL_KEY", "GRAPH_SECRET"])
def test_no_pretending_while_mail_leaves(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setenv("CAMPAGNE_PRETEND_TODAY", "2026-09-07")
    monkeypatch.setenv(f"CAMPAGNE_{way}", "smtp://mail.example.nl")
    with pytest.raises(
        SettingsError, match=f"CAMPAGNE_PRETEND_TODAY: kan niet samen met CAMPAGNE_{way}"
    ):
        load_settings()


@pytest.mark.parametrize(
    "value",
    ["127.0.0.1", "0.0.0.0", "::", "localhost", "campagne.example.nl"],  # noqa: S104 - read
)
def test_hosts_to_listen_on(value: str) -> None:
    assert Settings(host=value).host == value


def test_the_address_follows_the_port_unless_it_is_given() -> None:
    assert Settings(port=9000).base_url == "http://127.0.0.1:9000"
    given = Settings(port=9000, base_url="https://example.nl/campagne/")
    assert given.base_url == "https://example.nl/campagne"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("database_url", "", ""),
        ("database_url", "sqlite:////var/lib/campagne.db", "sqlite:////var/lib/campagne.db"),
        (
            "database_url",
            "postgresql+psycopg://naam:geheim@db.example.nl:5432/campagne",
            "postgresql+psycopg://naam:***@db.example.nl:5432/campagne",
        ),
        (
            "database_url",
            "postgresql+psycopg://naam:ge@heim/geheim@db.example.nl/campagne",
            "postgresql+psycopg://naam:***@db.example.nl/campagne",
        ),
        (
            "database_url",
            "postgresql+psycopg://db.example.nl/campagne?user=naam&password=geheim&sslmode=require",
            "postgresql+psycopg://db.example.nl/campagne?user=naam&password=***&sslmode=require",
        ),
        ("smtp_url", SecretStr("smtps://mail.example.nl"), "smtps://mail.example.nl"),
        (
            "smtp_url",
            SecretStr("smtp://naam:geheim@mail.example.nl:587"),
            "smtp://naam:***@mail.example.nl:587",
        ),
        (
            "bounce_box",
            SecretStr("imaps://naam:ge@heim/geheim@mail.example.nl/INBOX"),
            "imaps://naam:***@mail.example.nl/INBOX",
        ),
        ("bounce_box", SecretStr("maildir:/var/mail/bounces"), "maildir:/var/mail/bounces"),
        ("secret_key", SecretStr("geheim" * 6), "(verborgen)"),
        ("notifynl_key", SecretStr("geheim"), "(verborgen)"),
        ("graph_secret", SecretStr("geheim"), "(verborgen)"),
        ("webhook_url", SecretStr("https://example.nl/geheim"), "(verborgen)"),
        ("webhook_key", SecretStr("geheim" * 6), "(verborgen)"),
        ("webhook_url", None, ""),
        ("demo", None, ""),
        ("smtp_insecure", True, "true"),
        ("port", 8001, "8001"),
    ],
)
def test_what_a_person_may_see(name: str, value: object, shown: str) -> None:
    settings = Settings.model_validate({name: value})
    assert settings.shown(name) == shown
    assert "geheim" not in repr(settings)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("bounces", "een @"),
        ("bounces+a@example.nl", r"geen \+"),
        (f"{'b' * 40}@example.nl", "39 tekens"),
    ],
)
def test_a_return_address_without_room_for_a_token(
    monkeypatch: pytest.MonkeyPatch, value: str, fault: str
) -> None:
    monkeypatch.setenv("CAMPAGNE_BOUNCE_ADDRESS", value)
    with pytest.raises(SettingsError, match=f"CAMPAGNE_BOUNCE_ADDRESS: .*{fault}"):
        load_settings()


def test_a_return_address_is_written_small() -> None:
    assert Settings(bounce_address="Bounces@Example.nl").bounce_address == "bounces@example.nl"
    longest = f"{'b' * 39}@example.nl"
    assert Settings(bounce_address=longest).bounce_address == longest
