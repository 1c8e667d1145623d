"""A text as a file: plain, HTML, Markdown or Word; always the same name and bytes."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from markupsafe import escape

from campagne.documents import word
from campagne.documents.blocks import Block, Heading, Paragraph, Run, from_markdown, plain
from campagne.domain import dutch
from campagne.domain.texts import BARE, RenderedText
from campagne.domain.words import word as say
from campagne.markdown import UNBROKEN, Markdown

_ALT = "Alt-tekst bij het beeld:"


class TextForm(StrEnum):
    """What a text can be had as; the value is the suffix of the file."""

    TXT = "txt"
    HTML = "html"
    MD = "md"
    DOCX = "docx"


MEDIA_TYPES = {
    TextForm.TXT: "text/plain; charset=utf-8",
    TextForm.HTML: "text/html; charset=utf-8",
    TextForm.MD: "text/markdown; charset=utf-8",
    TextForm.DOCX: word.MEDIA_TYPE,
}


def name(text: RenderedText, form: TextForm) -> str:
    """Return the name of a file with a text."""
    return f"{text.edition}_{text.municipality}_{text.kind}.{form}"


def read(text: RenderedText) -> Markdown:
    """Return a text to be read; each line of a post or a poster is a line of its own."""
    return Markdown(_source(text))


def content(text: RenderedText, form: TextForm, fill_in: str) -> bytes:
    """Return a text as a file.

    What must be known stands above it, and the alternative text of its picture below it. A post
    and a poster have no title, but in a document.

    Args:
        text: the text.
        form: what it becomes.
        fill_in: the address where a gemeente fills in what a text misses.
    """
    if form is TextForm.DOCX:
        return word.write(text.title, _blocks(text, fill_in, level=1), header=text.notice)
    if form is TextForm.HTML:
        return _html(text, fill_in).encode()
    is_plain = form is TextForm.TXT
    notes = list(_notes(text, fill_in))
    title = [] if text.kind in BARE else [text.title]
    parts = [
        *(notes if is_plain else (f"> {one}" for one in notes)),
        *(title if is_plain else (f"# {one}" for one in title)),
        read(text).text(UNBROKEN).strip() if is_plain else _source(text),
        *_alt(text),
    ]
    return ("\n\n".join(parts) + "\n").encode()


def document(title: str, texts: Sequence[RenderedText], fill_in: str) -> bytes:
    """Return several texts as one document for Word, each under what it is for and its title.

    Args:
        title: of the document.
        texts: of one edition and gemeente.
        fill_in: as for `content`.
    """
    blocks: list[Block] = [Heading(title)]
    for text in texts:
        kind = say(text.kind)
        blocks.append(Heading(f"{kind[0].upper()}{kind[1:]}", 2))
        # The title of a post says no more than that.
        titled = [] if text.kind in BARE else [Heading(text.title, 3)]
        blocks += [*titled, *_below_title(text, fill_in, level=3)]
    return word.write(title, blocks, header=texts[0].notice if texts else "", footer=title)


def _source(text: RenderedText) -> str:
    return text.markdown.replace("\n", "  \n") if text.kind in BARE else text.markdown


def _notes(text: RenderedText, fill_in: str) -> Iterator[str]:
    if text.notice:
        yield text.notice.upper()
    if text.missing:
        yield f"Nog niet ingevuld: {dutch.join(text.missing)}. Vul het in op {fill_in}"


def _alt(text: RenderedText) -> Iterable[str]:
    return [f"{_ALT} {text.alt}"] if text.alt else []


def _blocks(text: RenderedText, fill_in: str, *, level: int) -> list[Block]:
    return [Heading(text.title, level), *_below_title(text, fill_in, level=level)]


def _below_title(text: RenderedText, fill_in: str, *, level: int) -> list[Block]:
    return [
        *(Paragraph(plain(one), notice=True) for one in _notes(text, fill_in)),
        *from_markdown(_source(text), below=level),
        *([Paragraph((Run(f"{_ALT} ", bold=True), Run(text.alt)))] if text.alt else []),
    ]


def _html(text: RenderedText, fill_in: str) -> str:
    parts = [
        *(f"<p><strong>{escape(one)}</strong></p>" for one in _notes(text, fill_in)),
        *([] if text.kind in BARE else [f"<h1>{escape(text.title)}</h1>"]),
        read(text).html.strip(),
        *(f"<p>{escape(one)}</p>" for one in _alt(text)),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="robots" content="noindex">\n<title>{escape(text.title)}</title>\n'
        "</head>\n<body>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )
