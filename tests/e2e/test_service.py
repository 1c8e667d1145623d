"""The service as a process on a fresh folder: pages, feeds, files, a year of mail."""

import gzip
import re
from collections import Counter
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.e2e.conftest import Install

DAY = "2026-09-07"
PAGES = (
    "/",
    "/jaar/2027",
    "/route",
    "/abonneren",
    "/editie/week-tegen-kindermishandeling-2026",
    "/postvak",
    "/postvak/1",
    "/postvak/1/html",
)
DAYS = ("2026-01-05", "2026-05-18", "2026-09-07", "2026-11-16", "2027-01-04")


def test_a_fresh_folder_serves_pages_feeds_and_mail_until_it_is_told_to_stop(
    install: Install,
) -> None:
    campagne = install(pretend_today=DAY)

    serving = campagne.start_pages()
    mails = campagne.rows("deliveries", "list")
    pages = {path: campagne.get(path) for path in PAGES}
    feed = campagne.get("/feeds/gemeente/katwijk.ics")
    again = campagne.get("/feeds/gemeente/katwijk.ics", **{"If-None-Match": feed.headers["etag"]})
    missing = campagne.get("/editie/bestaat-niet", Accept="text/html")

    assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(PAGES, 200)
    assert all(page.headers["content-type"].startswith("text/html") for page in pages.values())
    assert "Week tegen Kindermishandeling" in pages["/"].text
    assert mails
    assert mails[-1]["onderwerp"] in pages["/postvak/1"].text
    assert len(icalendar.Calendar.from_ical(feed.content).walk("VEVENT")) > 50
    assert (again.status_code, again.content) == (304, b"")
    assert missing.status_code == 404
    assert "Niet gevonden" in missing.text

    assert serving.stop() == 0
    assert "Traceback" not in serving.said
    assert "ERROR" not in serving.said


def test_a_taken_port_is_told_in_one_sentence_and_nothing_is_sent(install: Install) -> None:
    first = install(pretend_today=DAY)
    first.start_pages("web")
    second = install(pretend_today=DAY, port=first.settings["port"])

    done = second.try_to("serve")

    assert done.returncode == 1
    assert f"127.0.0.1:{first.settings['port']}" in done.stderr
    assert "CAMPAGNE_PORT" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert second.rows("deliveries", "list") == []


def test_looks_that_are_not_right_are_told_in_one_sentence_and_nothing_is_sent(
    install: Install, tmp_path: Path
) -> None:
    campagne = install(pretend_today=DAY, theme_dir=str(tmp_path))

    done = campagne.try_to("serve")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        f"Het thema klopt niet: {tmp_path / 'naam.txt'}: bestaat niet."
    )
    assert "Traceback" not in done.stderr
    assert campagne.rows("deliveries", "list") == []


def test_the_year_of_the_calendars_that_came_along_is_light(install: Install) -> None:
    """A first visit fetches less than 150 kB in all, squeezed as a server in front of it does."""
    campagne = install(pretend_today=DAY)
    campagne.start_pages("web")
    year = campagne.get("/jaar/2026")
    files = {*re.findall(r'(?:src|href)="(/static/[^"]+)"', year.text)}
    files |= {"/static/fonts/source-sans-3-latin.woff2"}

    weights = {path: len(gzip.compress(campagne.get(path).content)) for path in files}

    assert len(files) == 4
    assert len(gzip.compress(year.content)) + sum(weights.values()) < 150_000, weights


def test_an_export_holds_the_bytes_of_http_and_is_written_once(
    install: Install, tmp_path: Path
) -> None:
    campagne = install(pretend_today=DAY)
    campagne.start_pages("web")
    folder = tmp_path / "site"

    first = campagne.run("feed", "export", str(folder))
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.ics")}
    stamps = {name: path.stat().st_mtime_ns for name, path in files.items()}
    second = campagne.run("feed", "export", str(folder))

    kinds = Counter(name.partition("/")[0] for name in files)
    roles = {"communicatie": 18, "beleid": 18, "centrum": 2}
    assert kinds == {"alles.ics": 1, "regio": 4, "gemeente": 18, "campagne": 18, **roles}
    written = 1 + len(files)  # and the page that leads to them
    assert first == f"{written} geschreven, 0 ongewijzigd, 0 verwijderd in {folder}\n"
    assert second == f"0 geschreven, {written} ongewijzigd, 0 verwijderd in {folder}\n"
    assert {name: path.stat().st_mtime_ns for name, path in files.items()} == stamps
    for name, path in files.items():
        assert campagne.get(f"/feeds/{name}").content == path.read_bytes(), name

    campagne.run("rota", "cancel", "orange-the-world-2026", "--by", "de test")
    third = campagne.run("feed", "export", str(folder))
    changed = {name for name, path in files.items() if path.stat().st_mtime_ns != stamps[name]}
    assert {"alles.ics", "gemeente/katwijk.ics", "campagne/orange-the-world.ics"} <= changed
    assert "campagne/paarse-vrijdag.ics" not in changed
    assert third.startswith(f"{len(changed)} geschreven, ")


def test_through_the_year_each_reminder_is_mailed_once(install: Install) -> None:
    campagne = install(demo="true")
    reminded: set[tuple[str, ...]] = set()
    for day in DAYS:
        before = _postvak(campagne.data)
        foretold = campagne.rows("tick", "--dry-run", pretend_today=day)
        due = [one for one in foretold if one["editie"]]
        others = [one["aan"] for one in foretold if not one["editie"]]  # a mail each
        report = campagne.rows("tick", pretend_today=day)[0]
        new = [mail for name, mail in _postvak(campagne.data).items() if name not in before]

        assert due, day
        assert report["herinneringen"] == len(due)
        assert report["verzonden"] == report["klaargezet"] == len(new)
        assert report["mislukt"] == report["onbekend"] == report["overgeslagen"] == 0
        reached = sorted(_recipient(mail) for mail in new)
        assert reached == sorted([*{one["aan"] for one in due}, *others])
        texts = dict.fromkeys(reached, "")
        for mail in new:
            texts[_recipient(mail)] += _text(mail)
        for one in due:
            assert date.fromisoformat(one["uiterlijk"]) <= date.fromisoformat(day)
            assert f"/editie/{one['editie']}" in texts[one["aan"]]
            key = tuple(one[name] for name in ("editie", "stap", "keer", "gemeente", "aan"))
            assert key not in reminded
            reminded.add(key)

        second = campagne.rows("tick", pretend_today=day)[0]
        assert second["verzonden"] == second["klaargezet"] == 0
        assert len(_postvak(campagne.data)) == len(before) + len(new)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("rota", "cancel", "bestaat-niet", "--by", "de test"), "bestaat-niet"),
        (("feed", "export", "/dev/null/map"), "kan niet worden beschreven"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(
    install: Install, arguments: tuple[str, ...], sentence: str
) -> None:
    done = install(pretend_today=DAY).try_to(*arguments)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert not re.search("Traceback|Error", done.stderr)


def _postvak(data: Path) -> dict[str, EmailMessage]:
    return {
        path.name: message_from_bytes(path.read_bytes(), policy=default)
        for path in (data / "postvak").glob("*.eml")
    }


def _recipient(mail: EmailMessage) -> str:
    addresses: tuple[Any, ...] = mail["To"].addresses
    return str(addresses[0].addr_spec)


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
