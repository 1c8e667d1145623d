"""One Markdown source gives two parts: HTML, and a plain text that reads well by itself."""

import sys
import textwrap
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

UNBROKEN = sys.maxsize

_WIDTH = 78  # characters; RFC 5322, 2.1.1 advises this limit
_BUTTON = ("strong_open", "link_open", "text", "link_close", "strong_close")


class Markdown:
    """A Markdown text, read once: reading takes most of the time that a mail takes to make.

    Args:
        source: the text, in Markdown; HTML in it is text too, images are left out.
    """

    def __init__(self, source: str) -> None:
        self._parser = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).disable("image")
        self._tokens = self._parser.parse(source)
        for token in self._tokens:
            # Around marks the parser leaves empty texts.
            shown = [one for one in token.children or () if one.type != "text" or one.content]
            if tuple(one.type for one in shown) == _BUTTON:
                shown[1].attrSet("class", "button")

    @property
    def html(self) -> str:
        """As HTML; a paragraph that is nothing but a bold link has the class `button` on it."""
        return str(self._parser.renderer.render(self._tokens, self._parser.options, {}))

    @property
    def tree(self) -> SyntaxTreeNode:
        """As blocks with what stands in them, for who writes it in another way."""
        return SyntaxTreeNode(self._tokens)

    def text(self, width: int = _WIDTH) -> str:
        """Return it as plain text: no marks, full addresses.

        Args:
            width: most characters of a line, which only an address exceeds; `UNBROKEN` keeps each
                paragraph on one line, for text that is pasted where lines break by themselves.
        """
        return "\n".join(_blocks(self.tree.children, width)).strip("\n") + "\n"


def _blocks(nodes: Sequence[SyntaxTreeNode], width: int, indent: str = "") -> Iterator[str]:
    for place, node in enumerate(nodes):
        # Lines of a tight list stand together; everything else gets a blank line before it.
        tight = node.type == "list_item" and all(_is_tight(item) for item in nodes)
        if place and not (tight or (indent and _is_hidden(node))):
            yield ""
        match node.type:
            case "bullet_list" | "ordered_list":
                yield from _blocks(node.children, width, indent)
            case "list_item":
                mark = f"{node.info}. " if node.info else "- "
                lines = list(_blocks(node.children, width, indent + " " * len(mark)))
                yield indent + mark + lines[0].lstrip() if lines else indent + mark.strip()
                yield from lines[1:]
            case "blockquote":
                yield from _blocks(node.children, width, indent + "  ")
            case "hr":
                yield indent + "--"
            case "code_block" | "fence":
                yield from (f"{indent}  {line}" for line in node.content.splitlines())
            case _:
                text = "".join(_inline(child.children) for child in node.children)
                for line in text.split("\n"):
                    yield from _wrapped(line, width, indent)


def _is_hidden(node: SyntaxTreeNode) -> bool:
    return (node.type == "paragraph" and node.hidden) or node.type.endswith("_list")


def _is_tight(item: SyntaxTreeNode) -> bool:
    return all(child.type != "paragraph" or child.hidden for child in item.children)


def _wrapped(line: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        line,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _inline(nodes: Sequence[SyntaxTreeNode]) -> str:
    parts = []
    for place, node in enumerate(nodes):
        match node.type:
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "link":
                parts.append(_link(node, is_last=place == len(nodes) - 1))
            case _ if node.children:
                parts.append(_inline(node.children))
            case _:
                parts.append(node.content)
    return "".join(parts)


def _link(node: SyntaxTreeNode, *, is_last: bool) -> str:
    address = str(node.attrs["href"])
    text = _inline(node.children)
    if text == address:
        return address
    # Inside a sentence the marks keep the full stop out of the address (RFC 3986, appendix C).
    return f"{text}: {address}" if is_last else f"{text} <{address}>"
