"""What it takes to start campagne and to let it run, beside bare Python.

    make bench            (or: .venv/bin/python -m bench.start --help)

The time on the processor of `campagne --help` and of other first commands, and the memory of
`campagne web`, in turns with `python -c pass`. Linux only: memory comes from /proc.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench import load
from bench.feeds import campagne, get

BARE = [sys.executable, "-c", "pass"]
COMMANDS = {
    "python": BARE,
    "import click": [sys.executable, "-c", "import click"],
    "campagne --help": [sys.executable, "-m", "campagne", "--help"],
    "campagne rota --help": [sys.executable, "-m", "campagne", "rota", "--help"],
}


def spent_on(command: list[str]) -> float:
    """Return the seconds on the processor that a command takes from start to end."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, command
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Run the benchmark and print its figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=10)
    given = arguments.parse_args()
    found: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(given.rounds):
        for name, command in COMMANDS.items():
            found[name].append(spent_on(command))
    python = median(found["python"])
    print("start, of the time on the processor of bare Python:")
    for name, times in found.items():
        print(f"{median(times) / python:6.1f} x  {name}")
    with tempfile.TemporaryDirectory() as scratch, campagne(Path(scratch)) as (port, process):
        get(port, "/livez")  # it listens before it has read all of itself
        rest = load.resident_megabytes(process)
        get(port, "/jaar/2026")
        asked = load.resident_megabytes(process)
    idle = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(idle) as bare:  # noqa: S603 - ours
        time.sleep(1)
        least = load.resident_megabytes(bare.pid)
        bare.terminate()
    print("memory, of that of bare Python:")
    print(f"{rest / least:6.1f} x  campagne web once it answers ({rest:,.0f} MB here)")
    print(f"{asked / least:6.1f} x  after its first page ({asked:,.0f} MB here)")


if __name__ == "__main__":
    main()
