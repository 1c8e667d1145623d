"""The only reader of the environment: one frozen `Settings`, each field a CAMPAGNE_* variable."""

import secrets
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from campagne.errors import SettingsError


class Settings(BaseSettings):
    """What can be set; every default is right for one machine and a first look."""

    model_config = SettingsConfigDict(env_prefix="CAMPAGNE_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        default=Path("var"), description="Folder of the embedded database, the mail and the key"
    )
    database_url: str = Field(
        default="",
        description="Database; empty: SQLite in the data folder, else postgresql+psycopg://...",
    )
    base_url: str = Field(
        default="http://127.0.0.1:8000",
        description="Address of the service as people see it; stands in every link",
    )
    host: str = Field(default="127.0.0.1", description="Address the web server listens on")
    port: int = Field(default=8000, ge=1, le=65535, description="Port the web server listens on")
    calendars_dir: Path | None = Field(
        default=None, description="Folder with your own calendars; empty: those shipped"
    )
    templates_dir: Path | None = Field(
        default=None, description="Folder with your own templates; empty: those shipped"
    )
    demo: bool | None = Field(
        default=None,
        description="Load the contacts of demo.toml; empty: only while mail goes to the folder",
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description=(
            "Mail server: smtp://user:password@host:587 (STARTTLS) or smtps://...:465 (TLS);"
            " empty: mail is written to the folder `postvak` in the data folder"
        ),
    )
    smtp_insecure: bool = Field(
        default=False,
        description="Allow mail without TLS, only to a server on this machine (loopback)",
    )
    mail_from: str = Field(
        default="Campagnekalender <campagne@example.nl>",
        description="Sender of the mails, with a name: Campagnekalender <campagne@example.nl>",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Key that signs links, 32 characters or more; empty: made in the data folder",
    )
    tick_seconds: int = Field(
        default=30, ge=1, le=3600, description="Seconds between two rounds of the clock"
    )
    pretend_today: date | None = Field(
        default=None,
        description="Pretend it is this day (2026-09-07), to try out; not while mail goes by SMTP",
    )

    @field_validator(
        "smtp_url",
        "secret_key",
        "calendars_dir",
        "templates_dir",
        "demo",
        "pretend_today",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("base_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            message = "moet met https:// of http:// beginnen"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:  # noqa: PLR2004 - see text
            message = "moet 32 tekens of langer zijn"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _no_pretending_for_real(self) -> Self:
        if self.pretend_today is not None and self.smtp_url is not None:
            message = "CAMPAGNE_PRETEND_TODAY kan niet samen met CAMPAGNE_SMTP_URL"
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
    def mailbox_dir(self) -> Path:
        """Folder that the folder channel writes `.eml` files to."""
        return self.data_dir / "postvak"

    @property
    def uses_demo_contacts(self) -> bool:
        """True when the contacts of demo.toml are loaded."""
        return self.smtp_url is None if self.demo is None else self.demo


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: one Dutch line per wrong setting.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"{_variable(fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_url=False, include_input=False)
        ]
        raise SettingsError("Een instelling klopt niet.\n" + "\n".join(lines)) from None


def secret_key(settings: Settings) -> str:
    """Return the key that signs links; make and keep one where none is set.

    Raises:
        SettingsError: when the key cannot be read or written.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.data_dir / "sleutel"
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(secrets.token_urlsafe(48), encoding="ascii")
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(
            f"De sleutel in {path} kan niet worden gelezen of gemaakt ({error.strerror})."
            " Geef CAMPAGNE_SECRET_KEY of maak de map beschrijfbaar."
        ) from error


def _variable(location: tuple[int | str, ...]) -> str:
    return f"CAMPAGNE_{location[0]}".upper() if location else "CAMPAGNE_*"
