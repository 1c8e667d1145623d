"""A text as a file, in each of its forms."""

import io
from dataclasses import replace
from html.parser import HTMLParser

import docx
import pytest

from campagne.domain.texts import PROVISIONAL, RenderedText, TextKind
from campagne.services.publishing import text_files
from campagne.services.publishing.text_files import TextForm

FILL_IN = "https://campagne.example.nl/mijn/gemeente?gemeente=lisse"
NEWS = RenderedText(
    kind=TextKind.WEBSITE,
    title="Zorgen <over> iemand?",
    markdown="Bel **0800-2000** & praat.\n\n## Wat helpt\n\n- vraag\n- luister",
    notice="",
    edition="orange-2026",
    municipality="lisse",
)
POST = replace(
    NEWS, kind=TextKind.X, title="Orange: bericht voor X", markdown="een\ntwee", alt="Een hart"
)


def text(one: RenderedText, form: TextForm) -> str:
    return text_files.content(one, form, FILL_IN).decode()


def lines(one: RenderedText) -> list[tuple[str, str]]:
    found = docx.Document(io.BytesIO(text_files.content(one, TextForm.DOCX, FILL_IN)))
    return [(str(each.style and each.style.name), each.text) for each in found.paragraphs]


def test_plain_has_no_marks() -> None:
    assert text(NEWS, TextForm.TXT) == (
        "Zorgen <over> iemand?\n\nBel 0800-2000 & praat.\n\nWat helpt\n\n- vraag\n- luister\n"
    )


def test_markdown_has_its_title_as_a_heading() -> None:
    assert text(NEWS, TextForm.MD) == f"# {NEWS.title}\n\n{NEWS.markdown}\n"


def test_html_is_a_whole_page_in_dutch_that_nobody_finds() -> None:
    html = text(NEWS, TextForm.HTML)
    assert html.startswith('<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">')
    assert '<meta name="robots" content="noindex">' in html
    assert "<h1>Zorgen &lt;over&gt; iemand?</h1>" in html
    assert "<p>Bel <strong>0800-2000</strong> &amp; praat.</p>\n<h2>Wat helpt</h2>" in html
    open_tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            assert attrs is not None
            if tag != "meta":
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    Reader().feed(html)
    assert open_tags == []


def test_a_document_has_headings_and_a_list() -> None:
    assert lines(NEWS) == [
        ("Heading 1", NEWS.title),
        ("Normal", "Bel 0800-2000 & praat."),
        ("Heading 2", "Wat helpt"),
        ("List Bullet", "vraag"),
        ("List Bullet", "luister"),
    ]


def test_a_post_has_its_lines_and_no_title_but_in_a_document() -> None:
    alt = "Alt-tekst bij het beeld: Een hart"
    assert text(POST, TextForm.TXT) == f"een\ntwee\n\n{alt}\n"
    assert text(POST, TextForm.MD) == f"een  \ntwee\n\n{alt}\n"
    assert "<body>\n<p>een<br>\ntwee</p>\n" in text(POST, TextForm.HTML)
    assert lines(POST) == [("Heading 1", POST.title), ("Normal", "een\ntwee"), ("Normal", alt)]


@pytest.mark.parametrize("form", TextForm)
def test_what_must_be_known_stands_above_it(form: TextForm) -> None:
    waiting = replace(NEWS, notice=PROVISIONAL, missing=("de krant", "het webadres"))
    missing = f"Nog niet ingevuld: de krant en het webadres. Vul het in op {FILL_IN}"
    if form is TextForm.DOCX:
        assert lines(waiting)[1:3] == [("Melding", PROVISIONAL.upper()), ("Melding", missing)]
        read = docx.Document(io.BytesIO(text_files.content(waiting, form, FILL_IN)))
        assert read.sections[0].header.paragraphs[0].text == PROVISIONAL
        return
    said = text(waiting, form)
    title = {TextForm.TXT: "Zorgen <", TextForm.MD: "# Zorgen <", TextForm.HTML: "<h1>"}[form]
    assert said.index(PROVISIONAL.upper()) < said.index(missing) < said.index(title)


@pytest.mark.parametrize("form", TextForm)
def test_a_file_has_a_steady_name_and_bytes(form: TextForm) -> None:
    assert text_files.name(POST, form) == f"orange-2026_lisse_x.{form}"
    made = text_files.content(POST, form, FILL_IN)
    assert made == text_files.content(POST, form, FILL_IN)


def test_a_set_is_one_document_with_a_heading_for_each() -> None:
    waiting = [replace(one, notice=PROVISIONAL) for one in (NEWS, POST)]
    made = text_files.document("Teksten voor Lisse", waiting, FILL_IN)
    found = docx.Document(io.BytesIO(made))
    headings = [
        (each.style.name, each.text)
        for each in found.paragraphs
        if each.style and str(each.style.name).startswith("Heading")
    ]
    assert headings == [
        ("Heading 1", "Teksten voor Lisse"),
        ("Heading 2", "Bericht voor de website"),
        ("Heading 3", NEWS.title),
        ("Heading 4", "Wat helpt"),
        ("Heading 2", "X"),
    ]
    assert [each.text for each in found.paragraphs].count(PROVISIONAL.upper()) == 2
    assert found.sections[0].header.paragraphs[0].text == PROVISIONAL
    assert found.core_properties.title == "Teksten voor Lisse"
    assert text_files.document("Niets", [], FILL_IN)
