"""What a gemeente fills in: what is accepted, what it misses, and when copy must be in."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain import profile
from campagne.domain.profile import AddressForm, CopyDeadline, Profile
from campagne.domain.texts import TextKind

LINES = ["kindertelefoon", "csg"]
FULL = Profile(
    local_team="Sociaal Team",
    team_phone="14 0252",
    team_url="https://team.example.nl/hulp?x=1",
    website="https://www.example.nl",
    handles=(("facebook", "gemeente.voorbeeld"), ("x", "gem_voorbeeld")),
    newspaper="De Voorbeelder",
    copy_deadline=CopyDeadline(0, 12, 0),
    address_form=AddressForm.INFORMAL,
    house_style="https://huisstijl.example.nl",
    help_lines=("csg",),
)
EMPTY = profile.cells(Profile())


@pytest.mark.parametrize("one", [FULL, Profile()])
def test_a_form_gives_back_what_it_was_filled_with(one: Profile) -> None:
    assert profile.read(profile.cells(one), LINES) == (one, {})


@pytest.mark.parametrize(
    ("field", "text", "attribute", "read"),
    [
        ("instagram", "@gemeente", "handles", (("instagram", "gemeente"),)),
        ("lokaal_team", "  Sociaal \n Team ", "local_team", "Sociaal Team"),
        ("hulplijnen", "csg, kindertelefoon", "help_lines", ("kindertelefoon", "csg")),
        ("lokaal_team_telefoon", "+31 (0)71 - 123 45", "team_phone", ""),
        ("lokaal_team_telefoon", "112", "team_phone", "112"),
    ],
)
def test_what_is_written_loosely_is_put_right(
    field: str, text: str, attribute: str, read: object
) -> None:
    found, faults = profile.read({**EMPTY, field: text}, LINES)
    if read:
        assert (getattr(found, attribute), faults) == (read, {})
    else:
        assert faults == {}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("lokaal_team", "<script>alert(1)</script>"),
        ("lokaal_team", "x" * 201),
        ("lokaal_team", "team\u202efdp"),
        ("lokaal_team_telefoon", "bel ons"),
        ("lokaal_team_telefoon", "12"),
        ("lokaal_team_telefoon", "071 <b>"),
        ("lokaal_team_website", "http://team.example.nl"),
        ("website", "www.example.nl"),
        ("website", "javascript:alert(1)"),
        ("website", "https://example"),
        ("website", 'https://www.example.nl/" onclick="x'),
        ("website", "https://naam:woord@example.nl"),
        ("website", f"https://example.nl/{'a' * 200}"),
        ("facebook", "https://facebook.example.nl/gemeente"),
        ("x", "gemeente voorbeeld"),
        ("krant", "De > Krant"),
        ("huisstijl", "<style>"),
        ("aanspreekvorm", "jij"),
        ("aanspreekvorm", ""),
        ("hulplijnen", "onbekend"),
    ],
)
def test_what_cannot_be_so_is_named(field: str, text: str) -> None:
    _, faults = profile.read({**EMPTY, field: text}, LINES)
    assert list(faults) == [field]
    assert faults[field].endswith((".", "nl", "voorbeeld", "67"))


@pytest.mark.parametrize(
    ("day", "time", "paper", "wrong"),
    [
        ("maandag", "", "De Krant", "kopij_tijd"),
        ("", "12:00", "De Krant", "kopij_tijd"),
        ("noordag", "12:00", "De Krant", "kopij_tijd"),
        ("maandag", "24:00", "De Krant", "kopij_tijd"),
        ("maandag", "12:00", "", "krant"),
    ],
)
def test_a_deadline_is_a_day_and_a_time_of_a_paper(
    day: str, time: str, paper: str, wrong: str
) -> None:
    _, faults = profile.read({**EMPTY, "kopij_dag": day, "kopij_tijd": time, "krant": paper}, LINES)
    assert list(faults) == [wrong]


def test_an_empty_form_has_only_no_way_to_address_people() -> None:
    assert list(profile.read({}, [])[1]) == ["aanspreekvorm"]


@given(st.dictionaries(st.sampled_from(list(profile.LABELS)), st.text(max_size=60)))
def test_whatever_is_typed_is_accepted_whole_or_named(typed: dict[str, str]) -> None:
    found, faults = profile.read(typed, LINES)
    if not faults:
        assert profile.read(profile.cells(found), LINES) == (found, {})
        assert "<" not in repr(found)


@pytest.mark.parametrize(
    ("text", "is_"),
    [
        ("maandag 12.00", CopyDeadline(0, 12, 0)),
        ("Zondag  9:30 uur", CopyDeadline(6, 9, 30)),
        ("maandag", None),
        ("maandag 25.00", None),
        ("", None),
    ],
)
def test_a_deadline_is_read_as_people_write_it(text: str, is_: CopyDeadline | None) -> None:
    assert profile.parse_deadline(text) == is_
    if is_ is not None:
        assert profile.parse_deadline(str(is_)) == is_


@given(st.integers(0, 6), st.dates(date(2024, 1, 1), date(2032, 1, 1)))
def test_the_last_deadline_lies_in_the_week_before(weekday: int, first: date) -> None:
    last = CopyDeadline(weekday, 12, 0).last_before(first)
    assert last.weekday() == weekday
    assert timedelta(days=1) <= first - last <= timedelta(days=7)


def test_what_is_missing_is_named() -> None:
    assert FULL.missing == ()
    assert replace(FULL, team_phone="", team_url="", handles=()).missing == (
        "waar inwoners het lokale team bereiken",
        "de namen op sociale media",
    )
    assert len(Profile().missing) == 6
    assert replace(FULL, website="").gaps == {"website": "het webadres van de gemeente"}


def test_where_a_text_goes() -> None:
    monday = date(2026, 11, 16)
    found = profile.whereto(FULL, monday, date(2026, 10, 1))
    assert found == {
        TextKind.WEBSITE: "Voor de website: https://www.example.nl",
        TextKind.MUNICIPAL_PAGE: (
            "Voor De Voorbeelder. De kopij moet op maandag 12.00 uur binnen zijn."
            " De laatste keer voor de start is maandag 9 november 2026."
        ),
        TextKind.FACEBOOK: "Voor Facebook (gemeente.voorbeeld).",
        TextKind.X: "Voor X (@gem_voorbeeld).",
    }
    later = profile.whereto(FULL, monday, date(2026, 11, 10))
    assert later[TextKind.MUNICIPAL_PAGE].endswith("uur binnen zijn.")
    paper = replace(FULL, copy_deadline=None)
    assert profile.whereto(paper, monday, monday)[TextKind.MUNICIPAL_PAGE] == "Voor De Voorbeelder."
    assert profile.whereto(Profile(), monday, monday) == {}
