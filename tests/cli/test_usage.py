"""What a person hears who types a command wrongly: Dutch, exit code 2, nothing opened."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run

EDITION = "orange-the-world-2026"
MOVE = ["rota", "move", EDITION, "--source=brief", "--by=ik"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["bestaat-niet"], "De opdracht 'bestaat-niet' bestaat niet."),
        (["rota", "bestaat-niet"], "De opdracht 'bestaat-niet' bestaat niet."),
        (["rota", "show", "teveel"], "Er staat iets te veel in de opdracht."),
        (["rota", "show", "--rood"], "De optie --rood bestaat niet."),
        (["rota", "show", "--yeer=2026"], "De optie --yeer bestaat niet. Bedoel je --year?"),
        (["rota", "show", "--year"], "Achter --year hoort nog een waarde."),
        (["rota", "diff", "--overwrite=ja"], "Achter --overwrite hoort geen waarde."),
        (["rota", "show", "--year=dit"], "De waarde voor --year kan niet. Schrijf een heel getal."),
        (
            ["rota", "show", "--format=xml"],
            "De waarde voor --format kan niet. Kies uit: tabel, json, csv.",
        ),
        (["rota", "show", "--gemeente="], "De waarde voor --gemeente kan niet. Vul iets in."),
        (["reminders", "list"], "Er ontbreekt nog iets: --until."),
        (
            ["reminders", "list", "--until=2026-13-01"],
            "De waarde voor --until kan niet. Schrijf een datum als 2026-09-07.",
        ),
        (["rota", "confirm", "--by=ik"], "Er ontbreekt nog iets: EDITIE."),
        (["rota", "confirm", EDITION], "Er ontbreekt nog iets: --by."),
        (["rota", "confirm", EDITION, "--by= "], "De waarde voor --by kan niet. Vul iets in."),
        (
            ["rota", "confirm", EDITION, "--by=rood\x1b[31m"],
            "De waarde voor --by kan niet. Er staan tekens in die geen tekst zijn.",
        ),
        (
            ["rota", "confirm", EDITION, f"--by={'x' * 101}"],
            "De waarde voor --by kan niet. Schrijf hoogstens 100 tekens.",
        ),
        (
            ["rota", "confirm", "\udcff", "--by=ik"],
            "De waarde voor EDITIE kan niet. Er staan tekens in die geen tekst zijn.",
        ),
        (
            ["steps", "done", EDITION, "evaluatie", "katwijk", "--by=ik", f"--note={'x' * 501}"],
            "De waarde voor --note kan niet. Schrijf hoogstens 500 tekens.",
        ),
        (["deliveries", "resolve", "1"], "Er ontbreekt nog iets: --arrived of --lost."),
        (
            ["deliveries", "resolve", "999999999999999999999", "--lost"],
            "De waarde voor NUMMER kan niet. Schrijf een heel getal van 1 tot en met 2147483647.",
        ),
        (["deliveries", "resend", "-1"], "Een getal onder nul kan hier niet: -1."),
        (
            ["deliveries", "list", "--limit=0"],
            "De waarde voor --limit kan niet. Schrijf een heel getal van 1 tot en met 10000.",
        ),
        (
            ["broadcast", "preview", "een"],
            "De waarde voor NUMMER kan niet. Schrijf een heel getal van 1 tot en met 2147483647.",
        ),
        (
            ["feed", "export", __file__],
            "De waarde voor MAP kan niet. Noem een map waarin je mag schrijven.",
        ),
    ],
)
def test_a_usage_error_is_dutch(run: Run, data: Path, words: list[str], sentence: str) -> None:
    before = sorted(path.stat().st_mtime_ns for path in data.iterdir())
    answer = run(*words)
    assert (answer.code, answer.out) == (2, "")
    told, help_line = answer.sentence.splitlines()
    assert told == sentence
    assert help_line.startswith("Hulp: campagne")
    assert help_line.endswith("--help")
    assert sorted(path.stat().st_mtime_ns for path in data.iterdir()) == before


@pytest.mark.parametrize("words", [[], ["rota"], ["deliveries"]])
def test_a_group_alone_gives_its_help(run: Run, words: list[str]) -> None:
    answer = run(*words)
    assert answer.code == 2
    assert answer.sentence.startswith("Gebruik: campagne")


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").out.startswith("campagne 0.")


def test_a_text_is_taken_as_one_line(run: Run) -> None:
    words = ["steps", "done", "orange-the-world-2026", "signaal-beleid", "katwijk", "--by=ik"]
    assert run(*words, "--note=  een\n twee\tdrie ").code == 0
    listed = run("steps", "list", "--all", "--edition=orange-the-world-2026", "--gemeente=katwijk")
    assert "een twee drie" in listed.out


def test_a_defect_is_one_line_and_debug_shows_where(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("campagne.services.publishing.overview.year_view", broken)
    answer = run("rota", "show")
    assert answer.code == 1
    assert answer.sentence.startswith("Er ging iets mis in campagne zelf (ZeroDivisionError).")
    assert len(answer.sentence.splitlines()) == 1
    with pytest.raises(ZeroDivisionError):
        run("--debug", "rota", "show")
