"""campagne contacts: as somebody uses it."""

import json

import pytest

from tests.cli.conftest import Run

HLT, DEPUTY = "communicatie-hlt", "beleid-hlt"


def line(run: Run, contact: str) -> dict[str, object]:
    found = json.loads(run("contacts", "list", "--format", "json").out)
    (one,) = [row for row in found if row["contactpersoon"] == contact]
    return dict(one)


def test_a_list_at_first_shows_everything_on(run: Run) -> None:
    assert line(run, HLT) == {
        "contactpersoon": HLT,
        "naam": "Communicatie Hillegom, Lisse en Teylingen",
        "adres": "communicatie.hlt@example.nl",
        "werk": ["communicatie Hillegom", "communicatie Lisse", "communicatie Teylingen"],
        "ritme": "direct",
        "staat uit": [],
        "afwezig van": None,
        "afwezig tot en met": None,
        "vervanger": "",
    }
    listed = run("contacts", "list", "--gemeente", "lisse")
    assert listed.code == 0
    assert [row.split()[0] for row in listed.out.splitlines()[2:]] == [DEPUTY, HLT]


def test_what_is_set_is_shown_and_what_is_not_named_stays(run: Run) -> None:
    done = run("contacts", "set", HLT, "--rhythm", "wekelijks", "--no-broadcasts")
    assert (done.code, done.out) == (0, "Vastgelegd.\n")
    assert run("contacts", "set", HLT, "--mute", "orange-the-world").code == 0
    shown = line(run, HLT)
    assert (shown["ritme"], shown["staat uit"]) == (
        "wekelijks",
        ["regioberichten", "Orange the World"],
    )
    again = run("contacts", "set", HLT, "--rhythm", "wekelijks")
    assert again.out == "Dat was al zo. Er is niets veranderd.\n"
    run("contacts", "set", HLT, "--unmute", "orange-the-world", "--broadcasts")
    run("contacts", "set", HLT, "--rhythm", "direct", "--no-reminders")
    shown = line(run, HLT)
    assert (shown["ritme"], shown["staat uit"]) == ("direct", ["herinneringen"])


def test_work_that_nobody_is_reminded_of_asks_attention(run: Run) -> None:
    run("contacts", "set", HLT, "--mute", "orange-the-world:communicatie")
    listed = run("contacts", "list", "--gemeente", "lisse")
    assert listed.code == 3
    assert listed.sentence == (
        "Niemand krijgt nog herinneringen over Orange the World voor communicatie in Lisse."
    )
    assert len(run("contacts", "list").sentence.splitlines()) == 3
    assert run("contacts", "list", "--gemeente", "katwijk").code == 0


def test_an_absence_is_set_shown_and_ended(run: Run) -> None:
    days = ["--from", "2026-09-07", "--until", "2026-09-20"]
    done = run("contacts", "absent", HLT, *days, "--deputy", DEPUTY)
    assert done.code == 0
    assert done.out == (
        "Vastgelegd: van maandag 7 tot en met zondag 20 september 2026 krijgt"
        " Beleid Hillegom, Lisse en Teylingen een kopie.\n"
    )
    shown = line(run, HLT)
    assert [shown[one] for one in ("afwezig van", "afwezig tot en met", "vervanger")] == [
        "2026-09-07",
        "2026-09-20",
        "Beleid Hillegom, Lisse en Teylingen",
    ]
    assert "geen kopieën meer" in run("contacts", "back", HLT).out
    assert "had geen vervanger" in run("contacts", "back", HLT).out
    assert line(run, HLT)["vervanger"] == ""
    run("contacts", "set", DEPUTY, "--no-reminders")
    warned = run("contacts", "absent", HLT, *days, "--deputy", DEPUTY)
    assert warned.code == 3
    assert "wil geen herinneringen, en krijgt daar dus geen kopie van" in warned.sentence


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["set", "communicatie-htl"], "Bedoel je communicatie-hlt"),
        (["set", HLT, "--mute", "orange-the-wold"], "Bedoel je orange-the-world?"),
        (["set", HLT, "--mute", "orange-the-world:chef"], "'chef' is geen rol. Kies uit: "),
        (["list", "--gemeente", "lise"], "Bedoel je lisse"),
        (["back", "wie-is-dit"], "bestaat niet"),
        (
            ["absent", HLT, "--from", "2026-09-09", "--until", "2026-09-08", "--deputy", DEPUTY],
            "kies een einddatum op of na de begindatum",
        ),
        (
            ["absent", HLT, "--from", "2026-08-09", "--until", "2026-09-06", "--deputy", DEPUTY],
            "al voorbij",
        ),
        (
            ["absent", HLT, "--from", "2026-09-09", "--until", "2026-09-10", "--deputy", HLT],
            "niet de eigen vervanger",
        ),
    ],
)
def test_wrong_input_is_one_sentence(run: Run, words: list[str], sentence: str) -> None:
    answer = run("contacts", *words)
    assert answer.code == 1
    assert sentence in answer.sentence
    assert line(run, HLT)["vervanger"] == ""


def test_who_cannot_log_in_begins_anew(run: Run) -> None:
    told = run("contacts", "reset-code", HLT)
    assert (told.code, told.out) == (
        0,
        "Deze contactpersoon is overal uitgelogd, en begint bij het inloggen opnieuw.\n",
    )
    assert "Bedoel je communicatie-hlt" in run("contacts", "reset-code", "communicatie-htl").err
