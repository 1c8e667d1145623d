"""The looks of a gemeente from a folder, and what is refused in it."""

from pathlib import Path

import pytest

from campagne.documents.cards import HouseStyle
from campagne.errors import SettingsError
from campagne.web.theme import HouseStyles, load
from campagne.web.tokens import Tokens

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A theme that is as it should be."""
    (tmp_path / "naam.txt").write_text("Gemeente Voorbeeld\n", "utf-8")
    (tmp_path / "tokens.css").write_text(":root { --campagne-merk-500: #123456 }", "utf-8")
    (tmp_path / "logo.svg").write_text(SVG, "utf-8")
    return tmp_path


def test_a_theme_is_a_name_tokens_and_a_logo(folder: Path) -> None:
    found = load(folder)
    assert found.name == "Gemeente Voorbeeld"
    assert found.tokens == Tokens({"--campagne-merk-500": "#123456"})
    assert (found.logo_name, found.logo) == ("logo.svg", SVG.encode())


def test_the_logo_may_be_a_png(folder: Path) -> None:
    (folder / "logo.svg").unlink()
    (folder / "logo.png").write_bytes(PNG)
    assert (load(folder).logo_name, load(folder).logo) == ("logo.png", PNG)


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_windows_may_have_saved_it(folder: Path, start: str) -> None:
    (folder / "naam.txt").write_text(f"{start}Duin- en\r\nBollenstreek\r\n", "utf-8", newline="")
    assert load(folder).name == "Duin- en Bollenstreek"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("naam.txt", None, "naam.txt: bestaat niet."),
        ("naam.txt", b" \n", "naam.txt: zet er één naam in, van hoogstens 60 tekens."),
        ("naam.txt", b"x" * 61, "naam.txt: zet er één naam in"),
        ("naam.txt", b"Gemeente \x07", "naam.txt: zet er één naam in"),
        ("naam.txt", b"Gemeente \xe9\xe9n", "naam.txt: sla het op als UTF-8."),
        ("tokens.css", None, "tokens.css: bestaat niet."),
        (
            "tokens.css",
            b"h1 { color: red }",
            "tokens.css: 'h1' hoort er niet in; zet er alleen design tokens in.",
        ),
        ("tokens.css", b"x" * 1_000_001, "tokens.css: te groot; hoogstens 1000 kB."),
        ("logo.svg", None, ": zet er een logo.svg of een logo.png in, en niet allebei."),
        ("logo.png", PNG, ": zet er een logo.svg of een logo.png in, en niet allebei."),
        ("logo.svg", b"<svg" + b" " * 50_000 + b"/>", "logo.svg: te groot; hoogstens 50 kB."),
        ("logo.svg", b"geen plaatje", "logo.svg: dit is geen SVG."),
        ("logo.svg", b"<svg/>", "logo.svg: dit is geen SVG."),
        ("logo.svg", b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "logo.svg: dit is geen SVG."),
    ],
)
def test_a_file_that_is_not_right_is_refused(
    folder: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(SettingsError, match=r"^Het thema klopt niet: ") as caught:
        load(folder)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_png_must_be_one(folder: Path) -> None:
    (folder / "logo.svg").rename(folder / "logo.png")
    with pytest.raises(SettingsError, match=r"logo\.png: dit is geen PNG\.$"):
        load(folder)


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<script>alert(1)</script>", "er staat een script in"),
        ('<rect onload="alert(1)"/>', "er staat een script in"),
        ("<foreignObject><p>x</p></foreignObject>", "er staat een script in"),
        ('<a href="javascript:alert(1)"/>', "het haalt iets op van een ander adres"),
        (
            '<image href="https://elders.example.nl/x.png"/>',
            "het haalt iets op van een ander adres",
        ),
        (
            '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="//elders.example.nl#a"/>',
            "het haalt iets op van een ander adres",
        ),
        ("<style>rect{fill:url(//elders.example.nl)}</style>", "haalt iets op van een ander adres"),
        ("<style>@import 'x.css'</style>", "het haalt iets op van een ander adres"),
        ('<rect style="fill:url(x.svg#a)"/>', "het haalt iets op van een ander adres"),
    ],
)
def test_a_logo_is_only_a_picture(folder: Path, inside: str, said: str) -> None:
    (folder / "logo.svg").write_text(SVG.replace("</svg>", f"{inside}</svg>"), "utf-8")
    with pytest.raises(SettingsError, match=said):
        load(folder)


@pytest.mark.parametrize(
    "inside",
    [
        '<use href="#a"/>',
        '<image href="data:image/png;base64,aaaa"/>',
        "<style>rect { fill: url(#verloop); stroke: #123 }</style>",
        "<title>Gemeente</title>",
    ],
)
def test_a_logo_may_draw_as_it_likes(folder: Path, inside: str) -> None:
    (folder / "logo.svg").write_text(SVG.replace("</svg>", f"{inside}</svg>"), "utf-8")
    assert load(folder).logo_name == "logo.svg"


def test_a_logo_cannot_name_entities(folder: Path) -> None:
    bomb = f'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>{SVG}'
    (folder / "logo.svg").write_text(bomb, "utf-8")
    with pytest.raises(SettingsError, match="haal de regel met DOCTYPE en ENTITY eruit"):
        load(folder)


def test_no_file_may_be_elsewhere(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What stands in a theme is shown to everybody; a link within it, as clusters make, is fine."""
    secret = tmp_path_factory.mktemp("elsewhere") / "sleutel"
    secret.write_text("geheim", "utf-8")
    name = folder / "naam.txt"
    name.rename(folder / "eigen.txt")
    name.symlink_to(folder / "eigen.txt")
    assert load(folder).name == "Gemeente Voorbeeld"
    for target, said in ((secret, "buiten de map"), (folder, "geen gewoon bestand")):
        name.unlink()
        name.symlink_to(target)
        with pytest.raises(SettingsError, match=said):
            load(folder)
    name.unlink()
    name.symlink_to(name)
    with pytest.raises(SettingsError, match=r"naam\.txt"):
        load(folder)


def test_a_gemeente_puts_on_its_own_colour_and_logo_in_its_pictures(tmp_path: Path) -> None:
    def put(folder: Path, colour: str, logo: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "naam.txt").write_text("Ergens")
        (folder / "tokens.css").write_text(f":root {{ --campagne-merk-500: {colour}; }}")
        (folder / "logo.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" id="{logo}"/>')

    assert HouseStyles(None).of("lisse") == HouseStyle()
    put(tmp_path, "#123456", "regio")
    put(tmp_path / "gemeenten" / "lisse", "var(--x)", "lisse")
    styles = HouseStyles(tmp_path)
    assert (styles.of("katwijk").colour, b"regio" in styles.of("katwijk").logo) == ("#123456", True)
    assert (styles.of("lisse").colour, b"lisse" in styles.of("lisse").logo) == ("", True)
    put(tmp_path / "gemeenten" / "gouda", "url(https://example.org)", "gouda")
    with pytest.raises(SettingsError, match="gouda"):
        HouseStyles(tmp_path)
