"""Logging in by mail, as a person does it in a browser; and what a stranger gets."""

import logging
from collections.abc import Callable
from datetime import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.web.pages.login import one_client

KATWIJK = "katwijk-campagnes@example.nl"

Visit = Callable[[App], TestClient]
MailedLink = Callable[[TestClient, App, str], str]


def test_a_mail_a_button_and_in(
    app: App, client: TestClient, mailed_link: MailedLink, visit: Visit
) -> None:
    link = mailed_link(client, app, KATWIJK)
    for _ in range(3):  # a scanner opens it, more than once
        page = visit(app).get(link)
        assert page.status_code == 200
        assert "Je logt in als Communicatie en beleid Katwijk." in page.text
        assert "set-cookie" not in page.headers
    answer = client.post(link, data={"naar": "/mijn/apparaten"})
    assert answer.headers["location"] == "/mijn/apparaten"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Ingelogd als Communicatie en beleid Katwijk" in client.get("/mijn").text
    again = visit(app).post(link)
    assert again.status_code == 404
    assert "Vraag een nieuwe link aan" in again.text


def test_the_cookie_is_bound_to_tls_and_to_this_host(
    make_app: Callable[..., App], visit: Visit, mailed_link: MailedLink
) -> None:
    app = make_app(base_url="https://campagne.example.nl")
    client = visit(app)
    cookie = client.post(mailed_link(client, app, KATWIJK)).headers["set-cookie"]
    assert cookie.startswith("__Host-campagne=")
    assert "; Secure" in cookie
    assert "; Path=/" in cookie
    assert "domain" not in cookie.lower()


@pytest.mark.parametrize("address", ["niemand@example.nl", KATWIJK])
def test_the_answer_is_the_same_for_every_address(
    app: App, client: TestClient, address: str
) -> None:
    answer = client.post("/inloggen", data={"adres": address})
    assert answer.status_code == 200
    assert answer.text.replace(address, "X") == _answer_for(client, "ander@example.nl")
    app.login_mails.wait()


def _answer_for(client: TestClient, address: str) -> str:
    return client.post("/inloggen", data={"adres": address}).text.replace(address, "X")


def test_an_unknown_address_gets_no_mail(
    app: App, client: TestClient, mailed_link: MailedLink
) -> None:
    assert mailed_link(client, app, "niemand@example.nl") == ""


@pytest.mark.parametrize(
    "typed", ["", "   ", "katwijk", "a@b", "a@b.nl, c@d.nl", "x" * 300 + "@b.nl"]
)
def test_what_is_no_address_is_told_so(client: TestClient, typed: str) -> None:
    answer = client.post("/inloggen", data={"adres": typed})
    assert answer.status_code == 400
    assert "Schrijf je hele mailadres" in answer.text


def test_markup_in_the_address_stays_text(client: TestClient) -> None:
    answer = client.post("/inloggen", data={"adres": '"><script>alert(1)</script>'})
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "to",
    [
        "https://elders.example.org",
        "//elders.example.org",
        "/\\elders.example.org",
        "/mijn//elders.example.org",
        "/mijn/../uitloggen",
        "/editie/x?gemeente=katwijk&naar=elders",
        "/editie/x?gemeente=//elders.example.org",
        "javascript:alert(1)",
        "/mijn\r\nx: y",
        "",
    ],
)
def test_nobody_is_led_to_another_site(
    app: App, client: TestClient, mailed_link: MailedLink, to: str
) -> None:
    answer = client.post(mailed_link(client, app, KATWIJK), data={"naar": to})
    assert answer.headers["location"] == "/mijn"
    assert 'name="naar" value=""' in client.get("/inloggen", params={"naar": to}).text


