"""What is wrong with a template that somebody wrote on a page, before it is used.

Names that do not exist are found in every branch, also in one that is seldom taken. And less is
allowed than in a file: nothing that makes a little text very long, since a page is quicker to
change than a file on the server, by more people.
"""

import difflib
import re
from collections.abc import Collection, Iterator
from typing import Any

import jinja2
from jinja2 import nodes

from campagne.sandbox import parsed

_LONGEST = 20_000
_DEEPEST = 3
_LOOP = {"index", "index0", "first", "last", "length", "revindex", "revindex0", "previtem"}
_TEXT = {"capitalize", "endswith", "isdigit", "lower", "lstrip", "rstrip", "split"} | {
    *("startswith", "strip", "title", "upper"),
}
_KEEPS_LENGTH = {"selectattr", "rejectattr", "select", "reject", "sort", "list", "reverse"}
_REFUSED = (
    *(nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.AssignBlock, nodes.Block),
    *(
        nodes.Include,
        nodes.Import,
        nodes.FromImport,
        nodes.Extends,
        nodes.ScopedEvalContextModifier,
    ),
)
# What Jinja2 says, and how that reads in Dutch.
_DUTCH = (
    (r"No filter named '(.+?)'", "het filter '{}' bestaat niet"),
    (r"No test named '(.+?)'", "de vraag 'is {}' bestaat niet"),
    (r"Encountered unknown tag '(.+?)'", "de opdracht '{}' bestaat hier niet"),
    (r"block that needs to be closed is '(.+?)'", "'{}' wordt niet afgesloten"),
    (r"end of (?:print statement|template)", "hier ontbreekt iets, zoals }}}} of endif"),
    (r"expected token .*, got '(.+?)'", "'{}' staat op een plaats waar dat niet kan"),
    (r"unexpected '(.+?)'", "'{}' staat op een plaats waar dat niet kan"),
    (r"unexpected char '(.+?)'", "het teken '{}' kan hier niet"),
)


def faults(
    place: str, source: str, names: Collection[str], attributes: Collection[str]
) -> list[str]:
    """Return everything that is wrong, as Dutch sentences; none when all is well.

    Args:
        place: where it was typed, as it follows "In": ``de tekst``.
        source: the template.
        names: what a template can name.
        attributes: what can stand after a dot.
    """
    if len(source) > _LONGEST:
        return [f"In {place}: schrijf hoogstens {_LONGEST} tekens."]
    try:
        tree = parsed(source)
    except jinja2.TemplateSyntaxError as error:
        return [_at(place, error.lineno, _in_dutch(error.message or ""))]
    # Of Python, which it becomes; the last one for a number of over 4,300 digits.
    except (MemoryError, RecursionError, SyntaxError, ValueError):
        return [f"In {place}: er staat te veel in elkaar."]
    found = [*_unknown(tree, names, attributes), *_too_much(tree)]
    return [_at(place, line, what) for line, what in dict.fromkeys(sorted(found))]


def _at(place: str, line: int, what: str) -> str:
    return f"In {place}, regel {line}: {what}{'' if what.endswith('?') else '.'}"


def _unknown(
    tree: nodes.Template, names: Collection[str], attributes: Collection[str]
) -> Iterator[tuple[int, str]]:
    """Yield the names that do not exist, with their line."""
    made = {one.name for one in tree.find_all(nodes.Name) if one.ctx == "store"}
    known = {*names, *made, "loop"}
    for one in tree.find_all(nodes.Name):
        if one.ctx == "load" and one.name not in known:
            yield one.lineno, _no_such(one.name, known)
    after_dot = {*attributes, *_LOOP, *_TEXT}
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        key: Any = getattr(node, "attr", None)
        if isinstance(node, nodes.Getitem):
            key = getattr(node.arg, "value", None)
        if isinstance(key, str) and key not in after_dot:
            yield node.lineno, _no_such(key, after_dot)


def _too_much(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Yield what could make much text out of little, or take very long, with its line."""
    for node in tree.find_all(_REFUSED):
        word = re.sub(r"(?<!^)(?=[A-Z])", " ", type(node).__name__).lower()
        yield node.lineno, f"'{word}' kan hier niet"
    made = {name for one in tree.find_all(nodes.Assign) for name in _stored(one.target)}
    for assign in tree.find_all(nodes.Assign):
        used = {one.name for one in assign.node.find_all(nodes.Name)} | {
            getattr(assign.node, "name", "")
        }
        if used & made:
            yield assign.lineno, "een 'set' kan geen gegeven van een andere 'set' gebruiken"
    for loop in tree.find_all(nodes.For):
        if loop.recursive:
            yield loop.lineno, "'recursive' kan hier niet"
        if not _is_of_the_mail(loop.iter, made):
            yield loop.lineno, "een herhaling kan alleen over gegevens van de mail"
        if _depth(loop) > _DEEPEST:
            yield loop.lineno, f"hoogstens {_DEEPEST} herhalingen kunnen in elkaar"


def _is_of_the_mail(node: nodes.Node, made: Collection[str]) -> bool:
    """Say whether something is a list that a mail is filled in with, or a part of one."""
    while isinstance(node, nodes.Getattr | nodes.Getitem | nodes.Filter):
        if isinstance(node, nodes.Filter) and node.name not in _KEEPS_LENGTH:
            return False
        of = node.node
        if of is None:
            return False
        node = of
    return isinstance(node, nodes.Name) and node.name not in made


def _depth(loop: nodes.For) -> int:
    return 1 + max((_depth(one) for one in loop.find_all(nodes.For)), default=0)


def _stored(target: nodes.Node) -> set[str]:
    own = {target.name} if isinstance(target, nodes.Name) else set()
    return own | {one.name for one in target.find_all(nodes.Name)}


def _no_such(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"'{name}' bestaat niet" + (f"; bedoel je '{near[0]}'?" if near else "")


def _in_dutch(message: str) -> str:
    for pattern, text in _DUTCH:
        found = re.search(pattern, message)
        if found:
            return text.format(*found.groups())
    return "hier staat iets dat niet te lezen is"
