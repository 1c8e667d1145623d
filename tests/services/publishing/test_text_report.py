"""All texts held against the rules: what is found, in how many, and what stands for what."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from campagne import remote
from campagne.domain.dates import DateRule, FixedDays, RuleKind, Span
from campagne.domain.own_texts import OwnText, Place, Words, of_municipality
from campagne.domain.profile import AddressForm, Profile
from campagne.domain.regions import Municipality, Region
from campagne.domain.rota import Campaign, Certainty, Edition, EditionStatus
from campagne.domain.text_findings import Severity
from campagne.domain.texts import TextKind
from campagne.errors import RemoteError
from campagne.services.publishing import text_report
from campagne.services.publishing.text_sources import Sources
from campagne.templating import Templates

RULE = DateRule(RuleKind.FIXED, FixedDays(5, 1, 5, 1))


def campaign(key: str, region: str | None = None) -> Campaign:
    return Campaign(key, key.title(), RULE, "", Certainty.HIGH, "", "", region=region)


def edition(of: str, first: date, last: date) -> Edition:
    key = f"{of}-{first:%Y}"
    return Edition(key, of, first.year, Span(first, last), EditionStatus.CONFIRMED, "")


def place(key: str, name: str, region: str = "noord", **filled: str) -> Municipality:
    return Municipality(key, name, "GM0000", region, profile=Profile(**filled))  # type: ignore[arg-type]  # only texts


CAMPAIGNS = {one.key: one for one in (campaign("week"), campaign("lokaal", "zuid"))}
KNOWN = Sources(
    CAMPAIGNS,
    {one: Region(one, one.title()) for one in ("noord", "zuid")},
    {
        one.key: one
        for one in (
            place("aa", "Aa"),
            place("berg", "Bergambacht"),
            place("je", "Cee", address_form=AddressForm.INFORMAL),
            place("zee", "Zee", "zuid"),
        )
    },
    (),
)
YEARS = [edition("week", date(year, 5, 3), date(year, 5, 9)) for year in (2026, 2027)]


def report(
    tmp_path: Path, body: str, editions: list[Edition], known: Sources = KNOWN
) -> text_report.Report:
    (tmp_path / "algemeen").mkdir()
    path = tmp_path / "algemeen" / "citaat.md"
    path.write_text(f"+++\ntitel = 'Titel'\n+++\n{body}\n", "utf-8")
    return text_report.check(
        Templates(tmp_path),
        known,
        editions,
        municipalities=known.municipalities.values(),
        kinds=[TextKind.QUOTE],
    )


def test_a_finding_counts_all_texts_that_it_stands_for(tmp_path: Path) -> None:
    """Two years of a week that is written alike, and two gemeenten of one name of one word."""
    body = "{{ gemeente }}. {{ wanneer }}. Vraag [naam]. " + "Het is goed. " * 4
    found = report(tmp_path, body, YEARS)
    assert found.texts == 8
    (line,) = found.lines.values()
    assert (line.finding.rule, line.finding.severity) == ("open plek", Severity.ADVICE)
    assert line.texts == 8
    assert line.template == "algemeen/citaat.md"
    assert (line.municipality, line.edition) == ("berg", "week-2026")


def test_days_that_take_more_words_are_read_too(tmp_path: Path) -> None:
    months = [*YEARS, edition("week", date(2028, 12, 28), date(2029, 1, 3))]
    found = report(tmp_path, "{{ wanneer }}. Ja nu. " + "Het is goed. " * 9, months)
    (line,) = found.lines.values()
    assert str(line.finding).startswith("De tekst heeft 41 woorden")
    assert (line.edition, line.texts) == ("week-2028", 4)
    assert (found.count(Severity.ADVICE), found.count(Severity.ERROR)) == (0, 1)


def test_a_local_campaign_is_only_read_by_its_own_gemeenten(tmp_path: Path) -> None:
    local = edition("lokaal", date(2026, 5, 3), date(2026, 5, 9))
    assert report(tmp_path, "Het is goed. " * 8, [local]).texts == 1


def test_u_and_je_are_both_read(tmp_path: Path) -> None:
    body = "{{ U }} en {{ 'je' if je else 'je' }} " + "Het is goed. " * 7
    found = report(tmp_path, body, YEARS[:1])
    (line,) = found.lines.values()
    assert (line.finding.where, line.texts) == ("je", 3)


def test_a_campaign_without_days_gets_a_sample() -> None:
    made = list(text_report.with_samples(CAMPAIGNS.values(), YEARS, 2026))
    assert [one.key for one in made] == ["week-2026", "week-2027", "lokaal-2026-voorbeeld"]
    assert made[-1].status is EditionStatus.PROVISIONAL


@pytest.mark.parametrize(
    ("answer", "dead"),
    [
        (remote.Reply(200, {}, b""), False),
        (remote.Reply(301, {}, b""), False),
        (remote.Reply(404, {}, b""), True),
        (remote.Reply(410, {}, b""), True),
        (remote.Reply(405, {}, b""), False),
        (remote.Reply(503, {}, b""), False),
        (RemoteError("De naam van de server is niet te vinden."), True),
    ],
)
def test_a_link_is_dead_when_its_page_is_gone(
    answer: remote.Reply | RemoteError,
    dead: bool,  # noqa: FBT001 - a column
) -> None:
    def get(_url: str) -> remote.Reply:
        if isinstance(answer, RemoteError):
            raise answer
        return answer

    assert bool(text_report.dead_links(["https://www.example.nl"], get)) is dead


def test_an_own_text_is_read_too(tmp_path: Path) -> None:
    of = Place("week", TextKind.QUOTE, of_municipality("berg"), "week-2026")
    words = Words("Titel", "Kort. Vraag [wie].")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    own = OwnText(of, 1, words, words, whole=True, is_own=True, by="Bea", at=at)
    known = replace(KNOWN, own={of.key: own})
    found = report(tmp_path, "Het is goed. " * 8, YEARS, known)
    assert found.texts == 8
    templates = {line.template: line.texts for line in found.lines.values()}
    assert templates == {"eigen tekst in de plaats van algemeen/citaat.md": 1}
