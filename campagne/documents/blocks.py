"""What a document holds: headings, paragraphs, lists, tables and pictures, one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it.tree import SyntaxTreeNode

from campagne.markdown import Markdown

_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one look; `url` makes it a link, a line break in it is one."""

    text: str
    bold: bool = False
    italic: bool = False
    url: str = ""


Text = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (of the document) to 4."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a notice stands out, a quotation stands in."""

    text: Text
    notice: bool = False
    quote: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list with dots, or one numbered from 1."""

    items: tuple[Text, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its first row says what stands in each column, and is repeated on each page.

    Attributes:
        header: what stands in each column.
        rows: as many cells in each.
        description: what the table is about, for who cannot see it.
        widths: of the columns, in any unit; empty for equal ones.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    description: str
    widths: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as PNG, so many centimetres wide; `alt` says what it shows, `svg` is the same."""

    png: bytes
    alt: str
    width: float = 16.0
    svg: bytes = b""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Points | Table | Picture | PageBreak


def plain(text: str, *, bold: bool = False) -> Text:
    """Return a text in one look."""
    return (Run(text, bold=bold),)


def from_markdown(source: str, *, below: int = 1) -> Iterator[Block]:
    """Yield the blocks of a text in Markdown; of lists within a list one list is made.

    Args:
        source: as `campagne.markdown` takes it.
        below: the level of the heading that it stands under, to which its own are fitted.
    """
    yield from _blocks(Markdown(source).tree.children, below)


def _blocks(nodes: Sequence[SyntaxTreeNode], below: int) -> Iterator[Block]:
    first = min((int(node.tag[1]) for node in nodes if node.type == "heading"), default=1)
    for node in nodes:
        match node.type:
            case "heading":
                said = "".join(run.text for run in _text(node))
                yield Heading(said, min(int(node.tag[1]) - first + below + 1, _DEEPEST))
            case "bullet_list" | "ordered_list":
                yield Points(tuple(_items(node)), numbered=node.type == "ordered_list")
            case "blockquote":
                for one in _blocks(node.children, below):
                    yield replace(one, quote=True) if isinstance(one, Paragraph) else one
            case "code_block" | "fence":
                yield Paragraph(plain(node.content.strip("\n")), quote=True)
            case "hr":
                pass  # a line tells nothing to who cannot see it
            case _:
                yield Paragraph(_text(node))


def _items(points: SyntaxTreeNode) -> Iterator[Text]:
    for item in points.children:
        said: list[Run] = []
        for part in item.children:
            if part.type.endswith("_list"):
                yield tuple(said)
                said = []
                yield from _items(part)
            else:
                said += [Run("\n"), *_text(part)] if said else _text(part)
        if said:
            yield tuple(said)


def _text(node: SyntaxTreeNode) -> Text:
    return tuple(run for child in node.children for run in _runs(child.children, Run("")))


def _runs(nodes: Sequence[SyntaxTreeNode], look: Run) -> Iterator[Run]:
    for node in nodes:
        match node.type:
            case "softbreak":
                yield replace(look, text=" ")
            case "hardbreak":
                yield replace(look, text="\n")
            case "strong":
                yield from _runs(node.children, replace(look, bold=True))
            case "em":
                yield from _runs(node.children, replace(look, italic=True))
            case "link":
                yield from _runs(node.children, replace(look, url=str(node.attrs["href"])))
            case _ if node.children:
                yield from _runs(node.children, look)
            case _ if node.content:
                yield replace(look, text=node.content)
