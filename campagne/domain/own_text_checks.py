"""What is wrong with an own text as it is written, beside what the rules say of it filled in."""

import re
from collections.abc import Iterator, Sequence
from unicodedata import category

from campagne.domain import paragraphs
from campagne.domain.own_language import LONGEST, MOST_PARAGRAPHS, Vocabulary, read
from campagne.domain.own_texts import LONGEST_LINE, Words, slug
from campagne.domain.rota import HelpLine
from campagne.domain.text_findings import Finding, advice
from campagne.errors import Fault

# By the name of the field of the form.
TITLE, BODY = "titel", "tekst"
# Control characters, and those that turn the direction of a text: what nobody types.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SEEN = "\n\t\u00ad\u200d"  # a soft hyphen, and what joins an emoji
_MONTHS = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
_DATE = re.compile(
    rf"\b[0-9]{{1,2}} (?:{_MONTHS})(?: (?P<of>20[0-9]{{2}}))?\b"
    r"|(?<![\w-])(?P<year>20[0-9]{2})(?![\w-])"
)


def faults(words: Words, known: Vocabulary) -> list[Fault]:
    """Return why a text cannot be kept, each a Dutch sentence with the field that it is about."""
    fields = {TITLE: words.title, BODY: words.body}
    found = [
        Fault("Hier staat een teken dat niet te lezen is. Typ de tekst opnieuw.", field)
        for field, text in fields.items()
        if any(category(one) in _UNSEEN and one not in _SEEN for one in text[:LONGEST])
    ]
    if len(words.title) > LONGEST_LINE:
        found.append(Fault(f"Schrijf hier hoogstens {LONGEST_LINE} tekens.", TITLE))
    if not words.title.strip():
        found.append(Fault("Vul de titel in.", TITLE))
    if not words.body.strip():
        found.append(Fault("Vul de tekst in.", BODY))
    if found:
        return found
    found = [
        Fault(one, field) for field, text in fields.items() for one in read(text, known).faults
    ]
    if not found and len(paragraphs.split(words.body)) > MOST_PARAGRAPHS:
        found.append(Fault(f"Maak hoogstens {MOST_PARAGRAPHS} alinea's.", BODY))
    return found


def findings(
    words: Words, base: Words, help_lines: Sequence[HelpLine], *, from_year: int | None
) -> Iterator[Finding]:
    """Yield what will not stay right in what somebody wrote themselves.

    Args:
        words: the text.
        base: the shipped words; what stands in those is left alone.
        help_lines: whose numbers are data.
        from_year: the year of a text that is for the next years too; None for one of this year.
    """
    shipped = set(paragraphs.split(base.body))
    mine = paragraphs.together([one for one in paragraphs.split(words.body) if one not in shipped])
    for line in help_lines:
        if re.search(rf"(?<![\w-]){re.escape(line.number)}(?![\w-])", mine):
            yield advice(
                "nummer",
                line.number,
                "verandert dit nummer, dan blijft het hier staan",
                f"schrijf {{{{ {slug(line.key)}_nummer }}}}",
            )
    if from_year is None:
        return
    found = (
        one[0] for one in _DATE.finditer(mine) if int(one["of"] or one["year"] or 9999) >= from_year
    )
    for date in dict.fromkeys(found):
        yield advice(
            "datum",
            date,
            "volgend jaar klopt dit niet meer",
            "schrijf {{ wanneer }}, {{ begin }}, {{ einde }} of {{ jaar }}",
        )
