"""A worker that mails for real on another day, which its settings forbid; until SIGTERM.

python worker_on.py 2026-09-07
"""

import logging
import sys
from datetime import date

from campagne.bootstrap import build
from campagne.cli.serve import stop_by_signal, wait_until_stopped
from campagne.clock import Clock
from campagne.settings import Settings
from campagne.worker import Worker


def work(day: date) -> None:
    """Work as `campagne worker` does, on a day."""
    stopped = stop_by_signal()
    logging.basicConfig(level=logging.INFO)
    worker = Worker(build(Settings(), Clock(day)))
    worker.start()
    wait_until_stopped(stopped)
    worker.stop()


if __name__ == "__main__":
    work(date.fromisoformat(sys.argv[1]))
