#!/usr/bin/env bash
# Writes the requirement files anew: names, versions and hashes only.
#
#   scripts/requirements.sh              keeps every version that still fits
#   scripts/requirements.sh --upgrade    takes the newest version of everything
#
# Options are handed to `uv pip compile`. No configuration of this machine is read, so that no
# mirror or local folder of yours ends up in a file that others install from.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! uv=$(command -v .venv/bin/uv || command -v uv); then
    echo "uv is not installed; run: .venv/bin/python -m pip install uv" >&2
    exit 1
fi

compile() {
    env -u UV_INDEX -u UV_DEFAULT_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS \
        "$uv" pip compile --quiet --no-config --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate "$@"
}

# The widest set first; the other two are held to its versions, so that they fit in one venv.
compile "$@" pyproject.toml --extra dev --extra documenten --output-file requirements-dev.txt
compile pyproject.toml --extra documenten --constraints requirements-dev.txt \
    --output-file requirements.txt
python3 -c 'import tomllib
with open("pyproject.toml", "rb") as file:
    print(*tomllib.load(file)["build-system"]["requires"], sep="\n")' |
    compile - --constraints requirements-dev.txt --output-file requirements-build.txt
# Calendar programs of others that `make e2e` tries the feeds with. They get a venv of their own:
# they share nothing with campagne, so that nothing of ours can make theirs work.
printf '%s\n' 'khal>=0.14' 'vdirsyncer>=0.21' |
    compile "$@" - --output-file requirements-clients.txt
# The peers of `make bench`, apart for the same reason.
printf '%s\n' 'django>=5.2,<6' 'django-post-office>=3.12' 'radicale>=3.5' |
    compile "$@" - --output-file requirements-bench.txt
