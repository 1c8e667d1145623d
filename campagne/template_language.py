"""A shipped template in the language of own texts, as far as it goes no further than that."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import jinja2
from jinja2 import nodes

from campagne.domain.own_language import Choice, Node, Nodes, Value, joined
from campagne.domain.own_texts import BLOCKS, slug
from campagne.errors import TemplateError
from campagne.sandbox import parsed

_NAMES: Mapping[str, str] = {file: name for name, file in BLOCKS.items()}
_OF_LINE = {"naam": "", "nummer": "_nummer", "erbij": "_bereikbaar"}
_LINES = "hulplijn"
_EXTRA = "ook"  # which help lines the shared block shows beside those that it always does


@lru_cache(maxsize=512)
def translated(source: str) -> tuple[Nodes, tuple[str, ...]]:
    """Return a template in the language of own texts, and the help lines that it asks for.

    Args:
        source: what Jinja fills in, without a head.

    Raises:
        TemplateError: when it does what that language cannot say.
    """
    try:
        tree = parsed(source)
    except jinja2.TemplateSyntaxError as error:
        raise _beyond(error.lineno) from None
    extra: list[str] = []
    return joined(list(_all(tree.body, extra))), tuple(extra)


def _all(found: Sequence[nodes.Node], extra: list[str]) -> Iterator[Node]:
    for one in found:
        match one:
            case nodes.Output():
                for part in one.nodes:
                    yield from _part(part)
            case nodes.If():
                yield _choice(one, extra)
            case nodes.Include(template=nodes.Const(value=str(name))) if name in _NAMES:
                yield Value(_NAMES[name])
                yield "\n"  # a file ends in one
            case nodes.Assign(target=nodes.Name(name=name), node=nodes.List()) if name == _EXTRA:
                extra += [str(item.as_const()) for item in one.node.items]  # type: ignore[attr-defined]  # a List has them
            case _:
                raise _beyond(one.lineno)


def _choice(one: nodes.If, extra: list[str]) -> Choice:
    name, negated = _asked(one.test)
    other: Sequence[nodes.Node] = one.else_
    if one.elif_:
        first, *rest = one.elif_
        other = [nodes.If(first.test, first.body, rest, one.else_, lineno=first.lineno)]
    return Choice(
        name,
        joined(list(_all(one.body, extra))),
        joined(list(_all(other, extra))),
        negated,
    )


def _part(one: nodes.Node) -> Iterator[Node]:
    match one:
        case nodes.TemplateData(data=text):
            yield text
        case nodes.Const(value=value):
            yield str(value)
        case nodes.CondExpr():
            name, negated = _asked(one.test)
            other = () if one.expr2 is None else joined(list(_part(one.expr2)))
            yield Choice(name, joined(list(_part(one.expr1))), other, negated)
        case nodes.Filter(name="capitalize", node=nodes.Expr() as inner):
            yield Value(_name(inner), capital=True)
        case nodes.Name(name=name):
            yield Value(name[:1].lower() + name[1:], capital=name[:1].isupper())
        case _:
            yield Value(_name(one))


def _asked(test: nodes.Node) -> tuple[str, bool]:
    if isinstance(test, nodes.Not):
        name, negated = _asked(test.node)
        return name, not negated
    return _name(test), False


def _name(one: nodes.Node) -> str:
    match one:
        case nodes.Name(name=str(name)):
            return name
        case nodes.Getattr(
            node=nodes.Getitem(node=nodes.Name(name=lines), arg=nodes.Const(value=str(key))),
            attr=str(attr),
        ) if lines == _LINES and attr in _OF_LINE:
            return f"{slug(key)}{_OF_LINE[attr]}"
        case _:
            raise _beyond(one.lineno)


def _beyond(line: int) -> TemplateError:
    return TemplateError(
        f"De voorbeeldtekst doet op regel {line} iets wat op deze pagina niet kan. Wie de sjablonen"
        " beheert, kan hem in het bestand wijzigen."
    )
