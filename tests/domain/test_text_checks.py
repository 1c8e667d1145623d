"""Each rule with a text that breaks it and one that keeps it; each finding says why."""

from dataclasses import replace

import pytest

from campagne.domain.profile import AddressForm
from campagne.domain.text_checks import findings, links
from campagne.domain.text_findings import Finding, Setting, Severity
from campagne.domain.texts import PROVISIONAL, RULES, SAFE_BROWSING, RenderedText, TextKind, length

NUMBERS = "Bel 112 of 0800-2000."
FORMAL, INFORMAL = Setting(AddressForm.FORMAL), Setting(AddressForm.INFORMAL)


def text(markdown: str, kind: TextKind = TextKind.X, **changed: str) -> RenderedText:
    alt = "Een vlak met tekst" if RULES[kind].picture else ""
    made = RenderedText(kind, "Titel", markdown, "", "editie-2026", "katwijk", alt=alt)
    return replace(made, **changed)  # type: ignore[arg-type]  # only texts


def padded(start: str, kind: TextKind, words: int = 0) -> RenderedText:
    """Return a text of as many easy words as its kind needs."""
    missing = (words or RULES[kind].limit.least) - length(start, kind)
    filling = " ".join(["Wij zijn er nu."] * (missing // 4) + ["Ja."] * (missing % 4))
    return text(f"{start}\n\n{filling}", kind)


def rules(found: tuple[Finding, ...], severity: Severity | None = None) -> list[str]:
    return [one.rule for one in found if severity in (None, one.severity)]


def broken(one: RenderedText, setting: Setting = FORMAL) -> list[str]:
    return rules(findings(one, setting))


@pytest.mark.parametrize("kind", list(TextKind))
def test_a_good_text_of_each_kind_has_no_findings(kind: TextKind) -> None:
    numbers = RULES[kind].numbers
    start = f"Bel {' of '.join(numbers)}." if numbers else "Dit is er."
    if kind is TextKind.WEBSITE:
        start = f"{start} {SAFE_BROWSING}"
    good = text(start) if kind is TextKind.X else padded(start, kind)
    assert findings(good, FORMAL) == ()


@pytest.mark.parametrize("kind", [kind for kind in TextKind if kind is not TextKind.X])
def test_the_limits_in_words(kind: TextKind) -> None:
    limit = RULES[kind].limit
    start = f"{NUMBERS} {SAFE_BROWSING}" if kind is TextKind.WEBSITE else "Bel 0800-2000."
    for words, advice in ((limit.least - 1, "langer"), (limit.most + 1, "korter")):
        too = [one for one in findings(padded(start, kind, words), FORMAL) if one.rule == "lengte"]
        if words > length(start, kind):
            assert f"De tekst heeft {words} woorden" in str(too[0])
            assert advice in too[0].advice
    assert "lengte" not in broken(padded(start, kind, limit.most))


def test_what_is_far_too_long_is_wrong_whatever_it_consists_of() -> None:
    """The other rules do not look at it, so it would go out without a number."""
    one = padded("Er is niets.", TextKind.WEBSITE, 200)
    for filling in (" ", "\n", "-", "*", "\u00ad", "[", "[a]("):
        long = replace(one, markdown=one.markdown + (filling * 10_000)[:10_000])
        (found,) = findings(long, FORMAL)
        assert (found.rule, found.severity) == ("te lang", Severity.ERROR)
        assert "hoogstens 10.000 mag: maak hem korter" in str(found)


def test_the_limit_of_x() -> None:
    post = NUMBERS.ljust(280, "x")
    assert "lengte" not in broken(text(post))
    (found,) = [one for one in findings(text(post + "x"), FORMAL) if one.rule == "lengte"]
    assert "281 tekens" in found.why


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("Bel 112.", "0800-2000"),
        ("Bel 0800-2000.", "112"),
        ("Bel 112 of 0800-20001.", "0800-2000"),
        ("Bel 1123 of 0800-2000.", "112"),
        ("Bel 112-3 of 0800-2000.", "112"),
    ],
)
def test_both_numbers_stand_in_every_text_for_residents(source: str, missing: str) -> None:
    (found,) = findings(text(source), FORMAL)
    assert (found.rule, found.severity) == ("hulplijn", Severity.ERROR)
    assert str(found) == (f"Het nummer {missing} ontbreekt: zet het met de hulplijn in de tekst.")


def test_a_poster_has_one_number() -> None:
    good = text("Zorgen? Praat erover. Bel 0800-2000.", TextKind.POSTER)
    assert broken(good) == []
    assert broken(replace(good, markdown=good.markdown + " Of 112.")) == ["hulplijn"]


