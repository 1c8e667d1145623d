"""The help: Dutch, complete, and there at once since nothing is imported for it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from campagne.cli import cli

ENGLISH = re.compile(
    r"\b(usage|options|commands|show this|message and exit|required|default|arguments)\b",
    re.IGNORECASE,
)
HEAVY = ["sqlalchemy", "sqlmodel", "fastapi", "pydantic", "jinja2", "uvicorn", "icalendar"]


def _all(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield words
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from _all(found, (*words, name))
        else:
            yield (*words, name)


COMMANDS = list(_all(cli))


def test_there_are_commands_to_test() -> None:
    assert len(COMMANDS) > 25


def test_no_help_imports_what_takes_long() -> None:
    """In one process for all of them: what one imports, shows."""
    script = f"""
import contextlib, io, json, sys
from campagne.cli import cli
texts = []
for words in {COMMANDS!r}:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        cli.main([*words, "--help"], prog_name="campagne", standalone_mode=False)
    texts.append(said.getvalue())
print(json.dumps([texts, [name for name in {HEAVY!r} if name in sys.modules]]))
"""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    texts, imported = json.loads(done.stdout)
    assert imported == []
    assert len(texts) == len(COMMANDS)
    for words, text in zip(COMMANDS, texts, strict=True):
        assert text.startswith(f"Gebruik: {' '.join(['campagne', *words])}"), text
        assert "-h, --help" in text
        assert not ENGLISH.search(text), text


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_and_option_says_what_it_does(words: tuple[str, ...]) -> None:
    command: click.Command = cli
    for name in words:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    assert (command.help or "").strip().endswith((".", "/."))
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{words}: {option.name}"
        else:
            assert option.metavar, f"{words}: {option.name}"
