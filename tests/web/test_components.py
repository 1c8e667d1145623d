"""The short names of the templates become those of NL Design System."""

import re
from pathlib import Path

import jinja2
import pytest

from campagne.web import assets, components
from campagne.web.components import ComponentNames, in_full

HTML = Path(components.__file__).parent / "html"


@pytest.mark.parametrize(
    ("short", "full"),
    [
        (
            '<button class="button" type="submit">',
            '<button class="utrecht-button utrecht-button--primary-action" type="submit">',
        ),
        (
            '<a class="button button--quiet" href="/">',
            (
                '<a class="utrecht-button-link utrecht-button-link--html-a'
                " utrecht-button-link--primary-action utrecht-button-link--secondary-action"
                '" href="/">'
            ),
        ),
        (
            '<p class="notice section" role="alert">',
            '<p class="utrecht-alert utrecht-alert--error section" role="alert">',
        ),
        ('<p class="notice">', '<p class="utrecht-alert utrecht-alert--warning">'),
        ('<p class="notice notice--ok">', '<p class="utrecht-alert utrecht-alert--ok">'),
        (
            '<input class="choice__box" type="radio">',
            (
                '<input class="utrecht-radio-button utrecht-radio-button--html-input choice__box"'
                ' type="radio">'
            ),
        ),
        (
            '<select class="field__input" id="x">',
            '<select class="utrecht-select utrecht-select--html-select field__input" id="x">',
        ),
        ('<p class="own button-like notice2">', '<p class="own button-like notice2">'),
        ("<p>class=\"button\" <b title='button'>", "<p>class=\"button\" <b title='button'>"),
        ('<i data-class="button">', '<i data-class="button">'),
    ],
)
def test_a_short_name_is_written_in_full(short: str, full: str) -> None:
    assert in_full(short) == full


@pytest.mark.parametrize(
    ("template", "given", "made"),
    [
        (
            '<i class="lead{% if status %} note{% endif %}">',
            {"status": 1},
            (
                '<i class="utrecht-paragraph utrecht-paragraph--lead lead'
                ' utrecht-paragraph utrecht-paragraph--small note">'
            ),
        ),
        (
            """<i class="x{{ " button--quiet" if status == 'note' }}">""",
            {"status": "note"},
            '<i class="x utrecht-button--secondary-action">',
        ),
        (
            '<i class="status status--{{ status }}" title="{{ "a > b" }}">',
            {"status": "lead"},
            '<i class="utrecht-status-badge status status--lead" title="a &gt; b">',
        ),
        ('{% if 1 < 2 %}<i class="note"{% if 2 > 1 %} id="x"{% endif %}>{% endif %}', {}, None),
    ],
)
def test_the_marks_of_jinja_stay_what_they_are(
    template: str, given: dict[str, object], made: str | None
) -> None:
    environment = jinja2.Environment(extensions=[ComponentNames], autoescape=True)
    page = environment.from_string(template).render(given)
    assert page == (made or '<i class="utrecht-paragraph utrecht-paragraph--small note" id="x">')


@pytest.mark.parametrize("path", sorted(HTML.glob("*.html")), ids=lambda path: path.stem)
def test_no_short_name_is_left_in_a_template(path: Path) -> None:
    """And no line moves, so that a fault in a template is told at its own line."""
    source = path.read_text("utf-8")
    full = in_full(source)
    assert full.count("\n") == source.count("\n")
    short = {
        name for name, names in components._NAMES.items() if name not in " ".join(names.values())
    }
    left = re.findall(r'(?<=\sclass=")[^"]*', full)
    assert {name for words in left for name in words.split()} & short == set()


def test_every_name_is_one_of_the_design_system() -> None:
    """A name that is misspelt would only be seen by who looks at the page."""
    sheet = assets._sheets()
    full = {
        name
        for names in components._NAMES.values()
        for one in names.values()
        for name in one.split()
    }
    # Marks of the kind of element, to which not every component ties something.
    marks = {"utrecht-button-link--html-a", "utrecht-checkbox--html-input"}
    missing = {name for name in full - marks if f".{name}" not in sheet}
    assert missing == set()


def test_no_component_came_along_for_nothing() -> None:
    pages = "".join(in_full(path.read_text("utf-8")) for path in HTML.glob("*.html"))
    there = {path.stem for path in (assets._VENDOR / "components").glob("*.css")}
    used = {name for name in there if re.search(rf'[" ]utrecht-{name}[" _-]', pages)}
    assert used == there
