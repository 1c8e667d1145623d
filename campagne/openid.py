"""Logging in with the account of one's organisation: OpenID Connect, with code, PKCE and nonce.

Authlib speaks the protocol and joserfc checks the signature. What the browser has to bring back
stands signed in a cookie, so nothing is stored for who never comes back. Requests go out by
Authlib's own session and not by `campagne.remote`: a provider may well stand in the network of the
organisation, and its address is a setting, not something that users give.
"""

import hmac
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from itsdangerous import BadData, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from campagne.domain.contacts import is_address
from campagne.errors import LogInRefusedError, ProviderAwayError

log = logging.getLogger("campagne.web")

# How long somebody may take to log in there, with a second factor.
_TICKET_SECONDS = 15 * 60
_SECONDS = 10.0
_KEPT_SECONDS = 3600.0
_LEEWAY_SECONDS = 60
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_AGAIN = "Er is niets veranderd. Begin opnieuw op de pagina Inloggen."


@dataclass(frozen=True, slots=True)
class Account:
    """Who an organisation says somebody is.

    Attributes:
        issuer: the service that says so.
        subject: its lasting name for this person; never their address, which others may get.
        address: their mail address, lower case.
    """

    issuer: str
    subject: str
    address: str


@dataclass(frozen=True, slots=True)
class Start:
    """Where to send a browser that wants to log in, and what it must keep meanwhile.

    Attributes:
        seconds: for how long.
    """

    address: str
    ticket: str
    seconds: int


class OpenId:
    """The service with which an organisation lets its people log in.

    Args:
        issuer: its address, as its metadata names it.
        client / secret: what it knows campagne by.
        domains: mail domains that it may speak for, lower case; it is not believed about others.
        return_to: the address of ours that a browser comes back to.
        key: signs tickets.
    """

    def __init__(
        self,
        *,
        issuer: str,
        client: str,
        secret: str,
        domains: frozenset[str],
        return_to: str,
        key: str,
    ) -> None:
        self._issuer = issuer
        self._client = client
        self._secret = secret
        self._domains = domains
        self._return_to = return_to
        self._tickets = URLSafeTimedSerializer(key, salt="campagne.openid")
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._kept_until = 0.0

    def begin(self, then: str) -> Start:
        """Return where somebody logs in.

        Args:
            then: page of ours to go to afterwards, empty for the first one.

        Raises:
            ProviderAwayError: when the service cannot be reached or is not what it should be.
        """
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        metadata, _ = self._known()
        with self._session() as session:
            address, state = session.create_authorization_url(
                _endpoint(metadata, "authorization_endpoint"), nonce=nonce, code_verifier=verifier
            )
        ticket = {"state": state, "nonce": nonce, "verifier": verifier, "then": then}
        return Start(address, self._tickets.dumps(ticket), _TICKET_SECONDS)

    def finish(self, ticket: str, answer: Mapping[str, str]) -> tuple[Account, str]:
        """Return who came back, and the page that they wanted.

        Args:
            ticket: what the browser kept.
            answer: what the service sent along with it: `code` and `state`, or `error`.

        Raises:
            LogInRefusedError: when somebody comes back without having begun here, was refused
                there, or has an address of which this service may not speak.
            ProviderAwayError: as `begin`.
        """
        try:
            kept = self._tickets.loads(ticket, max_age=_TICKET_SECONDS)
        except BadData:
            raise LogInRefusedError(
                f"Het inloggen duurde te lang of begon in een andere browser. {_AGAIN}"
            ) from None
        if "code" not in answer:
            raise LogInRefusedError(f"Je organisatie liet je niet inloggen. {_AGAIN}")
        if not hmac.compare_digest(kept["state"].encode(), answer.get("state", "").encode()):
            raise LogInRefusedError(f"Dit hoort niet bij het inloggen dat je begon. {_AGAIN}")
        return self._account(self._claims(answer["code"], kept)), kept["then"]

    def _claims(self, code: str, kept: Mapping[str, str]) -> Mapping[str, Any]:
        metadata, keys = self._known()
        try:
            with self._session() as session:
                token = session.fetch_token(
                    _endpoint(metadata, "token_endpoint"),
                    code=code,
                    code_verifier=kept["verifier"],
                    timeout=_SECONDS,
                )
            claims = self._verified(str(token["id_token"]), keys, kept["nonce"])
        except requests.RequestException as error:
            raise _away(error) from error
        except (AuthlibBaseError, JoseError, KeyError, ValueError) as error:
            raise LogInRefusedError(
                f"Het antwoord van je organisatie klopt niet ({type(error).__name__}). {_AGAIN}"
            ) from error
        return claims

    def _verified(self, token: str, keys: KeySet, nonce: str) -> Mapping[str, Any]:
        """Return what a token says, if this service signed it for us and for this log-in."""
        claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
        return claims

    def _account(self, claims: Mapping[str, Any]) -> Account:
        # Entra ID gives `email` only where the organisation set it; its log-in name is an address.
        address = str(claims.get("email") or claims.get("preferred_username") or "").lower()
        if not is_address(address) or claims.get("email_verified") is False:
            raise LogInRefusedError(
                "Je organisatie gaf geen mailadres door. Vraag op de pagina Inloggen een link per"
                " mail."
            )
        if address.rpartition("@")[2] not in self._domains:
            raise LogInRefusedError(
                f"Met het adres {address} kun je niet via deze organisatie inloggen. Vraag op de"
                " pagina Inloggen een link per mail."
            )
        # Entra ID: `sub` is another one for each app, these two stay.
        lasting = (claims.get("tid"), claims.get("oid"))
        subject = ":".join(map(str, lasting)) if all(lasting) else str(claims["sub"])
        return Account(self._issuer, subject, address)

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self._client,
            self._secret,
            scope="openid email profile",
            redirect_uri=self._return_to,
            code_challenge_method="S256",
        )

    def _known(self) -> tuple[dict[str, Any], KeySet]:
        """Return what the service says of itself, and its keys; both are kept for an hour."""
        if self._keys is None or time.monotonic() > self._kept_until:
            try:
                metadata = _fetch(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
                keys = KeySet.import_key_set(_fetch(_endpoint(metadata, "jwks_uri")))  # type: ignore[arg-type] # checked there
            except (requests.RequestException, JoseError, KeyError, TypeError, ValueError) as error:
                raise _away(error) from error
            if metadata.get("issuer") != self._issuer:
                raise _away(ValueError("issuer"))
            self._metadata, self._keys = metadata, keys
            self._kept_until = time.monotonic() + _KEPT_SECONDS
        return self._metadata, self._keys


def _fetch(url: str) -> dict[str, Any]:
    answer = requests.get(url, timeout=_SECONDS, allow_redirects=False)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise TypeError
    return found


def _endpoint(metadata: Mapping[str, Any], name: str) -> str:
    """Return an address of the service; as safe as its own, see the setting."""
    return str(metadata[name])


def _away(error: Exception) -> ProviderAwayError:
    # Its kind alone: what it says may hold a code.
    log.warning("the log-in of the organisation fails: %s", type(error).__name__)
    return ProviderAwayError(
        "Inloggen via je organisatie lukt nu niet. Probeer het straks opnieuw, of vraag op de"
        " pagina Inloggen een link per mail."
    )
