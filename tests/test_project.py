"""That a stranger's clone gets what the code needs: the requirement files and the version."""

import ast
import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parents[1]
FILES = ("requirements.txt", "requirements-build.txt", "requirements-dev.txt")

PIN = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[\w.!+-]+)(?: ; [^\\]+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def project() -> dict[str, Any]:
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))


def entries(file: str) -> list[list[str]]:
    """Return per requirement its parts: the pin, then its hashes."""
    text = (CHECKOUT / file).read_text("utf-8").replace("\\\n", "\n")
    parts = [re.split(r"\n\s+", entry.strip()) for entry in re.split(r"\n(?=\S)", text)]
    return [[part.strip() for part in entry] for entry in parts]


def pins(file: str) -> dict[str, str]:
    found = (PIN.fullmatch(entry[0]) for entry in entries(file))
    return {canonicalize_name(pin["name"]): pin["version"] for pin in found if pin}


@pytest.mark.parametrize("file", [*FILES, "requirements-clients.txt", "requirements-bench.txt"])
def test_a_requirement_file_holds_names_versions_and_hashes_only(file: str) -> None:
    """An address of a mirror or a folder of one machine would make every other machine fail."""
    odd = [
        entry
        for entry in entries(file)
        if not (PIN.fullmatch(entry[0]) and entry[1:] and all(map(HASH.fullmatch, entry[1:])))
    ]
    assert odd == []


def test_the_lock_file_of_npm_names_no_registry() -> None:
    """It is the same mistake; `.npmrc` prevents it."""
    lock = json.loads((CHECKOUT / "package-lock.json").read_text("utf-8"))
    packages = [one for name, one in lock["packages"].items() if name]
    assert packages
    assert [one for one in packages if "resolved" in one or "integrity" not in one] == []


def test_the_files_agree_so_that_one_venv_can_hold_them_all() -> None:
    all_pins = pins("requirements-dev.txt")
    for file in ("requirements.txt", "requirements-build.txt"):
        assert pins(file).items() <= all_pins.items()


def declared() -> list[tuple[str, str]]:
    tables = project()
    return (
        [("requirements.txt", wish) for wish in tables["project"]["dependencies"]]
        + [("requirements-build.txt", wish) for wish in tables["build-system"]["requires"]]
        + [
            ("requirements-dev.txt", wish)
            for wish in tables["project"]["optional-dependencies"]["dev"]
        ]
    )


@pytest.mark.parametrize(("file", "wish"), declared())
def test_what_pyproject_asks_is_pinned(file: str, wish: str) -> None:
    """Fails when pyproject.toml was changed without `make requirements`."""
    requirement = Requirement(wish)
    version = pins(file).get(canonicalize_name(requirement.name))

    assert version is not None
    assert version in requirement.specifier


def imported_at_run_time() -> dict[str, str]:
    """Return each foreign top-level module that campagne imports, with a file that does."""
    found: dict[str, str] = {}
    for path in (CHECKOUT / "campagne").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            found.update({name.split(".")[0]: str(path.relative_to(CHECKOUT)) for name in names})
    ours = sys.stdlib_module_names | {"campagne"}
    return {name: path for name, path in found.items() if name not in ours}


def test_the_service_imports_nothing_that_only_developers_have() -> None:
    pinned = pins("requirements.txt").keys()
    homes = packages_distributions()
    missing = {
        f"{path} imports {module}"
        for module, path in imported_at_run_time().items()
        if not pinned & {canonicalize_name(home) for home in homes.get(module, [])}
    }
    assert missing == set()


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("CHANGELOG.md", r"## \[{}\] - \d{{4}}-\d\d-\d\d"),
        ("publiccode.yml", "softwareVersion: {}"),
        ("campagne/__init__.py", '__version__ = "{}"'),
    ],
)
def test_the_version_is_the_same_everywhere(file: str, line: str) -> None:
    version = re.escape(project()["project"]["version"])
    text = (CHECKOUT / file).read_text("utf-8")
    assert re.search(f"^{line.format(version)}$", text, re.MULTILINE)