def test_help_stands_on_top_of_a_web_text() -> None:
    below = padded(f"Er is iets.\n\n## Hulp\n\n{NUMBERS} {SAFE_BROWSING}", TextKind.WEBSITE)
    (found,) = findings(below, FORMAL)
    assert found.advice == "zet het hulpblok boven de eerste kop"


def test_only_a_web_text_needs_the_line_about_safe_browsing() -> None:
    assert broken(padded(NUMBERS, TextKind.WEBSITE)) == ["veilig lezen"]
    assert broken(padded(NUMBERS, TextKind.MUNICIPAL_PAGE)) == []
    own = f"{NUMBERS} Wis daarna de geschiedenis van uw browser."
    assert broken(padded(own, TextKind.WEBSITE)) == []
    apart = f"{NUMBERS} Wis{' niet' * 50} de geschiedenis."
    assert "veilig lezen" in broken(padded(apart, TextKind.WEBSITE))


@pytest.mark.parametrize(
    ("kind", "source", "setting", "wrong"),
    [
        (TextKind.X, "Weet u het?", FORMAL, []),
        (TextKind.X, "Weet je het?", FORMAL, ["je"]),
        (TextKind.X, "Weet je het?", INFORMAL, []),
        (TextKind.X, "Weet u of je het?", INFORMAL, ["u"]),
        (TextKind.X, "Vraag: \u2018Hoe gaat het met je?\u2019", FORMAL, []),
        (TextKind.X, "## Ben je een kind?\n\nBel je mee?\n\n## En u?", FORMAL, []),
        (TextKind.X, "## En u?\n\nBel je mee?\n\n## Ben je een kind?", FORMAL, ["je"]),
        (TextKind.INTRANET, "Doe je mee?", FORMAL, []),
        (TextKind.INTRANET, "Doet u mee?", FORMAL, ["u"]),
        (TextKind.CALL_CENTRE, "Zeg: “Bent u veilig?” Blijf bij je toestel.", FORMAL, []),
        (TextKind.CALL_CENTRE, "Zeg: “Bent u veilig?” Blijf bij je toestel.", INFORMAL, ["u"]),
        (TextKind.COUNCIL, "Wij informeren u.", INFORMAL, []),
        (TextKind.COUNCIL, "Wij informeren je.", INFORMAL, ["je"]),
        (TextKind.QUOTE, "“Vraag je buurvrouw”, zegt de wethouder.", FORMAL, []),
    ],
)
def test_a_text_addresses_its_reader_in_one_way(
    kind: TextKind, source: str, setting: Setting, wrong: list[str]
) -> None:
    found = findings(text(source, kind), setting)
    assert [one.where for one in found if one.rule == "aanspreekvorm"] == wrong


def test_the_name_of_a_campaign_may_hold_any_word() -> None:
    named = text(f"\u2018Waar ben je?\u2019 {NUMBERS} Wij willen Waar ben je? steunen.")
    assert broken(named, Setting(campaign="Waar ben je?")) == []
    assert broken(named) == ["aanspreekvorm"]


@pytest.mark.parametrize(
    ("source", "rule", "severity"),
    [
        ("Kom op 16-11-2026.", "datum", Severity.ERROR),
        ("Kom volgende week.", "datum", Severity.ERROR),
        ("Kom dinsdag 16 november 2026.", "datum", Severity.ERROR),
        ("Bel o.a. hier.", "afkorting", Severity.ERROR),
        ("Bel de GGD.", "afkorting", Severity.ADVICE),
        ("Vul [naam] in.", "open plek", Severity.ERROR),
        ("Kijk op http://example.nl nu.", "link", Severity.ERROR),
        ("Kijk op www.example.nl nu.", "link", Severity.ERROR),
        ("Zie ![](foto.png) nu.", "alt-tekst", Severity.ERROR),
        ("Indien u belt.", "moeilijk woord", Severity.ADVICE),
        ("De brief wordt verstuurd.", "lijdend", Severity.ADVICE),
    ],
)
def test_what_else_is_seen_in_a_post(source: str, rule: str, severity: Severity) -> None:
    (found,) = findings(text(f"{source} {NUMBERS}"), FORMAL)
    assert (found.rule, found.severity) == (rule, severity)
    assert found.why
    assert found.advice
    assert str(found).endswith(f": {found.advice}.")


@pytest.mark.parametrize(
    "source",
    [
        "Kom maandag 16 november 2026.",
        "Kijk op https://www.example.nl/hulp nu.",
        "Kijk [hier](https://www.example.nl) nu.",
        "Zie ![een boom](https://www.example.nl/boom.png) nu.",
        "Als u belt. Wij sturen de brief.",
    ],
)
def test_what_is_good_in_a_post(source: str) -> None:
    assert broken(text(f"{source} {NUMBERS}")) == []


