"""Blocks of a document, made of Markdown."""

import pytest

from campagne.documents.blocks import (
    Block,
    Heading,
    Paragraph,
    Points,
    Run,
    from_markdown,
    plain,
)


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        ("", []),
        ("Tekst.", [Paragraph(plain("Tekst."))]),
        (
            "Een **vet** en *schuin*\nwoord",
            [
                Paragraph(
                    (
                        Run("Een "),
                        Run("vet", bold=True),
                        Run(" en "),
                        Run("schuin", italic=True),
                        Run(" "),
                        Run("woord"),
                    )
                )
            ],
        ),
        ("een  \ntwee", [Paragraph((Run("een"), Run("\n"), Run("twee")))]),
        (
            "[**hier**](https://example.nl)",
            [Paragraph((Run("hier", bold=True, url="https://example.nl"),))],
        ),
        ("## Kop\n\n### Onder", [Heading("Kop", 2), Heading("Onder", 3)]),
        ("#### Diep\n\n###### Dieper", [Heading("Diep", 2), Heading("Dieper", 4)]),
        ("- a\n- **b**", [Points((plain("a"), plain("b", bold=True)))]),
        ("1. a\n2. b", [Points((plain("a"), plain("b")), numbered=True)]),
        ("- a\n  - b\n- c", [Points((plain("a"), plain("b"), plain("c")))]),
        ("- a\n\n  meer", [Points(((Run("a"), Run("\n"), Run("meer")),))]),
        ("> zo", [Paragraph(plain("zo"), quote=True)]),
        ("    x = 1", [Paragraph(plain("x = 1"), quote=True)]),
        ("---", []),
        ("<b>geen code</b>", [Paragraph(plain("<b>geen code</b>"))]),
    ],
)
def test_markdown_becomes_blocks(source: str, blocks: list[Block]) -> None:
    found = list(from_markdown(source))
    assert [_joined(one) for one in found] == [_joined(one) for one in blocks]


def test_headings_come_below_the_one_they_stand_under() -> None:
    assert list(from_markdown("## Kop", below=2)) == [Heading("Kop", 3)]


def _joined(block: Block) -> Block:
    """Return a paragraph in which pieces of one look are one: the parser may cut them anywhere."""
    if not isinstance(block, Paragraph):
        return block
    runs: list[Run] = []
    for run in block.text:
        last = runs[-1] if runs else None
        if last and (last.bold, last.italic, last.url) == (run.bold, run.italic, run.url):
            runs[-1] = Run(last.text + run.text, run.bold, run.italic, run.url)
        else:
            runs.append(run)
    return Paragraph(tuple(runs), block.notice, block.quote)
