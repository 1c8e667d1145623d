"""Parsers from Node, which know nothing of ours."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest


def read(package: str, script: str, feeds: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what a function `read` of a script makes of the text of each feed, by its name.

    Skips the test where Node or the package is not installed.
    """
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node on this machine")
    if _run(node, f"require.resolve('{package}')").returncode != 0:
        pytest.skip(f"{package} is not installed: npm ci --ignore-scripts")
    done = _run(
        node, script + _EACH, json.dumps({name: one.decode() for name, one in feeds.items()})
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


_EACH = """
const feeds = JSON.parse(require("fs").readFileSync(0, "utf8"));
const found = Object.entries(feeds).map(([name, text]) => [name, read(text)]);
console.log(JSON.stringify(Object.fromEntries(found)));
"""


def _run(node: str, script: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own script, an absolute path
        [node, "-e", script],
        input=given,
        capture_output=True,
        check=False,
        cwd=Path(__file__).parent,
        encoding="utf-8",
    )
