"""Logging in with the account of one's organisation, at a provider that others wrote."""

import warnings
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
import requests
from sqlmodel import select
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.services.entrance import second_factor
from campagne.store.tables import OrganisationAccountRow

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it still imports what Authlib calls old
    from oidc_provider_mock import User, run_server_in_thread

# The provider calls what Authlib calls old.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

LEIDEN = "leiden-centrum@example.nl"
PEOPLE = [
    User(sub="anna", claims={"email": LEIDEN}),
    User(sub="bert", claims={"email": LEIDEN}),
    User(sub="niemand", claims={"email": "niemand@example.nl"}),
    User(sub="vreemd", claims={"email": "leiden-centrum@elders.example.org"}),
]

Make = Callable[..., App]
Visit = Callable[[App], TestClient]


@pytest.fixture
def issuer() -> Iterator[str]:
    with run_server_in_thread(user_claims=PEOPLE) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def with_organisation(issuer: str, make_app: Make) -> App:
    return make_app(
        oidc_issuer=issuer,
        oidc_client="campagne",
        oidc_secret="geheim",
        oidc_domains="example.nl",
        oidc_name="Gemeente Leiden",
    )


def there_and_back(client: TestClient, who: str, naar: str = "") -> str:
    """Log in at the provider as a person does; return the address that it sends the browser to."""
    away = client.get("/organisatie/inloggen", params={"naar": naar})
    assert away.status_code == 307
    done = requests.post(
        away.headers["location"], data={"sub": who}, allow_redirects=False, timeout=20
    )
    back = urlsplit(done.headers["location"])
    return f"{back.path}?{back.query}"


def test_an_account_of_the_organisation_opens_everything(
    with_organisation: App, visit: Visit
) -> None:
    client = visit(with_organisation)
    page = client.get("/inloggen?naar=/beheer/edities").text
    assert "Inloggen met Gemeente Leiden" in page
    assert 'href="/organisatie/inloggen?naar=/beheer/edities"' in page
    answer = client.get(there_and_back(client, "anna", "/beheer/edities"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/beheer/edities")
    assert client.get("/beheer/edities").status_code == 200, "the organisation asked the code"
    assert "-ticket" not in " ".join(client.cookies)


def test_the_address_to_come_back_to_works_once_and_in_one_browser(
    with_organisation: App, visit: Visit
) -> None:
    client, other = visit(with_organisation), visit(with_organisation)
    back = there_and_back(client, "anna")
    assert "niet in deze browser" in other.get(back).text
    other.get("/organisatie/inloggen")
    assert "hoort niet bij" in other.get(back).text
    assert client.get(back).status_code == 303
    again = client.get(back)
    assert (again.status_code, "niet in deze browser" in again.text) == (403, True)


@pytest.mark.parametrize(
    ("who", "sentence"),
    [("niemand", "kennen het adres niemand@example.nl niet"), ("vreemd", "niet via deze")],
)
def test_who_is_no_contact_of_ours_is_told_so(
    with_organisation: App, visit: Visit, who: str, sentence: str
) -> None:
    client = visit(with_organisation)
    answer = client.get(there_and_back(client, who))
    assert answer.status_code == 403
    assert sentence in answer.text
    assert client.get("/mijn").status_code == 303


def test_who_gets_the_address_of_somebody_who_left_does_not_get_their_rights(
    with_organisation: App, visit: Visit, clock: SetClock
) -> None:
    first, second = visit(with_organisation), visit(with_organisation)
    first.get(there_and_back(first, "anna"))
    answer = second.get(there_and_back(second, "bert"))
    assert answer.status_code == 403
    assert "hoort hier bij een ander account" in answer.text
    with with_organisation.database.session() as session:
        second_factor.reset(session, "leiden-centrum")
    assert second.get(there_and_back(second, "bert")).status_code == 303
    with with_organisation.database.read() as session:
        (row,) = session.exec(select(OrganisationAccountRow)).all()
        assert (row.subject, row.created_at) == ("bert", clock.now())


def test_who_says_no_there_is_not_in(with_organisation: App, visit: Visit) -> None:
    client = visit(with_organisation)
    away = client.get("/organisatie/inloggen").headers["location"]
    done = requests.post(away, data={"action": "deny"}, allow_redirects=False, timeout=20)
    back = urlsplit(done.headers["location"])
    assert "liet je niet inloggen" in client.get(f"{back.path}?{back.query}").text


def test_a_page_of_another_site_is_not_gone_to(with_organisation: App, visit: Visit) -> None:
    client = visit(with_organisation)
    back = there_and_back(client, "anna", "https://boos.example.org/")
    assert client.get(back).headers["location"] == "/mijn"


def test_without_the_setting_there_is_no_such_log_in(app: App, visit: Visit) -> None:
    client = visit(app)
    assert "Inloggen met" not in client.get("/inloggen").text
    for path in ("/organisatie/inloggen", "/organisatie/terug?code=c&state=s"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "link per mail" in answer.text


def test_a_provider_that_is_away_leaves_the_link_by_mail(make_app: Make, visit: Visit) -> None:
    app = make_app(
        oidc_issuer="http://127.0.0.1:9",
        oidc_client="campagne",
        oidc_secret="geheim",
        oidc_domains="example.nl",
    )
    answer = visit(app).get("/organisatie/inloggen")
    assert answer.status_code == 503
    assert "link per mail" in " ".join(answer.text.split())