def test_an_open_place_is_for_a_colleague_to_fill_in() -> None:
    (found,) = findings(padded(f"Vraag het [naam]. {NUMBERS}", TextKind.INTRANET), FORMAL)
    assert (found.rule, found.severity, found.where) == ("open plek", Severity.ADVICE, "naam")


def test_a_picture_needs_an_alt_text_of_one_breath() -> None:
    assert broken(text(NUMBERS, alt="")) == ["alt-tekst"]
    assert broken(text(NUMBERS, alt="Weet je het?")) == ["aanspreekvorm"]
    assert broken(padded(NUMBERS, TextKind.MUNICIPAL_PAGE)) == []
    long = findings(text(f"![{'vlak ' * 60}](vlak.png) {NUMBERS}"), FORMAL)
    assert rules(long, Severity.ADVICE) == ["alt-tekst"]
    assert findings(text(NUMBERS, alt="vlak " * 60), FORMAL) == ()


@pytest.mark.parametrize(
    ("tag", "good"),
    [
        ("#OrangeTheWorld", True),
        ("#orangeTheWorld", False),
        ("#Orangetheworld", False),
        ("#Iets", True),
        ("#2026", True),
        ("a#b", True),
    ],
)
def test_a_hashtag_has_capitals(tag: str, good: bool) -> None:  # noqa: FBT001 - a column
    orange = Setting(campaign="Orange the World")
    assert (broken(text(f"{NUMBERS} {tag}"), orange) == []) is good


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (f"{NUMBERS} 🧡", []),
        (f"{NUMBERS} 🧡👍🏽\n", []),
        (f"{NUMBERS} ❤️ 🧡", []),
        (f"{NUMBERS} 🧡🧡🧡", ["3 emoji"]),
        (f"🧡 {NUMBERS}", ["aan het einde"]),
        (f"🧡 {NUMBERS} 🧡🧡", ["3 emoji", "aan het einde"]),
    ],
)
def test_at_most_two_emoji_at_the_end(source: str, found: list[str]) -> None:
    wrong = findings(text(source), FORMAL)
    assert len(wrong) == len(found)
    for finding, part in zip(wrong, found, strict=True):
        assert part in str(finding)


def test_only_a_post_has_emoji() -> None:
    assert broken(padded(f"{NUMBERS}", TextKind.MUNICIPAL_PAGE)) == []
    sweet = padded(NUMBERS, TextKind.MUNICIPAL_PAGE)
    assert broken(replace(sweet, markdown=f"{sweet.markdown} 🧡")) == ["emoji"]


def test_what_may_not_go_out_yet_says_so() -> None:
    setting = Setting(notice=PROVISIONAL)
    (found,) = findings(text(NUMBERS), setting)
    assert (found.rule, found.severity) == ("voorlopig", Severity.ERROR)
    assert PROVISIONAL in found.advice
    assert findings(text(NUMBERS, notice=PROVISIONAL), setting) == ()


def test_long_sentences_are_advised_on_and_then_wrong() -> None:
    kind = TextKind.MUNICIPAL_PAGE
    for words, severity in ((18, None), (22, Severity.ADVICE), (26, Severity.ERROR)):
        one = padded(f"{NUMBERS} Een{' en' * (words - 1)}.", kind)
        found = [each.severity for each in findings(one, FORMAL) if each.rule == "lange zin"]
        assert found == ([severity] if severity else [])
    many = " ".join(["Wij zijn er elke dag weer voor u en ook voor uw man en uw kind."] * 6)
    assert "zinnen" in broken(text(f"{many} {NUMBERS}", kind))


def test_a_hard_text_is_told_with_its_figure() -> None:
    hard = "Organisaties ondersteunen belanghebbenden. " * 20
    (found,) = [
        one
        for one in findings(text(f"{hard} {NUMBERS}", TextKind.MUNICIPAL_PAGE), FORMAL)
        if one.rule == "leesbaarheid"
    ]
    assert found.severity is Severity.ERROR
    assert "Flesch-Douma" in found.why


def test_errors_come_first() -> None:
    found = findings(text("Indien u belt. Bel 0800-2000."), FORMAL)
    assert [one.severity for one in found] == [Severity.ERROR, Severity.ADVICE]


def test_links_are_found_once_and_bare() -> None:
    source = (
        "Kijk op https://a.example.nl/x. Of [hier](https://b.example.nl), https://a.example.nl/x!"
    )
    assert links(source) == ("https://a.example.nl/x", "https://b.example.nl")