def test_the_way_goes_on_to_the_page_that_was_asked_for(
    app: App, client: TestClient, tmp_path: Path
) -> None:
    answer = client.get("/mijn/code")
    form = client.get(answer.headers["location"])
    assert "Voor deze pagina moet je inloggen" in form.text
    assert 'name="naar" value="/mijn/code"' in form.text
    client.post("/inloggen", data={"adres": KATWIJK, "naar": "/mijn/code"})
    app.login_mails.wait()
    (mail,) = (tmp_path / "postvak").glob("*.eml")
    body = message_from_bytes(mail.read_bytes(), policy=default).get_body(("plain",))
    assert body is not None
    assert "?naar=%2Fmijn%2Fcode" in body.get_content()


def test_logging_out_ends_the_session_on_the_server(
    app: App, client: TestClient, log_in: Callable[..., None], visit: Visit
) -> None:
    log_in(client, app, KATWIJK)
    key = client.cookies["campagne"]
    assert client.post("/uitloggen").headers["location"] == "/inloggen"
    thief = visit(app)
    thief.cookies.set("campagne", key)
    assert thief.get("/mijn").status_code == 303
    assert visit(app).post("/uitloggen").status_code == 303


def test_a_new_log_in_gives_a_new_key_and_ends_the_old_one(
    app: App, client: TestClient, log_in: Callable[..., None], visit: Visit
) -> None:
    log_in(client, app, KATWIJK)
    first = client.cookies["campagne"]
    log_in(client, app, KATWIJK)
    assert client.cookies["campagne"] != first
    old = visit(app)
    old.cookies.set("campagne", first)
    assert old.get("/mijn").status_code == 303


def test_a_form_of_another_site_logs_nobody_in_or_out(
    app: App, client: TestClient, mailed_link: MailedLink
) -> None:
    link = mailed_link(client, app, KATWIJK)
    foreign = {"origin": "https://elders.example.org"}
    assert client.post(link, headers=foreign).status_code == 403
    assert client.post("/uitloggen", headers=foreign).status_code == 403
    assert client.get(link).status_code == 200


def test_the_log_holds_neither_token_nor_address(
    app: App, client: TestClient, mailed_link: MailedLink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "campagne")
    link = mailed_link(client, app, KATWIJK)
    client.post(link)
    client.get(link)
    assert KATWIJK not in caplog.text
    assert link.rpartition("/")[2] not in caplog.text


def test_a_session_that_ran_out_asks_to_log_in_again(
    app: App, client: TestClient, log_in: Callable[..., None], clock: SetClock
) -> None:
    log_in(client, app, KATWIJK)
    clock.move_to(clock.today(), time(19, 0))
    assert client.get("/mijn").headers["location"] == "/inloggen?naar=%2Fmijn"


def test_a_link_that_works_no_more_leads_to_a_new_one(client: TestClient) -> None:
    page = client.get("/inloggen/bestaat-niet")
    assert page.status_code == 404
    assert "Deze link werkt niet" in page.text
    assert 'href="/inloggen">Vraag een nieuwe link' in page.text


def test_who_asks_all_the_time_keeps_nobody_else_out(
    app: App, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with app.database.session():  # so that all of them wait
        for number in range(150):
            app.login_mails.ask(f"iemand{number}@example.nl", client="198.51.100.7")
        app.login_mails.ask(KATWIJK, client="192.0.2.9")
    app.login_mails.wait()
    assert len(list((tmp_path / "postvak").glob("*.eml"))) == 1
    assert "dropped" in caplog.text


def test_who_asked_too_often_waits_for_no_writer_and_holds_up_none(
    app: App, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(30):
        app.login_mails.ask(f"iemand{number}@example.nl", client="198.51.100.7")
        app.login_mails.wait()
    with app.database.session():
        app.login_mails.ask(KATWIJK, client="198.51.100.7")
        app.login_mails.wait()
    assert caplog.text == "", "it did not try to write"
    app.login_mails.ask(KATWIJK, client="192.0.2.9")
    app.login_mails.wait()
    assert len(list((tmp_path / "postvak").glob("*.eml"))) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("testclient", "testclient", True),
    ],
)
def test_who_has_many_addresses_is_one_client(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - a case
    assert (one_client(one) == one_client(other)) is same
