"""The files beside the pages: what came from others, what they weigh, what a theme changes."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.web import assets, theme, tokens
from tests.web.conftest import MakeApp, Visit

VENDOR = Path(assets.__file__).parent / "static" / "vendor"


def manifest() -> list[dict[str, object]]:
    packages: list[dict[str, object]] = json.loads((VENDOR / "manifest.json").read_text("utf-8"))[
        "packages"
    ]
    return packages


def digests() -> dict[str, str]:
    found: dict[str, str] = {}
    for one in manifest():
        assert isinstance(one["sha256"], Mapping)
        found |= one["sha256"]
    return found


def test_what_came_from_others_is_as_it_came() -> None:
    """Every file stands in the manifest, and is the very same; see scripts/vendor.py."""
    there = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert there == digests()
    assert {one["licence"] for one in manifest()} == {"EUPL-1.2", "OFL-1.1"}
    assert {"licences/EUPL-1.2.md", "licences/OFL-1.1.md"} <= set(there)


def test_the_pages_ask_nothing_of_anybody_else(client: TestClient) -> None:
    sheet = client.get("/static/campagne.css").text
    addresses = re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet)
    assert {one for one in addresses if not one.startswith("data:")} == {
        "fonts/source-sans-3-latin.woff2",
        "fonts/source-sans-3-latin-ext.woff2",
    }
    assert "@import" not in sheet
    assert "http" not in re.sub(r"/\*.*?\*/|data:[^\"')]+", "", sheet, flags=re.DOTALL)
    for one in addresses:
        if one.startswith("fonts/"):
            font = client.get(f"/static/{one}")
            assert (font.status_code, font.headers["content-type"]) == (200, "font/woff2")
            assert font.content.startswith(b"wOF2")


def test_the_style_sheet_names_no_token_that_is_not_there() -> None:
    """A token that is misspelt is no error to a browser: it takes no colour at all."""
    everything = assets._our_tokens()
    own = "".join((assets._STATIC / one).read_text("utf-8") for one in assets._OURS)
    in_values = tokens.write(tokens.used(everything, assets._sheets()), ":root")
    named = set(re.findall(r"var\(\s*(--[\w-]+)\s*\)", own + in_values))
    assert len(named) > 100
    assert named - set(everything.light) == set()


def test_only_the_tokens_in_use_are_sent(client: TestClient) -> None:
    sheet = client.get("/static/campagne.css").text
    assert "--utrecht-alert-warning-background-color:" in sheet
    assert "--denhaag-process-steps" not in sheet


def resolved(value: str, values: Mapping[str, str]) -> str:
    """Return the colour that a token comes down to."""
    found = re.fullmatch(r"var\((--[\w-]+)\)", value)
    return resolved(values[found[1]], values) if found else value


def luminance(colour: str) -> float:
    """Return the relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "behind", "least"),
    [
        ("--ink", "--paper", 7),
        ("--ink", "--surface", 7),
        ("--ink", "--shade", 7),
        ("--ink-soft", "--paper", 4.5),
        ("--ink-soft", "--surface", 4.5),
        ("--ink-soft", "--shade", 4.5),
        ("--link", "--paper", 4.5),
        ("--link", "--shade", 4.5),
        ("--utrecht-link-visited-color", "--shade", 4.5),
        ("--on-brand", "--brand", 4.5),
        ("--utrecht-button-secondary-action-color", "--surface", 4.5),
        ("--utrecht-nav-bar-color", "--utrecht-nav-bar-background-color", 4.5),
        ("--utrecht-page-footer-color", "--utrecht-page-footer-background-color", 4.5),
        ("--ok", "--ok-soft", 4.5),
        ("--ok", "--surface", 4.5),
        ("--wait", "--wait-soft", 4.5),
        ("--stop", "--stop-soft", 4.5),
        ("--stop", "--surface", 4.5),
        ("--accent", "--surface", 4.5),
        ("--utrecht-alert-warning-color", "--utrecht-alert-warning-background-color", 4.5),
        ("--utrecht-alert-ok-color", "--utrecht-alert-ok-background-color", 4.5),
        ("--utrecht-alert-error-color", "--utrecht-alert-error-background-color", 4.5),
        ("--utrecht-textbox-border-color", "--utrecht-textbox-background-color", 3),
        ("--focus", "--paper", 3),
        ("--brand", "--surface", 3),
    ],
)
def test_colours_can_be_told_apart(scheme: str, text: str, behind: str, least: float) -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11; what is read most gets the 7 of 1.4.6."""
    every = assets._our_tokens()
    values = every.light if scheme == "light" else every.light | every.dark
    lights = sorted(luminance(resolved(values[one], values)) for one in (text, behind))
    assert (lights[1] + 0.05) / (lights[0] + 0.05) >= least


def test_a_file_is_kept_for_ever_under_its_own_address(client: TestClient) -> None:
    address = re.findall(r'href="(/static/campagne\.css\?v=\w+)"', client.get("/").text)[0]
    assert "immutable" in client.get(address).headers["cache-control"]
    for other in ("/static/campagne.css", "/static/campagne.css?v=oud"):
        assert client.get(other).headers["cache-control"] == "public, max-age=3600"


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_file_that_did_not_change_is_not_sent_again(client: TestClient, coding: str) -> None:
    headers = {"accept-encoding": coding}
    first = client.get("/static/campagne.css", headers=headers)
    assert first.headers.get("content-encoding", "identity") == coding
    again = client.get(
        "/static/campagne.css", headers=headers | {"if-none-match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize(
    "path",
    [
        "tokens.css",
        "frame.css",
        "vendor/manifest.json",
        "vendor/tokens/voorbeeld.css",
        "",
        "fonts/",
    ],
)
def test_what_is_not_meant_for_a_browser_is_not_there(client: TestClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_a_file_can_only_be_fetched(client: TestClient) -> None:
    assert client.post("/static/campagne.css").status_code == 405
    assert client.head("/static/campagne.css").status_code == 200


def test_a_picture_by_itself_can_do_nothing(client: TestClient) -> None:
    answer = client.get("/static/icoon.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-security-policy"].endswith("sandbox")


LIGHT = ":root { --campagne-merk-500: #7a0045; --denhaag-process-steps-color: red }"
DARK = "@media (prefers-color-scheme: dark) { :root { --campagne-merk-500: #ffb3da } }"


def test_the_theme_to_begin_with_can_be_put_on() -> None:
    found = theme.load(Path(__file__).parents[2] / "docs" / "voorbeeldthema")
    assert found.name == "Gemeente Voorbeeld"
    assert len(found.tokens.light) == len(found.tokens.dark) == 8
    assert found.tokens.light.keys() <= assets._our_tokens().light.keys()


def put_on(folder: Path, sheet: str) -> Path:
    place = folder / "thema"
    place.mkdir()
    (place / "naam.txt").write_text("Gemeente <Voorbeeld>", "utf-8")
    (place / "tokens.css").write_text(sheet, "utf-8")
    (place / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', "utf-8")
    (place / "geheim.txt").write_text("wachtwoord", "utf-8")
    return place


@pytest.fixture
def themed(tmp_path: Path, make_app: MakeApp, visit: Visit) -> TestClient:
    """A browser at a service that has the looks of a gemeente on."""
    return visit(make_app(theme_dir=put_on(tmp_path, LIGHT)))


def test_a_gemeente_puts_on_its_own_looks(themed: TestClient) -> None:
    page = themed.get("/").text
    assert "Gemeente &lt;Voorbeeld&gt;" in page
    logo = re.findall(r'<img [^>]*src="(/static/logo\.svg\?v=\w+)"', page)[0]
    assert themed.get(logo).headers["content-type"] == "image/svg+xml"
    style = re.findall(r'href="(/static/campagne\.css\?v=\w+)"', page)[0]
    sheet = themed.get(style).text
    assert "--campagne-merk-500:#7a0045;" in sheet
    assert "--campagne-merk-600:#0e4a57;" in sheet
    assert "--denhaag-process-steps-color" not in sheet


def test_a_style_sheet_of_another_theme_has_another_address(
    themed: TestClient, client: TestClient
) -> None:
    pattern = r'href="(/static/campagne\.css\?v=\w+)"'
    assert re.findall(pattern, themed.get("/").text) != re.findall(pattern, client.get("/").text)


@pytest.mark.parametrize("name", ["geheim.txt", "naam.txt", "tokens.css", "logo.png", "../thema"])
def test_nothing_else_of_the_folder_is_served(themed: TestClient, name: str) -> None:
    assert themed.get(f"/static/{name}").status_code == 404


def test_the_policy_stays_as_it_is(themed: TestClient, client: TestClient) -> None:
    policy = "content-security-policy"
    assert themed.get("/").headers[policy] == client.get("/").headers[policy]
    assert "unsafe" not in client.get("/").headers[policy]


@pytest.mark.parametrize(
    ("sheet", "scheme"), [(LIGHT, "light"), (f"{LIGHT} {DARK}", "light dark"), (None, "light dark")]
)
def test_a_theme_without_dark_colours_stays_light(
    tmp_path: Path, make_app: MakeApp, visit: Visit, sheet: str | None, scheme: str
) -> None:
    """Ours would be mixed with those of the gemeente, and nobody looked at that."""
    app: App = make_app(theme_dir=put_on(tmp_path, sheet) if sheet else None)
    client = visit(app)
    assert f'<meta name="color-scheme" content="{scheme}">' in client.get("/").text
    style = client.get("/static/campagne.css").text
    assert ("prefers-color-scheme:dark" in style) is (scheme == "light dark")
    assert ("--campagne-merk-500:#ffb3da" in style) is (sheet == f"{LIGHT} {DARK}")
