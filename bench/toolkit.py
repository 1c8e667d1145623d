"""What the toolkits of an edition take: 18 gemeenten with texts, pictures, calendar and planner.

    make bench            (or: .venv/bin/python -m bench.toolkit)

Printed are the time on the processor as a part of the limit of 30 s, the processes that draw
included, the weight, and what the memory grew after the first gemeente: it must not grow with
their number.
"""

import resource
import tempfile
from pathlib import Path

from pydantic import SecretStr

from bench import planning
from campagne.bootstrap import opened
from campagne.documents.cards import HouseStyle
from campagne.services.publishing import texts
from campagne.settings import Settings

LIMIT = 30.0
EDITION = "orange-the-world-2026"


def spent() -> float:
    """Return the seconds on the processor so far, those of processes that ended too."""
    both = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(one.ru_utime + one.ru_stime for one in both)


def memory() -> float:
    """Return the most memory so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Run the benchmark and print its figures."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data_dir=Path(scratch), secret_key=SecretStr("k" * 32))
        with opened(settings, planning.CLOCK) as app:
            with app.database.read() as session:
                places = texts.places(session, EDITION)
            begin, weight, first = spent(), 0, 0.0
            for place in places:
                weight += len(app.toolkits.packed(EDITION, place, HouseStyle()))
                first = first or memory()
            seconds, grew = spent() - begin, memory() - first
    print(f"toolkits of {len(places)} gemeenten, {weight / len(places) / 1e6:.1f} MB each:")
    print(f"{seconds / LIMIT:6.2f} x  the limit of {LIMIT:.0f} s on the processor")
    print(f"{grew:6.1f} MB  more memory than after the first")


if __name__ == "__main__":
    main()
