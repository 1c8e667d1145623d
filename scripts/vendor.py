"""Write the parts of others that the pages are made of anew: `python scripts/vendor.py`.

Takes the versions that stand below with `npm pack`, checks what came and writes the files, the
texts of their licences and `manifest.json`. Another content under a version that was there before
stops it. To take a newer version, write it below and run this again.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).parents[1] / "campagne" / "web" / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"

# Component of Utrecht to version: what has a class on our pages.
_COMPONENTS = {
    "action-group": "4.0.1",
    "alert": "4.0.2",
    "button": "4.0.1",
    "button-link": "3.0.1",
    "checkbox": "3.0.1",
    "data-list": "3.0.1",
    "document": "3.0.1",
    "form-field": "3.0.1",
    "form-field-error-message": "3.0.1",
    "form-fieldset": "3.0.1",
    "form-label": "3.0.1",
    "nav-bar": "3.2.1",
    "nav-list": "2.0.1",
    "page-body": "1.0.1",
    "page-footer": "4.0.2",
    "page-header": "3.0.2",
    "paragraph": "4.0.1",
    "pre-heading": "3.0.1",
    "radio-button": "3.0.1",
    "root": "4.1.1",
    "select": "3.0.1",
    "skip-link": "3.0.1",
    "status-badge": "2.0.1",
    "table": "3.0.1",
    "textarea": "4.0.1",
    "textbox": "4.0.1",
}
# What needs none: the style for the bare element.
_ELEMENTS = {
    "blockquote": "3.0.1",
    "code": "3.0.1",
    "heading-1": "3.0.1",
    "heading-2": "3.0.1",
    "heading-3": "3.0.1",
    "heading-4": "3.0.1",
    "link": "3.0.1",
    "ordered-list": "4.0.1",
    "paragraph": "4.0.1",
    "table": "3.0.1",
    "unordered-list": "3.1.1",
}
_LICENCES = {"EUPL-1.2", "OFL-1.1"}
_FONT = "package/files/source-sans-3-{}-wght-normal.woff2"


def packages() -> dict[str, tuple[str, dict[str, str]]]:
    """Return each package with its version, and what of it goes where below `vendor/`."""
    found = {
        "@nl-design-system-unstable/voorbeeld-design-tokens": (
            "7.4.1",
            {
                "package/dist/theme.css": "tokens/voorbeeld.css",
                "package/LICENSE.md": "licences/EUPL-1.2.md",
            },
        ),
        "@fontsource-variable/source-sans-3": (
            "5.3.0",
            {
                _FONT.format(one): f"fonts/source-sans-3-{one}.woff2"
                for one in ("latin", "latin-ext")
            },
        ),
        # Whose font it is; the files of the package before are cut from this one.
        "source-sans": ("3.52.0", {"package/LICENSE.md": "licences/OFL-1.1.md"}),
    }
    for name, version in (_COMPONENTS | _ELEMENTS).items():
        files = {}
        if name in _COMPONENTS:
            files["package/dist/index.css"] = f"components/{name}.css"
        if name in _ELEMENTS:
            files["package/dist/html/index.css"] = f"elements/{name}.css"
        found[f"@utrecht/{name}-css"] = (version, files)
    return found


def main() -> None:
    """Fetch, check, write; nothing is written when anything is wrong."""
    before = {one["package"]: one for one in json.loads(MANIFEST.read_text("utf-8"))["packages"]}
    with tempfile.TemporaryDirectory() as folder:
        fetched = Path(folder) / "fetched"
        written = Path(folder) / "vendor"
        fetched.mkdir()
        entries = []
        for name, (version, files) in sorted(packages().items()):
            print(f"{name} {version}")
            entry = _take(name, version, files, fetched, written)
            _must_not_differ(entry, before.get(name))
            entries.append(entry)
        text = json.dumps({"packages": entries}, indent=2, ensure_ascii=False)
        (written / MANIFEST.name).write_text(f"{text}\n", "utf-8")
        shutil.rmtree(VENDOR)
        shutil.copytree(written, VENDOR)


def _take(
    name: str, version: str, files: dict[str, str], fetched: Path, written: Path
) -> dict[str, Any]:
    command = ["npm", "pack", "--silent", "--ignore-scripts", f"{name}@{version}"]
    subprocess.run(command, cwd=fetched, check=True, capture_output=True)  # noqa: S603 - names above
    (packed,) = fetched.glob("*.tgz")
    with tarfile.open(packed) as archive:
        about = json.loads(_read(archive, "package/package.json"))
        if about["version"] != version or about["license"] not in _LICENCES:
            sys.exit(f"{name} says it is {about['version']} under {about['license']}")
        digests = {}
        for source, target in files.items():
            content = _read(archive, source)
            if target.endswith(".css"):
                _must_load_nothing(target, content.decode())
            path = written / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            digests[target] = hashlib.sha256(content).hexdigest()
    packed.unlink()
    return {"package": name, "version": version, "licence": about["license"], "sha256": digests}


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    if member is None:
        sys.exit(f"{archive.name} has no {name}")
    return member.read()


def _must_load_nothing(name: str, style: str) -> None:
    if re.search(r"url\s*\((?![\"']?data:)|@import", style, re.IGNORECASE):
        sys.exit(f"{name} loads something: the pages would ask for it elsewhere")


def _must_not_differ(entry: dict[str, Any], before: dict[str, Any] | None) -> None:
    if before is None or before["version"] != entry["version"]:
        return
    for name, digest in entry["sha256"].items():
        if before["sha256"].get(name, digest) != digest:
            sys.exit(f"{name} is not what {entry['package']} {entry['version']} was before")


if __name__ == "__main__":
    main()
