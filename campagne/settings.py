"""The only reader of the environment: one frozen `Settings`, each field a CAMPAGNE_* variable."""

import difflib
import os
import re
from datetime import date
from pathlib import Path
from typing import Literal, Self
from uuid import UUID

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from campagne import setting_values
from campagne.errors import SettingsError
from campagne.setting_faults import in_dutch
from campagne.setting_values import KEY_LENGTH

_OF_TESTS = "CAMPAGNE_TEST_"
_ENTRA_NAME = r"^[A-Za-z0-9.-]*$"
# Greedy on purpose: a password with an unescaped @ or / in it must not show up in part.
_PASSWORD = re.compile(r"(://[^:]*:).*(?=@)|((?:^|[?&])[a-z]*password=)[^&]*", re.IGNORECASE)


class Settings(BaseSettings):
    """What can be set; every default is right for one machine and a first look.

    A variable that is empty counts as not set.
    """

    model_config = SettingsConfigDict(
        env_prefix="CAMPAGNE_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    data_dir: Path = Field(
        default=Path("var"), description="Map met de eigen database, de mail en de sleutel."
    )
    database_url: str = Field(
        default="",
        repr=False,  # it can hold a password
        description=(
            "Database: sqlite:///pad of postgresql+psycopg://naam:wachtwoord@server/campagne."
            " Leeg: een SQLite-bestand in de map met gegevens."
        ),
    )
    host: str = Field(default="127.0.0.1", description="Adres waarop de webserver luistert.")
    port: int = Field(
        default=8000, ge=1, le=65535, description="Poort waarop de webserver luistert."
    )
    proxies: str = Field(
        default="127.0.0.1,::1",
        description=(
            "Adressen van de webservers (proxy's) die voor campagne staan, met komma's ertussen;"
            " een netwerk mag ook: 10.0.0.0/24. Alleen die mogen met X-Forwarded-For zeggen van"
            " wie een verzoek komt."
        ),
    )
    base_url: str = Field(
        default_factory=lambda given: f"http://127.0.0.1:{given.get('port', 8000)}",
        description=(
            "Adres van campagne zoals mensen het zien; het staat in elke link."
            " Leeg: deze machine, met de poort van CAMPAGNE_PORT."
        ),
    )
    calendars_dir: Path | None = Field(
        default=None, description="Map met je eigen kalenderbestanden. Leeg: de meegeleverde."
    )
    templates_dir: Path | None = Field(
        default=None, description="Map met je eigen sjablonen. Leeg: de meegeleverde."
    )
    theme_dir: Path | None = Field(
        default=None, description="Map met je eigen huisstijl. Leeg: die van campagne."
    )
    demo: bool | None = Field(
        default=None,
        description=(
            "Gebruik de contactpersonen uit demo.toml (true of false)."
            " Leeg: alleen zolang de mail in een map komt."
        ),
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description=(
            "Mailserver: smtp://naam:wachtwoord@server:587 (STARTTLS) of smtps://...:465 (TLS)."
            " Leeg: mail komt in de map 'postvak' bij de gegevens."
        ),
    )
    smtp_insecure: bool = Field(
        default=False,
        description="Sta mail zonder TLS toe (true), alleen naar een server op deze machine.",
    )
    notifynl_key: SecretStr | None = Field(
        default=None,
        description="API-sleutel van NotifyNL. Gevuld: de mail gaat via NotifyNL.",
    )
    notifynl_template: UUID | None = Field(
        default=None,
        examples=["26785a09-ab16-4eb0-8407-a37497a57506"],
        description="Nummer van het sjabloon bij NotifyNL, met de velden onderwerp en tekst.",
    )
    notifynl_url: str = Field(
        default="https://api.notifynl.nl",
        pattern=r"^https://[A-Za-z0-9.:-]+/?$",
        examples=["https://api.notifynl.nl"],
        description="Adres van de API van NotifyNL.",
    )
    graph_tenant: str = Field(
        default="",
        pattern=_ENTRA_NAME,
        examples=["gemeente.example.nl"],
        description="Microsoft 365: nummer of domein van de organisatie (tenant).",
    )
    graph_client: str = Field(
        default="",
        pattern=_ENTRA_NAME,
        examples=["26785a09-ab16-4eb0-8407-a37497a57506"],
        description="Microsoft 365: nummer van de app. De mail gaat uit het postvak van MAIL_FROM.",
    )
    graph_secret: SecretStr | None = Field(
        default=None,
        description="Microsoft 365: wachtwoord van de app. Gevuld: de mail gaat via Microsoft 365.",
    )
    webhook_url: SecretStr | None = Field(
        default=None,
        description="Adres (https://) dat bericht krijgt van nieuwe herinneringen. Leeg: niemand.",
    )
    webhook_kind: Literal["teams", "json"] = Field(
        default="teams",
        description="Wie dat bericht leest: teams (een kaart) of json (ondertekend).",
    )
    webhook_key: SecretStr | None = Field(
        default=None,
        description=(
            f"Sleutel die berichten van de soort json ondertekent, {KEY_LENGTH} tekens of meer."
        ),
    )
    mail_from: str = Field(
        default="Campagnekalender <campagne@example.nl>",
        description="Afzender van de mail, met een naam: Campagnekalender <campagne@example.nl>.",
    )
    bounce_address: str = Field(
        default="",
        description=(
            "Adres voor mail die niet aankomt: bounces@example.nl. Elke mail krijgt er een eigen"
            " kenmerk bij (bounces+kenmerk@...). Leeg: het adres van de afzender."
        ),
    )
    bounce_box: SecretStr | None = Field(
        default=None,
        description=(
            "Postvak waarin die mail terugkomt: imaps://naam:wachtwoord@server/INBOX of"
            " maildir:/pad/naar/map. Leeg: campagne leest niets."
        ),
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description=(
            f"Sleutel die links ondertekent, {KEY_LENGTH} tekens of meer."
            " Leeg: een eigen sleutel in de map met gegevens."
        ),
    )
    inner_calendars: bool = Field(
        default=False,
        description=(
            "Lees de agenda van een organisator en vraag links naar landelijk materiaal op, ook op"
            " een adres van deze machine of het eigen netwerk (true of false)."
        ),
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        description=f"Wachtwoord voor /metrics, {KEY_LENGTH} tekens of meer. Leeg: geen /metrics.",
    )
    second_factor: bool = Field(
        default=True,
        description=(
            "Vraag wie centrum of beheer is bij het inloggen ook een code uit een app (true of"
            " false). Zonder code kan zo iemand alleen zijn eigen stappen zien."
        ),
    )
    oidc_issuer: str = Field(
        default="",
        examples=["https://login.microsoftonline.com/nummer-van-de-tenant/v2.0"],
        description=(
            "Laat mensen inloggen met het account van hun organisatie (OpenID Connect): het adres"
            " van die dienst. Leeg: alleen met een link per mail."
        ),
    )
    oidc_client: str = Field(
        default="", description="Waaronder die dienst campagne kent (client-id)."
    )
    oidc_secret: SecretStr | None = Field(
        default=None, description="Wachtwoord van campagne bij die dienst."
    )
    oidc_domains: str = Field(
        default="",
        description=(
            "Voor welke maildomeinen die dienst spreekt, met komma's ertussen: katwijk.example.nl."
        ),
    )
    oidc_name: str = Field(
        default="je organisatie",
        description="Hoe die organisatie heet op de knop: Inloggen met ...",
    )
    organisation: str = Field(
        default="",
        description=(
            "Wie deze kalender aanbiedt, zoals Gemeente Leiden; staat bij privacy, toegankelijkheid"
            " en hulp. Leeg: geen naam."
        ),
    )
    contact_address: str = Field(
        default="",
        description=(
            "Mailadres voor vragen en klachten over de kalender: kalender@example.nl."
            " Leeg: de pagina's verwijzen naar de centrumgemeente."
        ),
    )
    security_contact: str = Field(
        default="",
        description=(
            "Wie een lek in de kalender kan melden, en waar: een mailadres of een pagina"
            " (https://...). Leeg: geen security.txt."
        ),
    )
    autumn_mail: str = Field(
        default="1 oktober",
        description=(
            "Vanaf welke dag elke contactpersoon de planning voor volgend jaar krijgt, of: nooit."
        ),
    )
    four_eyes: Literal["bij-teksten", "altijd", "nooit"] = Field(
        default="bij-teksten",
        description=(
            "Welke regioberichten een tweede persoon moet goedkeuren: bij-teksten (als er teksten"
            " voor inwoners of bijlagen meegaan), altijd of nooit."
        ),
    )
    tick_seconds: int = Field(
        default=30, ge=1, le=3600, description="Seconden tussen twee rondes van de klok."
    )
    senders: int = Field(
        default=2,
        ge=1,
        le=20,
        description="Hoeveel mails tegelijk weggaan, elk over een eigen verbinding.",
    )
    mails_per_minute: int = Field(
        default=0,
        ge=0,
        le=100_000,
        description="Hoeveel mails hoogstens per minuut weggaan. 0: geen grens.",
    )
    mails_per_domain: int = Field(
        default=0,
        ge=0,
        le=100_000,
        description=(
            "Hoeveel mails hoogstens per minuut naar een domein gaan, zoals katwijk.example.nl."
            " 0: geen grens."
        ),
    )
    keep_mail_days: int = Field(
        default=400,
        ge=365,
        le=3650,
        description=(
            "Hoeveel dagen een mail blijft na het versturen, en na de campagne waar hij over gaat."
            " Daarna worden adres, onderwerp en tekst gewist."
        ),
    )
    pretend_today: date | None = Field(
        default=None,
        description=(
            "Doe alsof het deze dag is (2026-09-07), om uit te proberen."
            " Kan niet als de mail via een mailserver gaat."
        ),
    )

    _databases = field_validator("database_url")(setting_values.database_url)
    _hosts = field_validator("host")(setting_values.host)
    _proxies = field_validator("proxies")(setting_values.networks)
    _addresses = field_validator("base_url")(setting_values.web_address)
    _folders = field_validator("templates_dir", "theme_dir")(setting_values.folder)
    _senders = field_validator("mail_from")(setting_values.sender)
    _returns = field_validator("bounce_address")(setting_values.return_address)
    _names = field_validator("organisation", "oidc_name")(setting_values.name)
    _mailboxes = field_validator("contact_address")(setting_values.mail_address)
    _reporting = field_validator("security_contact")(setting_values.security_contact)
    _autumn = field_validator("autumn_mail")(setting_values.autumn_day)
    _keys = field_validator("secret_key", "webhook_key", "metrics_token")(setting_values.long_key)

    _issuers = field_validator("oidc_issuer")(setting_values.issuer)
    _domains = field_validator("oidc_domains")(setting_values.mail_domains)

    @model_validator(mode="after")
    def _whole_oidc(self) -> Self:
        names = ("oidc_issuer", "oidc_client", "oidc_secret", "oidc_domains")
        setting_values.whole_oidc({name: getattr(self, name) for name in names})
        return self

    @model_validator(mode="after")
    def _no_pretending_for_real(self) -> Self:
        if self.pretend_today is not None and self.mails_for_real:
            message = f"kan niet samen met {self.ways_out[0]}: haal een van de twee weg"
            raise ValueError(message)
        return self

    @property
    def resolved_database_url(self) -> str:
        """The database URL, with the embedded default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'campagne.db'}"

    @property
    def is_embedded(self) -> bool:
        """True for SQLite, the embedded default, which start-up migrates by itself."""
        return self.resolved_database_url.startswith("sqlite")

    @property
    def ways_out(self) -> tuple[str, ...]:
        """The variables that each ask for a way to send mail; without any it stays in a folder."""
        names = ("smtp_url", "notifynl_key", "graph_secret")
        return tuple(
            f"CAMPAGNE_{name.upper()}" for name in names if getattr(self, name) is not None
        )

    @property
    def mails_for_real(self) -> bool:
        """True when mail leaves this machine."""
        return bool(self.ways_out)

    @property
    def mailbox_dir(self) -> Path:
        """Folder that the folder channel writes `.eml` files to."""
        return self.data_dir / "postvak"

    @property
    def uses_demo_contacts(self) -> bool:
        """True when the contacts of demo.toml are loaded."""
        return not self.mails_for_real if self.demo is None else self.demo

    def shown(self, name: str) -> str:
        """Return the value of a setting as a person may see it: without passwords and keys."""
        value = getattr(self, name)
        if value is None:
            return ""
        if isinstance(value, SecretStr):
            if name not in {"smtp_url", "bounce_box"}:
                return "(verborgen)"
            value = value.get_secret_value()
        if isinstance(value, bool):
            return "true" if value else "false"
        return _PASSWORD.sub(lambda found: f"{found[1] or found[2]}***", str(value))


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: one Dutch line per setting that is wrong or does not exist.
    """
    lines = _misspelt()
    try:
        settings = Settings()
    except ValidationError as error:
        faults = [
            one
            for one in error.errors(include_url=False, include_input=False)
            if one["type"] != "default_factory_not_called"  # it waits for another that is wrong
        ]
        lines += [
            f"{_variable(one['loc'])}: {in_dutch(one, Settings.model_fields)}." for one in faults
        ]
        raise _wrong(lines) from None
    if lines:
        raise _wrong(lines)
    return settings


def _misspelt() -> list[str]:
    known = [_variable((name,)) for name in Settings.model_fields]
    lines = []
    given = os.environ.items()  # noqa: TID251 - this is the place
    for name in sorted(one.upper() for one, value in given if value):
        if name.startswith("CAMPAGNE_") and not name.startswith(_OF_TESTS) and name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
            advice = f"bedoel je {near[0]}?" if near else "haal die weg."
            lines.append(f"{name} bestaat niet; {advice}")
    return lines


def _wrong(lines: list[str]) -> SettingsError:
    found = "Een instelling klopt" if len(lines) == 1 else f"{len(lines)} instellingen kloppen"
    return SettingsError(f"{found} niet.\n" + "\n".join(lines))


def _variable(location: tuple[int | str, ...]) -> str:
    # Only the rule on pretending belongs to no field.
    return f"CAMPAGNE_{location[0] if location else 'pretend_today'}".upper()
