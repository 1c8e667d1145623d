"""That the documents tell all there is, and nothing that is not there.

What is compared comes from the program itself: its commands, routes, settings and tables. What the
documents name beside that, such as files, targets of make and other documents, must be there too.
"""

import re
import shlex
import warnings
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from fastapi import FastAPI
from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel
from starlette.routing import Mount

import campagne.store.tables  # noqa: F401 - fills SQLModel.metadata
from campagne.bootstrap import build
from campagne.cli import cli
from campagne.services.publishing.feed_content import PERSONAL, FeedInfo, FeedKind
from campagne.settings import Settings
from campagne.web import feeds
from campagne.web.app import create_app
from campagne.web.security import Security

CHECKOUT = Path(__file__).parents[1]
README = CHECKOUT / "README.md"
REFERENCE = CHECKOUT / "docs" / "reference.md"
DOCUMENTS = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/*.md")])
NAMES = [path.relative_to(CHECKOUT).as_posix() for path in DOCUMENTS]

CODE = re.compile(r"`([^`\n]+)`")
# Of the tests, not of the service.
OTHER_VARIABLES = {"CAMPAGNE_TEST_DATABASE_URL"}


def section(document: Path, heading: str) -> str:
    """Return what stands below a heading of the second level."""
    found = re.split(r"^## (.+)$", document.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))[heading]


def rows(document: Path, heading: str, columns: int) -> list[list[str]]:
    """Return the cells of the table with so many columns below a heading, without its head."""
    lines = [line for line in section(document, heading).splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if len(row) == columns and "`" in row[0] + row[1]]


def codes(cell: str) -> list[str]:
    return CODE.findall(cell)


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield each command that does something, with the words before its own arguments."""

    def below(group: click.Group, words: str) -> Iterator[tuple[str, click.Command]]:
        context = click.Context(group)
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            assert found is not None
            if isinstance(found, click.Group):
                yield from below(found, f"{words} {name}")
            else:
                yield f"{words} {name}", found

    return below(cli, "campagne")


def options(command: click.Command) -> set[str]:
    return {
        name
        for param in command.params
        if isinstance(param, click.Option)
        for name in [*param.opts, *param.secondary_opts]
    }


def arguments(command: click.Command) -> list[str]:
    return [
        param.metavar or param.name or ""
        for param in command.params
        if isinstance(param, click.Argument)
    ]


def test_the_reference_tells_every_command_with_its_arguments_and_options() -> None:
    told = {codes(row[0])[0]: set(codes(row[1])) for row in rows(REFERENCE, "Commands", 3)}
    there = {" ".join([words, *arguments(one)]): options(one) for words, one in commands()}
    assert told == there


def routes(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route; HEAD goes with GET and is not told apart."""
    outside = create_app(build(Settings(data_dir=folder, host="127.0.0.1", smtp_url=None)))
    assert isinstance(outside, feeds.FeedRoom)
    guarded = outside.inner
    assert isinstance(guarded, Security)
    api = guarded._inner
    assert isinstance(api, FastAPI)
    with warnings.catch_warnings():
        # GET and HEAD of one function share a name there; nobody is shown this description.
        warnings.filterwarnings("ignore", message="Duplicate Operation ID")
        paths = api.openapi()["paths"]
    for path, methods in paths.items():
        yield from ((method.upper(), path) for method in methods if method != "head")
    mounts = [route for route in api.routes if isinstance(route, Mount)]
    yield from (("GET", f"{mount.path}/{{path}}") for mount in mounts)
    for kind in FeedKind:
        key = "alles" if kind is FeedKind.ALL else "{key}"
        path = FeedInfo(kind, key, "", "").path
        assert feeds._PATH.fullmatch(path)
        yield "GET", path
    yield "GET", f"/feeds/{PERSONAL}/{{token}}.ics"


def test_the_reference_tells_every_route(tmp_path: Path) -> None:
    told = [(row[0], codes(row[1])[0]) for row in rows(REFERENCE, "Routes", 3)]
    assert sorted(told) == sorted(routes(tmp_path))


def settings() -> dict[str, str]:
    """Return each setting with its default as people write it; empty where there is none."""
    found = {}
    for name, field in Settings.model_fields.items():
        value = field.get_default(call_default_factory=True, validated_data={})
        text = "" if value is None else str(value)
        found[f"CAMPAGNE_{name.upper()}"] = text.lower() if isinstance(value, bool) else text
    return found


@pytest.mark.parametrize("document", [README, REFERENCE], ids=["README", "reference"])
def test_every_setting_is_told_with_its_default(document: Path) -> None:
    told = {
        codes(row[0])[0]: "" if row[1] == "*empty*" else codes(row[1])[0]
        for row in rows(document, "Settings", 3)
    }
    assert told == settings()


def test_the_reference_tells_every_table_with_its_keys() -> None:
    told = {
        codes(row[0])[0]: (codes(row[2]), [codes(one) for one in row[3].split(";") if one])
        for row in rows(REFERENCE, "Tables", 4)
    }
    there = {}
    for name, table in SQLModel.metadata.tables.items():
        unique = [
            [column.name for column in one.columns]
            for one in table.constraints
            if isinstance(one, UniqueConstraint)
        ]
        there[name] = ([column.name for column in table.primary_key], sorted(unique))
    assert told == there


def blocks(text: str) -> Iterator[str]:
    """Yield each line of code between fences, and each piece of code in a line."""
    for number, part in enumerate(re.split(r"^ *```.*$", text, flags=re.MULTILINE)):
        yield from part.splitlines() if number % 2 else codes(part)


def code_of(document: str) -> list[str]:
    return list(blocks((CHECKOUT / document).read_text("utf-8")))


def test_there_are_commands_in_the_code_of_the_documents() -> None:
    """Guards the tests below: a change of layout must not leave them with nothing to look at."""
    assert len([one for one in code_of("README.md") if "campagne texts render" in one]) == 1
    assert "make bench" in code_of("README.md")


@pytest.mark.parametrize("document", NAMES)
def test_commands_that_a_document_shows_are_there(document: str) -> None:
    there = dict(commands())
    groups = {words.rpartition(" ")[0] for words in there} | {"campagne"}
    for code in code_of(document):
        shown = re.search(r"(?:^ *|&& )(?:\.venv/bin/)?(campagne .+)", code)
        if shown is None:
            continue
        words = shlex.split(shown[1].partition(" > ")[0])
        depth = max(n for n in range(1, len(words) + 1) if " ".join(words[:n]) in {*there, *groups})
        name, rest = " ".join(words[:depth]), words[depth:]
        given = {one for one in rest if one.startswith("--")}
        if name in groups:
            assert rest, f"{code}: no such command"
            assert given == set(rest) <= options(cli) | {"--help"}, f"{code}: no such command"
        else:
            assert given <= options(there[name]) | {"--help"}, f"{code}: no such option"


@pytest.mark.parametrize("document", NAMES)
def test_settings_that_a_document_names_are_there(document: str) -> None:
    text = (CHECKOUT / document).read_text("utf-8")
    named = set(re.findall(r"\bCAMPAGNE_[A-Z_]+\b", text))
    assert named <= {*settings(), *OTHER_VARIABLES}


@pytest.mark.parametrize("document", NAMES)
def test_targets_of_make_that_a_document_names_are_there(document: str) -> None:
    makefile = (CHECKOUT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z0-9]+):", makefile, re.MULTILINE))
    named = {
        found[1]
        for one in code_of(document)
        if (found := re.match(r"(?:\$ )?make ([a-z0-9]+)", one))
    }
    assert named <= targets


@pytest.mark.parametrize("document", NAMES)
def test_files_that_a_document_names_are_there(document: str) -> None:
    """A path that begins with a folder of the checkout, or with a room of `campagne/`."""
    at_top = {"campagne", "calendars", "templates", "tests", "docs", "bench", "scripts"}
    rooms = {path.name for path in (CHECKOUT / "campagne").iterdir() if path.is_dir()}
    missing = []
    for code in code_of(document):
        first, slash, _ = code.partition("/")
        if not slash or not re.fullmatch(r"[\w./*-]+", code) or first not in at_top | rooms:
            continue
        folder = CHECKOUT if first in at_top else CHECKOUT / "campagne"
        if not list(folder.glob(code.rstrip("/"))):
            missing.append(code)
    assert missing == []


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("document", NAMES)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    path = CHECKOUT / document
    broken = []
    for link in re.findall(r"(?:\]\(|src=\")([^)\"\s]+)", path.read_text("utf-8")):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("document", [*NAMES, "publiccode.yml"])
def test_a_document_names_no_path_of_one_machine(document: str) -> None:
    text = (CHECKOUT / document).read_text("utf-8")
    assert re.findall(r"(?:/home/|/root/|/tmp/|/Users/|[A-Z]:\\)\S*", text) == []
