"""A provider is believed only when it signed, for us, now, and about its own people."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from campagne.errors import LogInRefusedError, ProviderAwayError
from campagne.openid import Account, OpenId
from tests.http_server import Request, Server, answer, serving

KEY = RSAKey.generate_key(2048, {"kid": "een"})
OTHER = RSAKey.generate_key(2048, {"kid": "een"})
SUBJECT = "a1b2"

Change = Callable[[dict[str, Any]], None]


class Provider:
    """A provider that gives the token a test asks for."""

    def __init__(self) -> None:
        self.change: Change = lambda _: None
        self.key = KEY
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "een"}
        self.nonce = ""
        self.server: Server
        self.metadata: dict[str, Any] = {}

    def answers(self, request: Request) -> Iterator[bytes]:
        """Answer one request as a provider does."""
        if request.path == "/.well-known/openid-configuration":
            found: Any = {
                "issuer": self.server.url,
                "authorization_endpoint": f"{self.server.url}/in",
                "token_endpoint": f"{self.server.url}/token",
                "jwks_uri": f"{self.server.url}/keys",
                **self.metadata,
            }
        elif request.path == "/keys":
            found = KeySet([KEY]).as_dict(private=False)
        else:
            found = {"access_token": "x", "token_type": "Bearer", "id_token": self.token()}
        yield answer(200, json.dumps(found).encode(), Content_Type="application/json")

    def token(self) -> str:
        """Return a token that is right but for what the test changes."""
        claims = {
            "iss": self.server.url,
            "aud": "campagne",
            "sub": SUBJECT,
            "exp": int(time.time()) + 300,
            "nonce": self.nonce,
            "email": "Katwijk-Campagnes@example.nl",
        }
        self.change(claims)
        key = self.key if self.header["alg"] != "HS256" else RSAKey.import_key(self.key.as_pem())
        return jwt.encode(self.header, claims, key, algorithms=[self.header["alg"]])


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    with serving(made.answers) as made.server:
        yield made


def ours(provider: Provider, issuer: str = "") -> OpenId:
    return OpenId(
        issuer=issuer or provider.server.url,
        client="campagne",
        secret="geheim",
        domains=frozenset({"example.nl"}),
        return_to="http://127.0.0.1:8000/organisatie/terug",
        key="k" * 32,
    )


def log_in(provider: Provider, openid: OpenId) -> tuple[Account, str]:
    start = openid.begin("/mijn/apparaten")
    asked = {name: one[0] for name, one in parse_qs(urlsplit(start.address).query).items()}
    provider.nonce = asked["nonce"]
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/organisatie/terug"
    return openid.finish(start.ticket, {"code": "c", "state": asked["state"]})


def test_who_comes_back_is_known(provider: Provider) -> None:
    account, then = log_in(provider, ours(provider))
    assert account == Account(provider.server.url, SUBJECT, "katwijk-campagnes@example.nl")
    assert then == "/mijn/apparaten"
    token = next(one for one in provider.server.requests if one.path == "/token")
    assert b"code_verifier=" in token.body


def test_the_lasting_name_of_entra_is_that_of_tenant_and_person(provider: Provider) -> None:
    provider.change = lambda claims: claims.update(tid="t1", oid="o1")
    assert log_in(provider, ours(provider))[0].subject == "t1:o1"


def test_a_log_in_name_does_where_there_is_no_mail_address(provider: Provider) -> None:
    def no_mail(claims: dict[str, Any]) -> None:
        claims["preferred_username"] = claims.pop("email")

    provider.change = no_mail
    assert log_in(provider, ours(provider))[0].address == "katwijk-campagnes@example.nl"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://elders.example.nl"},
        {"aud": "een-andere-app"},
        {"exp": 1_000_000_000},
        {"nonce": "van-iemand-anders"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_token_for_another_time_place_or_person_is_refused(
    provider: Provider, change: dict[str, Any]
) -> None:
    provider.change = lambda claims: claims.update(change)
    with pytest.raises(LogInRefusedError, match="klopt niet"):
        log_in(provider, ours(provider))


@pytest.mark.parametrize("name", ["iss", "aud", "exp", "nonce", "sub"])
def test_a_token_that_leaves_something_out_is_refused(provider: Provider, name: str) -> None:
    provider.change = lambda claims: claims.pop(name)
    with pytest.raises(LogInRefusedError, match="klopt niet"):
        log_in(provider, ours(provider))


def test_a_token_that_another_signed_is_refused(provider: Provider) -> None:
    provider.key = OTHER
    with pytest.raises(LogInRefusedError, match="klopt niet"):
        log_in(provider, ours(provider))


def test_a_token_that_nobody_signed_is_refused(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = provider.token()
    head = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"  # {"alg":"none","typ":"JWT"}
    monkeypatch.setattr(provider, "token", lambda: f"{head}.{signed.split('.')[1]}.")
    with pytest.raises(LogInRefusedError, match="klopt niet"):
        log_in(provider, ours(provider))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "iemand@elders.example.org"}, "niet via deze organisatie"),
        ({"email": "iemand@sub.example.nl"}, "niet via deze organisatie"),
        ({"email": "geen adres"}, "geen mailadres"),
        ({"email": ""}, "geen mailadres"),
        ({"email_verified": False}, "geen mailadres"),
    ],
)
def test_it_speaks_for_its_own_people_alone(
    provider: Provider, change: dict[str, Any], sentence: str
) -> None:
    provider.change = lambda claims: claims.update(change)
    with pytest.raises(LogInRefusedError, match=sentence):
        log_in(provider, ours(provider))


def test_who_did_not_begin_here_does_not_come_in(provider: Provider) -> None:
    openid = ours(provider)
    start = openid.begin("")
    state = parse_qs(urlsplit(start.address).query)["state"][0]
    for ticket, given, sentence in (
        ("", {"code": "c", "state": state}, "andere browser"),
        (start.ticket[:-2], {"code": "c", "state": state}, "andere browser"),
        (start.ticket, {"code": "c", "state": "anders"}, "hoort niet bij"),
        (start.ticket, {"code": "c"}, "hoort niet bij"),
        (start.ticket, {"code": "c", "state": "é"}, "hoort niet bij"),
        (start.ticket, {"error": "access_denied", "state": state}, "liet je niet inloggen"),
    ):
        with pytest.raises(LogInRefusedError, match=sentence):
            openid.finish(ticket, given)
    assert not [one for one in provider.server.requests if one.path == "/token"]


def test_a_provider_that_says_it_is_another_is_not_used(provider: Provider) -> None:
    provider.metadata = {"issuer": "https://login.example.nl/{tenantid}/v2.0"}
    with pytest.raises(ProviderAwayError, match="link per"):
        ours(provider).begin("")


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"issuer": 1}'])
def test_a_provider_that_talks_nonsense_is_away(body: bytes) -> None:
    with serving(lambda _: iter([answer(200, body)])) as server:
        provider = Provider()
        provider.server = server
        with pytest.raises(ProviderAwayError):
            ours(provider).begin("")


def test_a_provider_that_is_not_there(provider: Provider) -> None:
    with pytest.raises(ProviderAwayError):
        ours(provider, "http://127.0.0.1:9").begin("")
