"""Shipped templates in the language of own texts."""

import pytest

from campagne import rota_files
from campagne.domain.own_language import read, written
from campagne.domain.own_texts import vocabulary
from campagne.errors import TemplateError
from campagne.resources import folder
from campagne.template_language import translated
from campagne.templating import Templates

TEXTS = folder("templates") / "texts"
TEMPLATES = Templates(TEXTS)
SHIPPED = [str(path.relative_to(TEXTS)) for path in sorted(TEXTS.glob("*/*.md"))]
KNOWN = vocabulary(tuple(rota_files.load(folder("calendars"), contacts=None).help_lines))


def test_every_shipped_text_can_be_written_and_reads_the_same() -> None:
    assert len(SHIPPED) > 100
    for name in SHIPPED:
        parts = TEMPLATES.parts(name)
        for source in (parts.head["titel"], parts.body):
            nodes, _ = translated(source)
            found = read(written(nodes), KNOWN)
            assert (name, found.faults, found.nodes) == (name, (), nodes)


@pytest.mark.parametrize(
    ("template", "source", "extra"),
    [
        ('{{ "je" if je else "u" }}', "{% if je %}je{% else %}u{% endif %}", ()),
        ("{{ wanneer | capitalize }}", "{{ Wanneer }}", ()),
        ("{{ U }} en {{ u }}", "{{ U }} en {{ u }}", ()),
        (
            '{{ hulplijn["veilig-thuis"].naam }} {{ hulplijn["veilig-thuis"].nummer }}',
            "{{ veilig_thuis }} {{ veilig_thuis_nummer }}",
            (),
        ),
        (
            '{% set ook = ["kindertelefoon"] %}\n{% include "hulpblok.md" %}\nTekst',
            "{{ hulpblok }}\nTekst",
            ("kindertelefoon",),
        ),
        ("{% if not website %}a{% endif %}", "{% if not website %}a{% endif %}", ()),
        (
            "{% if je %}a{% elif website %}b{% else %}c{% endif %}",
            "{% if je %}a{% else %}{% if website %}b{% else %}c{% endif %}{% endif %}",
            (),
        ),
    ],
)
def test_what_a_template_says_is_said_in_plain_marks(
    template: str, source: str, extra: tuple[str, ...]
) -> None:
    nodes, lines = translated(template)
    assert (written(nodes), lines) == (source, extra)


@pytest.mark.parametrize(
    "template",
    [
        "{% for lijn in hulplijnen %}x{% endfor %}",
        "{{ gemeente | upper }}",
        "{{ sociale_media.x }}",
        "{{ hulplijn[sleutel].naam }}",
        "{% if je and website %}x{% endif %}",
        "{% set mijn = 1 %}",
        '{% include "ander.md" %}',
        "{{ gemeente ~ website }}",
        "{% if je %}",
    ],
)
def test_what_goes_further_is_told_of_with_its_line(template: str) -> None:
    with pytest.raises(TemplateError, match="doet op regel 2 iets wat op deze pagina niet kan"):
        translated("\n" + template)
