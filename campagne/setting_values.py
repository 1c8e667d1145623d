"""What the value of a setting may be; each function gives it back, or says in Dutch what is wrong.

The words of a `ValueError` are read after the name of the setting.
"""

import ipaddress
import re
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from campagne.domain.bounces import bounce_address_fault
from campagne.domain.contacts import address_fault
from campagne.domain.year_plan import AutumnDay

KEY_LENGTH = 32
_LONGEST_NAME = 100
_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def database_url(value: str) -> str:
    """Return the address of a database, or empty for the embedded one."""
    if not value:
        return value
    try:
        parts = urlsplit(value)
        well_formed = parts.port != 0
    except ValueError:
        well_formed = False
    if not well_formed or parts.scheme not in {"sqlite", "postgresql+psycopg"}:
        message = (
            "begint met sqlite:/// of postgresql+psycopg://, met een poort die klopt."
            " Voorbeeld: postgresql+psycopg://naam:wachtwoord@server:5432/campagne"
        )
        raise ValueError(message)
    return value


def host(value: str) -> str:
    """Return an address or name to listen on."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        if not _HOST_NAME.fullmatch(value):
            message = "noem een IP-adres of een naam zonder http://, zoals 127.0.0.1 of 0.0.0.0"
            raise ValueError(message) from None
    return value


def networks(value: str) -> str:
    """Return addresses and networks with commas between them."""
    try:
        return ",".join(str(ipaddress.ip_network(one.strip())) for one in value.split(","))
    except ValueError:
        message = "noem IP-adressen of netwerken met komma's ertussen, zoals 127.0.0.1,10.0.0.0/24"
        raise ValueError(message) from None


def web_address(value: str) -> str:
    """Return the address of a service without a slash at its end."""
    if not _is_web_address(value, {"http", "https"}) or set(value) & set("?#@"):
        message = (
            "begint met https:// of http:// en noemt alleen een server, zonder spaties,"
            " ? of #. Voorbeeld: https://campagne.example.nl"
        )
        raise ValueError(message)
    return value.rstrip("/")


def issuer(value: str) -> str:
    """Return the address of a service for logging in, or empty; encrypted, unless it is here."""
    if value and (
        not _is_web_address(value, {"http", "https"})
        or set(value) & set("?#@")
        or (urlsplit(value).scheme == "http" and urlsplit(value).hostname != "127.0.0.1")
    ):
        message = (
            "begint met https:// en is het adres dat de dienst zelf noemt (issuer). Voorbeeld:"
            " https://login.microsoftonline.com/nummer-van-de-tenant/v2.0"
        )
        raise ValueError(message)
    return value


def mail_domains(value: str) -> str:
    """Return mail domains in lower case with commas between them."""
    domains = [one.strip().lower() for one in value.split(",")] if value else []
    if any(address_fault(f"naam@{one}") for one in domains):
        message = (
            "noem maildomeinen met komma's ertussen, zoals katwijk.example.nl,leiden.example.nl"
        )
        raise ValueError(message)
    return ",".join(domains)


def folder(value: Path | None) -> Path | None:
    """Return a folder that is there, or None."""
    if value is not None and not value.is_dir():
        message = f"de map {value} bestaat niet; noem een andere of haal dit weg"
        raise ValueError(message)
    return value


def sender(value: str) -> str:
    """Return a name with a mail address."""
    fault = (
        address_fault(parseaddr(value)[1])
        if value.isprintable()
        else "zet de afzender op één regel, zonder tabs of stuurtekens"
    )
    if fault is not None:
        message = f"{fault}. Voorbeeld: Campagnekalender <campagne@example.nl>"
        raise ValueError(message)
    return value


def return_address(value: str) -> str:
    """Return a mail address with room for a token, or empty."""
    if not value:
        return value
    if fault := bounce_address_fault(value):
        message = f"{fault}. Voorbeeld: bounces@example.nl"
        raise ValueError(message)
    return value.lower()


def name(value: str) -> str:
    """Return a name that fits on a line of a page, or empty."""
    if not value.isprintable() or len(value) > _LONGEST_NAME:
        message = f"schrijf een naam van hoogstens {_LONGEST_NAME} tekens op één regel"
        raise ValueError(message)
    return value


def mail_address(value: str) -> str:
    """Return a mail address, or empty."""
    if value and (fault := address_fault(value)):
        message = f"{fault}. Voorbeeld: kalender@example.nl"
        raise ValueError(message)
    return value


def security_contact(value: str) -> str:
    """Return a mail address or an address with https, as RFC 9116 (2.5.3) wants it; or empty."""
    if value and not _is_web_address(value, {"https"}) and address_fault(value):
        message = (
            "noem een mailadres of een pagina die met https:// begint."
            " Voorbeeld: beveiliging@example.nl"
        )
        raise ValueError(message)
    return value


def long_key(value: SecretStr | None) -> SecretStr | None:
    """Return a key that nobody guesses, or None."""
    if value is not None and len(value.get_secret_value()) < KEY_LENGTH:
        message = f"moet {KEY_LENGTH} tekens of langer zijn"
        raise ValueError(message)
    return value


def whole_oidc(parts: Mapping[str, object]) -> None:
    """Check that logging in by an organisation is set as a whole or not at all; by its names."""
    missing = [f"CAMPAGNE_{name.upper()}" for name, value in parts.items() if not value]
    if missing and len(missing) < len(parts):
        message = (
            "inloggen via een organisatie is half ingesteld; vul ook"
            f" {' en '.join(missing)} in, of haal de andere weg"
        )
        raise ValueError(message)


def _is_web_address(value: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(value)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = value.isascii() and value.isprintable() and not set(value) & set(" \\\"'<>")
    return whole and plain and parts.scheme in schemes


def autumn_day(value: str) -> str:
    """Return a day of the year, or the word for never."""
    AutumnDay(value)
    return value
