"""That Thunderbird's own parser, ical.js, reads from our files what we wrote.

Runs where Node and the npm package ical.js are found (`npm install ical.js` in this folder or above
it); elsewhere it is skipped.
"""

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

import icalendar
import pytest

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.ics"))
NODE = shutil.which("node")
READ = """
const parsed = require("ical.js");
const ICAL = parsed.default || parsed;
const calendar = new ICAL.Component(ICAL.parse(require("fs").readFileSync(0, "utf8")));
const events = calendar.getAllSubcomponents("vevent").map((one) => {
  const event = new ICAL.Event(one);
  return {
    uid: event.uid,
    title: event.summary,
    description: event.description,
    first: event.startDate.toString(),
    wholeDays: event.startDate.isDate,
    gone: event.endDate.toString(),
    sequence: event.sequence,
    status: one.getFirstPropertyValue("status"),
    url: one.getFirstPropertyValue("url"),
  };
});
const refresh = calendar.getFirstPropertyValue("refresh-interval").toSeconds();
console.log(JSON.stringify({name: calendar.getFirstPropertyValue("name"), refresh, events}));
"""


def node(script: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    assert NODE is not None
    return subprocess.run(  # noqa: S603 - our own script, an absolute path
        [NODE, "-e", script], input=given, capture_output=True, check=False, cwd=GOLDEN[0].parent
    )


@pytest.fixture(scope="module")
def _ical_js() -> None:
    if NODE is None:
        pytest.skip("there is no node here")
    if node("require.resolve('ical.js')").returncode != 0:
        pytest.skip("the npm package ical.js is not installed")


@pytest.mark.usefixtures("_ical_js")
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_ical_js_reads_what_we_wrote(path: Path) -> None:
    body = path.read_bytes()
    done = node(READ, body)
    assert done.returncode == 0, done.stderr.decode()
    ours = icalendar.Calendar.from_ical(body)
    assert json.loads(done.stdout) == {
        "name": str(ours["name"]),
        "refresh": 12 * 60 * 60,
        "events": [
            {
                "uid": str(one["uid"]),
                "title": str(one["summary"]),
                "description": str(one["description"]),
                "first": iso(one.decoded("dtstart")),
                "wholeDays": True,
                "gone": iso(one.decoded("dtend")),
                "sequence": one["sequence"],
                "status": str(one["status"]),
                "url": str(one["url"]),
            }
            for one in ours.walk("VEVENT")
        ],
    }


def iso(day: date) -> str:
    assert type(day) is date
    return day.isoformat()
