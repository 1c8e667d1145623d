"""Templates that people edit: what is filled in, and what is said when one is broken."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.errors import TemplateError
from campagne.markdown import Markdown
from campagne.templating import Templates, escaped, one_line

Write = Callable[[str], Templates]


@pytest.fixture
def template(tmp_path: Path) -> Write:
    """Write `proef.md` in a folder and return the templates of that folder."""

    def write(source: str) -> Templates:
        folder = tmp_path / "mail"
        folder.mkdir(exist_ok=True)
        (folder / "proef.md").write_text(source, "utf-8")
        return Templates(folder)

    return write


def test_the_head_and_the_text_are_filled_in(template: Write) -> None:
    templates = template('+++\nonderwerp = "Dag {{ naam }}"\nversie = 2\n+++\n\nHallo {{ naam }}\n')

    filled = templates.markdown("proef.md", {"naam": "Jo_An*"})

    assert filled.line("onderwerp") == "Dag Jo_An*"
    assert filled.head["versie"] == 2
    assert filled.text == r"Hallo Jo\_An\*"
    assert templates.text("proef.md", {"naam": "Jo_An*"}).text == "Hallo Jo_An*"


def test_a_file_saved_on_windows_is_read_the_same(tmp_path: Path) -> None:
    (tmp_path / "proef.md").write_bytes(b'\xef\xbb\xbf+++\r\na = "x"\r\n+++\r\nHallo\r\n')

    assert Templates(tmp_path).text("proef.md", {}).text == "Hallo"


def test_the_filter_opmaak_keeps_markdown(template: Write) -> None:
    filled = template("+++\n+++\n{{ tekst | opmaak }}").markdown(
        "proef.md", {"tekst": "**a**\n\nb"}
    )

    assert filled.text == "**a**\n\nb"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("Hallo", r"mail/proef.md begint niet met een kop"),
        ("+++\nonderwerp = Dag\n+++\n", r"De kop van het sjabloon mail/proef.md .*line 1"),
        ("+++\n+++\n{{ onbekend }}", r"mail/proef.md vraagt naar 'onbekend'"),
        ("+++\n+++\n{{ naam.adres }}", r"mail/proef.md vraagt naar 'adres'"),
        ('+++\na = "{{ weg }}"\n+++\n', r"mail/proef.md \(kop, a\) vraagt naar 'weg'"),
        ("+++\n+++\n{% if weg %}x{% endif %}", r"vraagt naar 'weg'"),
        ("+++\n+++\n\n{% if naam %}", r"mail/proef.md is stuk op regel 4"),
        ("+++\n+++\n{% include 'weg.md' %}", r"gebruikt .*weg.md.* bestaat niet"),
        ("+++\n+++\n{{ naam.__class__ }}", r"mail/proef.md .*__class__"),
        ("+++\n+++\n{{ 1 / 0 }}", r"kan niet worden ingevuld"),
        ("+++\n+++\n{{ naam + 1 }}", r"kan niet worden ingevuld"),
    ],
)
def test_a_broken_template_is_named_with_what_is_wrong(
    template: Write, source: str, sentence: str
) -> None:
    with pytest.raises(TemplateError, match=sentence):
        template(source).markdown("proef.md", {"naam": "Jo"})


@pytest.mark.parametrize(
    "bomb",
    [
        "{{ 'x' * 10 }}",
        "{{ 10 * 'x' }}",
        "{{ [naam] * 10 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 10 ** 5 }}",
        "{{ 10000000 * 10000000 }}",
        "{{ '%99d' % 1 }}",
        "{{ '%99d' | format(1) }}",
        "{{ '{:99}'.format(1) }}",
        "{{ naam.format_map({}) }}",
        "{{ naam.center(99) }}",
        "{{ naam.ljust(99) }}",
        "{{ naam.replace('J', 'x') }}",
        "{{ (1).to_bytes(99, 'big') }}",
        "{{ naam | center(99) }}",
        "{{ naam | indent(99) }}",
        "{{ naam | wordwrap(1, wrapstring='xx') }}",
        "{{ naam | replace('J', 'x') }}",
        "{{ [naam] | batch(99, 'x') | list }}",
        "{{ [naam] | map('center', 99) | list }}",
        "{{ naam | pprint }}",
        "{{ 1 | round(-10) }}",
        "{{ 1.5 | round(10, 'ceil') }}",
        "{{ lipsum(99) }}",
        "{% for one in range(99) %}x{% endfor %}",
        "{{ dict(a=1) }}",
        "{% set many = cycler(1) %}",
        "{% set comma = joiner() %}",
    ],
)
def test_a_template_cannot_make_much_out_of_little(template: Write, bomb: str) -> None:
    with pytest.raises(TemplateError, match=r"mail/proef\.md"):
        template(f"+++\n+++\n{bomb}").markdown("proef.md", {"naam": "Jo"})


@pytest.mark.parametrize(
    "bomb",
    [
        "{% for a in lijst %}" * 3 + "{% endfor %}" * 3,
        "{% for a in lijst %}{% for b in lijst %}" + "x" * 1000 + "{% endfor %}{% endfor %}",
        "{% for a in naam %}x{% endfor %}",
    ],
)
def test_loops_cannot_multiply_each_other_without_end(template: Write, bomb: str) -> None:
    values = {"naam": "Jo", "lijst": list(range(50))}
    with pytest.raises(TemplateError, match=r"mail/proef\.md"):
        template(f"+++\n+++\n{bomb}").markdown("proef.md", values)


def test_a_loop_knows_its_length(template: Write) -> None:
    source = "{% for one in lijst if one > 1 %}{{ loop.index }}/{{ loop.length }} {% endfor %}"
    filled = template(f"+++\n+++\n{source}").markdown("proef.md", {"lijst": [1, 2, 3]})

    assert filled.text == r"1/2 2/2 "


def test_a_template_can_do_small_things(template: Write) -> None:
    source = (
        "{{ 6 * 7 }} {{ 9 % 4 }} {{ 2 ** 3 }} {{ naam | upper }} {{ leeg | default('x', true) }}"
        " {{ [naam, 'An'] | sort | join(' en ') }} {{ naam.lower() }} {{ 7.4 | round | int }}"
    )
    filled = template(f"+++\n+++\n{source}").markdown("proef.md", {"naam": "Jo", "leeg": ""})

    assert filled.text == "42 1 8 JO x An en Jo jo 7"


def test_a_template_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    templates = Templates(tmp_path)
    with pytest.raises(TemplateError, match=r"weg.md bestaat niet"):
        templates.text("weg.md", {})

    (tmp_path / "plaatje.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TemplateError, match=r"plaatje.md kan niet worden gelezen"):
        templates.text("plaatje.md", {})


@pytest.mark.parametrize("head", ["", 'onderwerp = ""', "onderwerp = 3"])
def test_a_head_without_the_text_that_is_asked_for(template: Write, head: str) -> None:
    filled = template(f"+++\n{head}\n+++\n").text("proef.md", {})

    with pytest.raises(TemplateError, match=r"mail/proef.md mist in de kop .*'onderwerp'"):
        filled.line("onderwerp")


@given(st.text())
def test_no_value_becomes_markdown_or_html(value: str) -> None:
    """Put inside a paragraph, a value comes out as exactly its own words."""
    source = f"x {escaped(value)} x"

    assert Markdown(source).html.count("<") == 2, "only the paragraph's own tags"
    assert " ".join(Markdown(source).text().split()) == " ".join(f"x {one_line(value)} x".split())


@given(st.text())
def test_one_line_has_no_control_characters(value: str) -> None:
    assert not any(letter in one_line(value) for letter in "\r\n\t\x00\x0b\x0c\x1b\x85\u2028")
