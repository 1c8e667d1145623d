"""The placeholders that the author of a broadcast can write: a fixed list, and nothing more.

A text with one that does not exist, or that is empty for some gemeente, goes to nobody: a gap in
the mail of one gemeente is seen by that gemeente alone.
"""

import re
from collections.abc import Callable, Mapping

from campagne.domain import dutch

MEANINGS: Mapping[str, str] = {
    "gemeente": "de gemeente die de mail krijgt",
    "naam": "wie de mail krijgt",
    "campagne": "de campagne",
    "periode": "wanneer de campagne is",
    "begin": "de eerste dag van de campagne",
    "einde": "de laatste dag van de campagne",
    "thema": "het thema van dit jaar",
    "antwoorddatum": "de laatste dag voor een antwoord",
    "pagina": "link: de campagne met de teksten van de gemeente",
    "toolkit": "link: de teksten en beelden voor de gemeente, om te downloaden",
    "materiaal": "link: het landelijke materiaal",
    "lokaal_team": "het lokale team van de gemeente",
    "website": "link: de website van de gemeente",
    "regio": "de regio die het bericht krijgt",
    "centrumgemeente": "de gemeente die het bericht stuurt",
    "afzender": "wie het bericht stuurt",
    "telefoon": "het telefoonnummer van wie het stuurt",
}

# Those that have another value for each gemeente.
_OF_A_PLACE = frozenset({"gemeente", "pagina", "toolkit", "lokaal_team", "website"})
_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")


def used(text: str) -> tuple[str, ...]:
    """Return the placeholders in a text, also unknown ones, each once and in their order."""
    return tuple(dict.fromkeys(found.strip() for found in _PLACEHOLDER.findall(text)))


def unknown(text: str) -> tuple[str, ...]:
    """Return the placeholders in a text that are not in the list."""
    return tuple(one for one in used(text) if one not in MEANINGS)


def differs_by_place(text: str) -> bool:
    """Say whether a text, once filled in, is another one for each gemeente."""
    return not _OF_A_PLACE.isdisjoint(used(text))


def fill(text: str, values: Mapping[str, str], shape: Callable[[str], str] = str) -> str:
    """Return a text filled in, with what has no value left as it is.

    Args:
        text: with placeholders such as ``{{ gemeente }}``.
        values: what stands for each of `MEANINGS`.
        shape: what a value passes before it is put in, to be text and nothing else.
    """

    def value(found: re.Match[str]) -> str:
        given = values.get(found[1].strip())
        return shape(given) if given else found[0]

    return _PLACEHOLDER.sub(value, text)


def faults(text: str, empty: Mapping[str, list[str]]) -> list[str]:
    """Return what is wrong with a text, each a Dutch sentence.

    Args:
        text: with placeholders.
        empty: for each placeholder without a value the names of the gemeenten where it has none.
    """
    found = []
    if wrong := unknown(text):
        marks = dutch.join([f"{{{{ {one} }}}}" for one in wrong])
        is_there = "bestaat" if len(wrong) == 1 else "bestaan"
        found.append(f"{marks} {is_there} niet. Kies uit: {', '.join(MEANINGS)}.")
    found += [
        f"{{{{ {name} }}}} is leeg voor {dutch.join(list(dict.fromkeys(places)))}. Vul het daar"
        " aan, of haal het uit de tekst."
        for name, places in empty.items()
        if name in MEANINGS
    ]
    return found
