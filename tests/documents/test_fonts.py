"""The fonts that are shipped, and the widths that are read from them."""

import hashlib
import json
import string

import pytest
import typst

from campagne.documents.fonts import FAMILY, FILES, FOLDER, face, legible


def test_the_shipped_files_are_those_of_the_manifest() -> None:
    """With their licence, which must go along with them."""
    manifest = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    there = {path.name for path in FOLDER.iterdir()} - {"manifest.json"}
    assert there == set(manifest["files"])
    assert {path.name for path in FILES} < there
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest, name
    assert "SIL OPEN FONT LICENSE" in (FOLDER / manifest["licenceFile"]).read_text("utf-8")


@pytest.mark.parametrize("bold", [False, True])
def test_the_width_of_a_text_is_what_another_program_measures(bold: bool) -> None:  # noqa: FBT001 - one of two fonts
    words = ["", "0", "Hallo", "ijsje", "Week tegen Kindermishandeling 2026", "é…·"]
    listed = "".join(f"{json.dumps(word, ensure_ascii=False)}," for word in words)
    markup = f"""#set text(font: "{FAMILY}", kerning: false, ligatures: false, size: 1000pt,
      weight: {700 if bold else 400})
    #context for word in ({listed}) {{
      [#metadata(measure(text(word)).width / 1pt) <width>]
    }}"""
    measured = json.loads(
        typst.query(
            markup.encode(),
            "<width>",
            field="value",
            font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(FOLDER)]),
        )
    )
    assert [face(bold=bold).width(one, 1000) for one in words] == pytest.approx(measured, abs=0.5)


def test_widths_grow_with_the_size() -> None:
    assert face(bold=True).width("breed", 20) == pytest.approx(
        2 * face(bold=True).width("breed", 10)
    )


def test_every_letter_that_dutch_needs_is_in_them() -> None:
    """The glyph of what a font lacks is number 0: an empty box."""
    needed = string.printable[:95] + "éëïöüèáóç€…·\u2013\u2014\u2018\u2019\u201c\u201d"
    for bold in (False, True):
        assert [one for one in needed if not face(bold=bold).shows(one)] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zuidplas", "Zuidplas"),
        ("cafe\u0301", "café"),
        ("een\n twee\t", "een twee"),
        ("oranje \U0001f9e1 dag", "oranje ? dag"),
        ("\x00a\x1b\u202eb\ufffe", "ab"),
        ("", ""),
    ],
)
def test_what_the_font_lacks_is_not_drawn(text: str, shown: str) -> None:
    assert legible(text) == shown
