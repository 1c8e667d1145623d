"""The overview of a region on a page, and what can be saved of it."""

from starlette.testclient import TestClient

from tests.web.conftest import Enter

PAGE = "/regio/duin-en-bollenstreek/2026"
KATWIJK = "katwijk-campagnes@example.nl"
GOUDA = "gouda-communicatie@example.nl"


def test_what_a_colleague_in_the_region_sees_and_saves(enter: Enter, client: TestClient) -> None:
    katwijk = enter(KATWIJK)
    page = katwijk.get(PAGE)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert page.text.count("<strong>Op het rooster</strong>") == 5
    assert "Orange the World</a>" not in page.text
    everything = katwijk.get(PAGE, params={"toon": "alles"})
    assert "Orange the World</a>" in everything.text
    none = katwijk.get(PAGE, params={"deelname": "declines"})
    assert "Er is niets dat hierbij past." in none.text
    assert f"{PAGE}/overzicht.csv?deelname=declines" in none.text
    odd = katwijk.get(PAGE, params={"deelname": "'><script>", "campagne": '"><b>'})
    assert odd.status_code == 200
    assert '"><b>' not in odd.text
    saved = katwijk.get(f"{PAGE}/overzicht.csv")
    assert saved.headers["content-disposition"] == (
        'attachment; filename="overzicht-duin-en-bollenstreek-2026.csv"'
    )
    assert saved.text.count("op het rooster") == 5
    assert katwijk.get(f"{PAGE}/overzicht.xlsx").content.startswith(b"PK")
    assert '"/regio/holland-rijnland/2026"' in katwijk.get("/mijn").text
    # Somebody elsewhere, and nobody.
    gouda = enter(GOUDA)
    for address in (PAGE, f"{PAGE}/overzicht.csv", f"{PAGE}/overzicht.xlsx"):
        assert gouda.get(address).status_code == 404
        assert client.get(address).status_code == 303
    for wrong in ("/regio/nergens/2026", "/regio/duin-en-bollenstreek/2100", "/regio/x%00/2026"):
        assert katwijk.get(wrong).status_code == 404
