"""Texts of one's own: who may change which, what counts, and that nothing is lost."""

import shutil
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from campagne.clock import SetClock
from campagne.documents import cards
from campagne.domain import own_texts
from campagne.domain.contacts import Contact
from campagne.domain.own_language import LONGEST
from campagne.domain.own_texts import Words
from campagne.domain.paragraphs import Change
from campagne.domain.playbook import Role
from campagne.domain.profile import AddressForm
from campagne.domain.rights import Visitor
from campagne.domain.text_findings import Severity
from campagne.domain.texts import PUBLIC, RenderedText, TextKind
from campagne.errors import Fault, InvalidInputError, NotFoundError
from campagne.resources import folder
from campagne.services import lookup
from campagne.services.publishing import (
    pictures,
    text_changes,
    text_editor,
    text_files,
    text_releases,
    text_report,
    text_sources,
    texts,
)
from campagne.services.publishing.text_changes import Preview, Stamp, Typed
from campagne.services.publishing.text_editor import Editor, Version, Whose
from campagne.services.publishing.text_releases import Of
from campagne.store.database import Database
from campagne.store.tables import AuditRow, CampaignRow, MunicipalityRow, OwnTextRow
from campagne.templating import Templates

ORANGE, WEEK = "orange-the-world-2026", "week-tegen-kindermishandeling-2026"
PAGE = TextKind.MUNICIPAL_PAGE
TEXTS = folder("templates") / "texts"
OWN = "Onze wethouder opent Orange the World op het plein. Kom ook, en praat met ons mee."


def visitor(key: str, role: Role, place: str) -> Visitor:
    return Visitor(
        Contact(key, f"Collega {key}", "a@example.nl", "", ((role, place),)), strong=True
    )


KATWIJK = visitor("katwijk-campagnes", Role.POLICY, "katwijk")
CENTRE = visitor("leiden-centrum", Role.CENTRE, "leiden")


@dataclass
class Desk:
    """Changes texts as the page does, a minute after each other."""

    database: Database
    clock: SetClock
    folder: Path
    minutes: int = 0

    @property
    def templates(self) -> Templates:
        return Templates(self.folder)

    def open(self, whose: Whose, who: Visitor = KATWIJK) -> Editor:
        with self.database.read() as session:
            return text_editor.opened(session, self.templates, who, whose)

    def versions(self, whose: Whose, who: Visitor = KATWIJK) -> list[Version]:
        with self.database.read() as session:
            editor = text_editor.opened(session, self.templates, who, whose)
            return text_editor.versions(session, editor)

    def do(
        self,
        whose: Whose,
        what: Callable[..., Any],
        *given: Any,
        who: Visitor = KATWIJK,
        version: str = "",
    ) -> Any:
        self.minutes += 1
        with self.database.session() as session:
            editor = text_editor.opened(session, self.templates, who, whose)
            now = self.clock.now() + timedelta(minutes=self.minutes)
            stamp = Stamp(who, version or editor.version, now)
            if what is text_changes.give_up:
                return what(session, editor, stamp)
            return what(session, self.templates, editor, *given, stamp)

    def save(self, whose: Whose, *, who: Visitor = KATWIJK, version: str = "", **typed: Any) -> Any:
        made = Typed(**{"words": self.open(whose, who).words, **typed})
        return self.do(whose, text_changes.save, made, who=who, version=version)

    def text(
        self, place: str = "katwijk", kind: TextKind = PAGE, edition: str = ORANGE
    ) -> RenderedText:
        with self.database.read() as session:
            (found,) = texts.render(session, self.templates, edition, place, [kind])
        return found

    def ship(self, kind: TextKind, old: str, new: str) -> None:
        path = self.folder / "orange-the-world" / f"{kind}.md"
        source = path.read_text("utf-8")
        assert old in source
        path.write_text(source.replace(old, new), "utf-8")

    def preview(self, whose: Whose, words: Words, *, every_year: bool = False) -> Preview:
        editor = self.open(whose)
        typed = Typed(words, every_year=every_year)
        return text_changes.preview(self.templates, editor, typed, editor.of)


@pytest.fixture
def desk(sqlite_world: Database, clock: SetClock, tmp_path: Path) -> Desk:
    """Where texts are changed, with shipped texts that can be changed too."""
    shutil.copytree(TEXTS, tmp_path / "texts")
    return Desk(sqlite_world, clock, tmp_path / "texts")


def of(place: str = "katwijk", kind: TextKind = PAGE, *, for_region: bool = False) -> Whose:
    return Whose(Of(ORANGE, place), kind, for_region)


def with_first(words: Words, first: str) -> Words:
    """Return words with another first paragraph."""
    return replace(words, body="\n\n".join([first, *words.body.split("\n\n")[1:]]))


def test_who_changes_nothing_sees_the_shipped_words_in_one_form_of_address(desk: Desk) -> None:
    found = desk.open(of())
    assert found.own is None
    assert found.name == "Katwijk"
    assert found.words.title == "Orange the World: samen tegen geweld tegen vrouwen"
    assert "Maakt u zich zorgen" in found.words.body
    assert found.paragraphs[-1] == "{{ hulpzin }}"
    with desk.database.session() as session:
        session.execute(
            update(MunicipalityRow)
            .where(col(MunicipalityRow.key) == "katwijk")
            .values(address_form=AddressForm.INFORMAL)
        )
    assert "Maak je je zorgen" in desk.open(of()).words.body
    with pytest.raises(InvalidInputError, match="Er is niets veranderd aan de tekst"):
        desk.save(of())


def test_one_paragraph_is_ones_own_and_the_others_go_along(desk: Desk) -> None:
    assert desk.save(of(), words=Words("", OWN), paragraph=1, why="de opening") == []
    shown = desk.text()
    assert shown.markdown.startswith(f"{OWN}\n\nMaakt u zich zorgen")
    assert "0800-2000" in shown.markdown
    assert (shown.own_of, shown.own_since is None) == ("Katwijk", False)
    assert desk.text("lisse").own_of == ""

    desk.ship(PAGE, "Iets kleins kan al helpen.", "Iets kleins helpt vaak al.")
    shown = desk.text()
    assert shown.markdown.startswith(OWN)
    assert "Iets kleins helpt vaak al." in shown.markdown
    assert desk.open(of()).newer is None


def test_what_nobody_changed_goes_along_after_every_own_edit(desk: Desk) -> None:
    """The words that are saved have what is new, so what they are made from must have it too."""
    second = "Maakt u zich zorgen? Vraag hoe het gaat. Luister, en zeg dat u er bent."
    said = ["Iets kleins kan al helpen.", "Iets kleins helpt.", "Iets helpt.", "Alles helpt."]
    last = len(desk.open(of()).paragraphs)
    for at, own in enumerate((OWN, f"{OWN} Tot dan.", f"{OWN} Tot ziens.")):
        assert desk.save(of(), words=Words("", own), paragraph=1) == []
        desk.ship(PAGE, said[at], said[at + 1])
        shown = desk.text().markdown
        assert (own in shown, said[at + 1] in shown, said[at] in shown) == (True, True, False)
        assert desk.open(of()).newer is None
    desk.save(of(), words=Words("", second), paragraph=2)
    desk.ship(PAGE, "Gemeenten en organisaties vragen dan", "Gemeenten vragen dan")
    desk.save(of(), words=Words("", f"{second} Nu."), paragraph=2)
    newer = desk.open(of()).newer
    assert newer is not None
    assert [one.was for one in newer.both] == [f"{OWN} Tot ziens."], "still to be taken over"
    assert len(desk.open(of()).paragraphs) == last


def test_where_both_changed_a_paragraph_ones_own_stays_and_that_is_told(desk: Desk) -> None:
    desk.save(of(), words=Words("", OWN), paragraph=1)
    desk.ship(PAGE, "Gemeenten en organisaties vragen dan", "Gemeenten vragen dan")
    newer = desk.open(of()).newer
    assert newer is not None
    assert [one.was for one in newer.both] == [OWN]
    assert desk.do(of(), text_changes.take_over) == []
    after = desk.open(of())
    assert (after.newer, after.paragraphs[0]) == (None, OWN)


def test_a_whole_text_stays_until_somebody_takes_the_newer_one_over(desk: Desk) -> None:
    words = with_first(desk.open(of()).words, OWN)
    assert desk.save(of(), words=words) == []
    before = desk.text()
    desk.ship(PAGE, "Iets kleins kan al helpen.", "Iets kleins helpt vaak al.")
    assert desk.text() == before
    newer = desk.open(of()).newer
    assert newer is not None
    (change,) = newer.changes
    assert "kan al helpen" in change.was
    assert "helpt vaak al" in change.now
    assert newer.both == ()
    assert desk.do(of(), text_changes.take_over) == []
    assert desk.text().markdown.startswith(OWN)
    assert "Iets kleins helpt vaak al." in desk.text().markdown
    with pytest.raises(InvalidInputError, match="geen nieuwere voorbeeldtekst"):
        desk.do(of(), text_changes.take_over)


def test_the_nearest_text_counts(desk: Desk) -> None:
    """The gemeente this year, the gemeente, the region this year, the region, the shipped one."""
    region = of("leiden", for_region=True)

    def first(place: str = "katwijk") -> str:
        return desk.text(place).markdown.split(".")[0]

    def say(whose: Whose, text: str, *, every_year: bool, who: Visitor = KATWIJK) -> None:
        words = with_first(desk.open(whose, who).words, f"{text}. {OWN}")
        assert desk.save(whose, words=words, every_year=every_year, who=who) == []

    shipped = first()
    say(region, "Regio elk jaar", every_year=True, who=CENTRE)
    assert (first(), first("lisse"), first("gouda")) == (
        *("Regio elk jaar", "Regio elk jaar"),
        shipped,
    )
    assert desk.text().own_of == "de regio Holland Rijnland"
    say(region, "Regio nu", every_year=False, who=CENTRE)
    assert first() == "Regio nu"
    say(of(), "Katwijk elk jaar", every_year=True)
    assert (first(), first("lisse")) == ("Katwijk elk jaar", "Regio nu")
    say(of(), "Katwijk nu", every_year=False)
    assert first() == "Katwijk nu"
    for expected in ("Katwijk elk jaar", "Regio nu"):
        desk.do(of(), text_changes.give_up)
        assert first() == expected
    for expected in ("Regio elk jaar", shipped):
        desk.do(region, text_changes.give_up, who=CENTRE)
        assert first() == expected
    with pytest.raises(InvalidInputError, match="Er is geen eigen tekst"):
        desk.do(of(), text_changes.give_up)


def test_a_text_for_each_year_takes_the_place_of_that_of_this_year(desk: Desk) -> None:
    words = with_first(desk.open(of()).words, OWN)
    desk.save(of(), words=words)
    assert desk.save(of(), words=words, every_year=True) == []
    own = desk.open(of()).own
    assert own is not None
    assert own.place.edition == ""
    assert desk.text().markdown.startswith(OWN)


def test_a_gemeente_begins_with_the_text_of_its_region(desk: Desk) -> None:
    region = of("leiden", for_region=True)
    words = desk.open(region, CENTRE).words
    assert "{% if je %}Maak je je{% else %}Maakt u zich{% endif %}" in words.body
    assert desk.save(region, words=with_first(words, OWN), who=CENTRE) == []
    assert desk.open(of()).words.body.startswith(f"{OWN}\n\nMaakt u zich")
    with desk.database.read() as session:
        (noted,) = session.exec(select(AuditRow)).all()
    assert (noted.kind, noted.key) == ("region", "holland-rijnland"), "not of Leiden alone"


def take_in(desk: Desk, **also: str) -> None:
    """Make the week a part of Orange the World."""
    with desk.database.session() as session:
        session.execute(
            update(CampaignRow)
            .where(col(CampaignRow.key) == "week-tegen-kindermishandeling")
            .values(part_of_key="orange-the-world", **also)
        )


def test_a_text_for_each_year_is_tried_in_the_parts_that_it_counts_for(desk: Desk) -> None:
    """Residents read it there at once, and a part has another name and other days."""
    take_in(desk)
    shutil.rmtree(desk.folder / "week-tegen-kindermishandeling")
    whose = of(kind=TextKind.X)
    tail = "Hulp nodig? {{ hulpkort }}"
    fits = Words("X", f"{'Dit is {{ campagne }}. ' * 6}\n\n{tail}")
    (fault, *_) = desk.save(whose, words=fits, every_year=True)
    assert fault.startswith("Voor Week tegen Kindermishandeling 2026: "), fault
    assert "280 mag" in fault
    assert desk.text(kind=TextKind.X).own_of == ""
    assert desk.save(whose, words=fits) == [], "of one edition it is right"

    region = of("leiden", TextKind.X, for_region=True)
    (fault, *_) = desk.save(region, words=fits, every_year=True, who=CENTRE)
    assert fault.startswith("Voor Week tegen Kindermishandeling 2026")
    short = Words("X", f"Dit is {{{{ campagne }}}}.\n\n{tail}")
    there = replace(whose, of=Of(WEEK, "katwijk"))
    assert desk.save(there, words=short, every_year=True) == []
    assert desk.save(whose, words=fits, every_year=True) == [], "its own words stand there"
    desk.clock.move_to(date(2026, 11, 23))
    desk.do(there, text_changes.give_up)
    assert desk.save(whose, words=replace(fits, title="Ja"), every_year=True) == [], "it is over"


def test_only_parts_that_an_owner_has_are_named(desk: Desk) -> None:
    """Leiden and Katwijk have nothing to do with what is in Gouda alone, nor has their region."""
    take_in(desk, region_key="midden-holland")
    shutil.rmtree(desk.folder / "week-tegen-kindermishandeling")
    assert desk.open(of()).parts == ()
    assert desk.open(of("leiden", for_region=True), CENTRE).parts == ()
    gouda = visitor("gouda", Role.POLICY, "gouda")
    (part,) = desk.open(of("gouda"), gouda).parts
    assert part.name == "Week tegen Kindermishandeling"


def test_a_text_for_each_year_counts_for_the_parts_of_a_campaign(desk: Desk) -> None:
    """What was written for one edition may name its days, and a part has other days."""
    take_in(desk)
    its_own = desk.folder / "week-tegen-kindermishandeling"
    shutil.rmtree(its_own)
    shutil.copytree(desk.folder / "orange-the-world", its_own)
    with_own_words = desk.text(edition=WEEK)
    part, whole = Whose(Of(WEEK, "katwijk"), PAGE), of()
    assert desk.open(whole).parts == ()
    words = desk.open(whole).words
    desk.save(whole, words=Words("", OWN), paragraph=1, every_year=True)
    assert desk.text(edition=WEEK) == with_own_words, "it has a shipped text of its own"
    shutil.rmtree(its_own)

    found = desk.text(edition=WEEK)
    assert (found.markdown.startswith(OWN), found.own_of) == (True, "Katwijk")
    editor = desk.open(part)
    assert (editor.own, editor.parts) == (None, ())
    assert editor.beneath == "de tekst van Katwijk voor Orange the World"
    assert editor.words.body.startswith(OWN)
    second = "Maakt u zich zorgen? Vraag hoe het gaat. Luister, en zeg dat u er bent."
    assert desk.save(part, words=Words("", second), paragraph=2) == []
    assert desk.text().markdown.count(second) == 0
    desk.save(whole, words=Words("", f"{OWN} Tot dan!"), paragraph=1, every_year=True)
    assert desk.text(edition=WEEK).markdown.startswith(f"{OWN} Tot dan!\n\n{second}")
    desk.do(part, text_changes.give_up)
    assert desk.text(edition=WEEK).markdown.startswith(f"{OWN} Tot dan!")
    assert second not in desk.text(edition=WEEK).markdown

    desk.do(whole, text_changes.give_up)
    assert desk.text(edition=WEEK).own_of == ""
    desk.save(whole, words=with_first(words, OWN))
    assert desk.text().own_of == "Katwijk"
    assert desk.text(edition=WEEK).own_of == "", "it is for one edition"
    region = of("leiden", for_region=True)
    said = with_first(desk.open(region, CENTRE).words, OWN)
    desk.save(region, words=said, every_year=True, who=CENTRE)
    assert desk.text("lisse", edition=WEEK).markdown.startswith(OWN)
    of_part = desk.open(Whose(Of(WEEK, "leiden"), PAGE, for_region=True), CENTRE)
    assert of_part.beneath == "de tekst van de regio Holland Rijnland voor Orange the World"
    assert of_part.words == said


def test_words_for_a_part_stand_above_those_for_the_whole_campaign(desk: Desk) -> None:
    """Those of a region too: they are about this part, and those of the gemeente are not."""
    take_in(desk)
    shutil.rmtree(desk.folder / "week-tegen-kindermishandeling")
    region = Whose(Of(WEEK, "leiden"), PAGE, for_region=True)
    part = Whose(Of(WEEK, "katwijk"), PAGE)
    mine, week = f"{OWN} Doe mee.", f"{OWN} Onze week."
    second = "Maakt u zich zorgen? Vraag hoe het gaat. Luister, en zeg dat u er bent."
    assert desk.save(region, words=Words("", OWN), paragraph=1, who=CENTRE) == []
    assert desk.save(of(), words=Words("", mine), paragraph=1, every_year=True) == []
    assert desk.save(of(), words=Words("", second), paragraph=2, every_year=True) == []
    assert desk.text().markdown.startswith(f"{mine}\n\n{second}")
    found = desk.text(edition=WEEK)
    assert found.markdown.startswith(f"{OWN}\n\n{second}"), "what it did not change goes along"
    assert found.own_of == "de regio Holland Rijnland"
    assert desk.save(part, words=Words("", week), paragraph=1) == []
    assert desk.text(edition=WEEK).markdown.startswith(f"{week}\n\n{second}")
    assert desk.open(part).beneath == "de tekst van de regio Holland Rijnland"


def test_versions_tell_who_and_what_and_can_be_put_back(desk: Desk) -> None:
    words = desk.open(of()).words
    desk.save(of(), words=with_first(words, OWN), why="de wethouder opent")
    second = replace(words, title="Kom naar het plein")
    desk.save(of(), words=second)
    desk.do(of(), text_changes.give_up)
    ended, two, one = desk.versions(of())
    assert [version.one.number for version in (ended, two, one)] == [3, 2, 1]
    assert (one.one.by, one.one.why) == ("Collega katwijk-campagnes", "de wethouder opent")
    assert [change.now for change in one.changes] == [OWN]
    assert two.changes[0] == Change(words.title, "Kom naar het plein")
    assert (ended.one.is_own, ended.changes) == (False, ())

    assert desk.do(of(), text_changes.restore, one.one) == []
    assert desk.text().markdown.startswith(OWN)
    now, *before = desk.versions(of())
    assert (now.one.number, now.is_now, len(before)) == (4, True, 3)
    for nothing in (None, ended.one):
        with pytest.raises(InvalidInputError, match="Kies een versie uit de lijst"):
            desk.do(of(), text_changes.restore, nothing)
    with desk.database.read() as session:
        noted = session.exec(select(AuditRow.what).where(AuditRow.kind == "municipality")).all()
    assert noted == [
        "eigen tekst gewijzigd: gemeentepagina van Orange the World 2026",
        "eigen tekst gewijzigd: gemeentepagina van Orange the World 2026",
        "eigen tekst weggehaald: gemeentepagina van Orange the World 2026",
        "versie 1 van eigen tekst teruggezet: gemeentepagina van Orange the World 2026",
    ]


def test_who_was_slower_loses_nothing_and_overwrites_nothing(desk: Desk) -> None:
    seen = desk.open(of()).version
    words = with_first(desk.open(of()).words, OWN)
    desk.save(of(), words=words)
    for what in (text_changes.save, text_changes.take_over, text_changes.restore):
        given = [Typed(words)] if what is text_changes.save else [None]
        given = given if what is not text_changes.take_over else []
        with pytest.raises(InvalidInputError, match="intussen door Collega katwijk-campagnes"):
            desk.do(of(), what, *given, version=seen)
    with pytest.raises(InvalidInputError, match="intussen"):
        desk.do(of(), text_changes.give_up, version=seen)
    assert len(desk.versions(of())) == 1


@pytest.mark.parametrize(
    ("who", "whose"),
    [
        (KATWIJK, of("lisse")),
        (KATWIJK, of(for_region=True)),
        (visitor("x", Role.ADMIN, "katwijk"), of()),
        (visitor("x", Role.COMMUNICATION, "leiden"), of(for_region=True)),
        (visitor("x", Role.CENTRE, "gouda"), of(for_region=True)),
        (replace(CENTRE, strong=False), of(for_region=True)),
    ],
)
def test_who_may_not_change_a_text_does_not_see_it(desk: Desk, who: Visitor, whose: Whose) -> None:
    with pytest.raises(NotFoundError, match="wijzig"):
        desk.open(whose, who)


def test_a_text_for_residents_with_an_error_is_not_kept(desk: Desk) -> None:
    words = desk.open(of()).words
    without = replace(words, body=words.body.replace("{{ hulpzin }}", "Bel ons."))
    assert [one.split(":")[0] for one in desk.save(of(), words=without)] == [
        "Het nummer 112 ontbreekt",
        "Het nummer 0800-2000 ontbreekt",
    ]
    assert desk.text().own_of == ""


def test_no_filling_hides_what_a_text_for_residents_misses(desk: Desk) -> None:
    """What is too long for the rules is no text without errors, and spaces are no text."""
    bare = Words("Titel", "Wij zijn er. " * 50)
    for filling, said in (
        (" ", "Het nummer 112 ontbreekt"),
        ("\u00ad", "hoogstens 1.800 mag"),
        ("{{ veilig_lezen }} ", "hoogstens 10.000 mag"),
    ):
        many = 9_000 if len(filling) == 1 else 250
        told = desk.save(of(), words=replace(bare, body=bare.body + filling * many + "Ja."))
        assert any(said in one for one in told), told
    assert desk.text().own_of == ""
    assert own_texts.tidied(" - a\t \u00a0b\u00a0c   \n\n") == " - a b\u00a0c"


def test_a_text_for_a_region_is_tried_for_every_gemeente(desk: Desk) -> None:
    region = of("leiden", for_region=True)
    words = desk.open(region, CENTRE).words
    formal = with_first(words, f"{OWN} Komt u ook?")
    with desk.database.session() as session:
        session.execute(
            update(MunicipalityRow)
            .where(col(MunicipalityRow.key) == "noordwijk")
            .values(address_form=AddressForm.INFORMAL)
        )
    (fault,) = desk.save(region, words=formal, who=CENTRE)
    assert fault.startswith("Voor Noordwijk: ")
    assert fault.field == "tekst"


def test_any_other_text_is_kept_with_its_errors_and_not_released(desk: Desk) -> None:
    whose = of(kind=TextKind.QUOTE)
    words = Words("Citaat", "“Veilig thuis is voor iedereen”, zegt de wethouder.")
    assert desk.save(whose, words=words) == []
    found = desk.preview(whose, words)
    assert found.size == 8
    assert "lengte" in [one.rule for one in found.findings]
    with desk.database.session() as session:
        here = Of(ORANGE, "katwijk")
        closed = [TextKind.QUOTE]
        seen = text_releases.text_set(
            session, desk.templates, KATWIJK, here, [k for k in TextKind if k not in PUBLIC]
        )
        with pytest.raises(InvalidInputError, match=r"eigen tekst \(citaat\) heeft nog een fout"):
            text_releases.release(
                session,
                desk.templates,
                KATWIJK,
                here,
                closed,
                version=seen.version,
                now=desk.clock.now(),
            )


@pytest.mark.parametrize(
    ("words", "field", "said"),
    [
        (Words("", "a"), "titel", "Vul de titel in."),
        (Words("a", " \n"), "tekst", "Vul de tekst in."),
        (Words("a\0", "b"), "titel", "een teken dat niet te lezen is"),
        (Words("{{ geheim }}", "b"), "titel", "de naam geheim bestaat niet"),
        (Words("a" * 501, "b"), "titel", "hoogstens 500 tekens"),
        (Words("{{ x", "b"), "titel", "staat hier los"),
        (Words("a", "x" * (LONGEST + 1)), "tekst", "hoogstens 10.000 tekens"),
        (Words("a", "a\n\n" * 201), "tekst", "hoogstens 200 alinea's"),
        (Words("a", "{{ hulpblok }}" * 300), "tekst", "langer dan 30.000 tekens"),
        (Words("a", "{% for i in range(10**9) %}x{% endfor %}"), "tekst", "kan hier niet"),
        (Words("a", "{{ ''.__class__.__mro__ }}"), "tekst", "alleen een naam uit de lijst"),
        (Words("a", "x" * 5_000_000), "tekst", "hoogstens 10.000 tekens"),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field(
    desk: Desk, words: Words, field: str, said: str
) -> None:
    faults: list[Fault] = desk.save(of(kind=TextKind.X), words=words)
    assert faults[0].field == field
    assert said in faults[0]
    assert desk.preview(of(kind=TextKind.X), words).faults


def test_what_will_not_stay_right_is_told_beforehand(desk: Desk) -> None:
    words = with_first(
        desk.open(of()).words, f"{OWN} Op 25 november, anders dan in 2019, bel 0800-2000. In 2026."
    )
    rules = {one.rule for one in desk.preview(of(), words).findings}
    assert "nummer" in rules
    assert "datum" not in rules
    told = desk.preview(of(), words, every_year=True).findings
    assert [one.where for one in told if one.rule == "datum"][-2:] == ["25 november", "2026"]


def test_the_shipped_text_stands_where_an_own_one_names_what_is_gone(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    shipped = desk.text()
    words = with_first(desk.open(of()).words, f"{OWN} Bel {{{{ veilig_thuis_nummer }}}}.")
    desk.save(of(), words=words)
    with desk.database.session() as session:
        row = session.exec(select(OwnTextRow)).one()
        row.body = "{{ verdwenen_nummer }}"
    caplog.clear()
    shown = desk.text()
    assert (shown.own_of, shown.markdown) == ("", shipped.markdown), "none at all helps nobody"
    assert shown.own_fault.startswith("De eigen tekst kan niet worden ingevuld. Regel 1: de naam")
    (told,) = caplog.messages
    assert "orange-the-world/gemeentepagina/gemeente:katwijk/orange-the-world-2026" in told
    assert "verdwenen_nummer" in told
    assert desk.text("lisse").own_fault == ""
    with desk.database.read() as session:
        known, edition = text_sources.sources(session), lookup.edition(session, ORANGE)
    places = [known.municipalities[one] for one in ("katwijk", "lisse")]
    report = text_report.check(
        desk.templates, known, [edition], municipalities=places, kinds=[PAGE]
    )
    (line,) = [one for one in report.lines.values() if one.finding.rule == "eigen tekst"]
    assert (line.municipality, line.finding.severity) == ("katwijk", Severity.ERROR)
    assert "zet de voorbeeldtekst terug: tot dan staat de voorbeeldtekst er." in str(line.finding)
    assert desk.save(of(), words=with_first(words, OWN)) == [], "and it can be mended"
    assert desk.text().markdown.startswith(OWN)


HOSTILE = (
    "x" * 5_000_000,
    "{{ hulpblok }}\n\n" * 299,
    "{{" * 4_999,
    "{% if je %}" * 4 + "x" * 9_000 + "{% endif %}" * 4,
    "[" * 9_999,
    "> " * 4_990,
    "**a" * 3_300,
    "`" * 9_999,
    "a\n\n" * 199,
    "#a " * 3_300,
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% for a in range(10**9) %}{% endfor %}{{ 'x' * 10**9 }}",
)


def test_a_hostile_text_is_told_of_and_takes_little_memory(desk: Desk) -> None:
    """Looked at as the page does it, and as a document; a poster is drawn below."""
    whose = of()
    desk.preview(whose, desk.open(whose).words)
    tracemalloc.start()
    try:
        for source in HOSTILE:
            seen = desk.preview(whose, Words("Titel", source))
            assert seen.faults or Severity.ERROR in {one.severity for one in seen.findings}
            if seen.text is not None:
                text_files.content(seen.text, text_files.TextForm.DOCX, "")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 50_000_000
    assert desk.save(whose, words=Words("Titel", HOSTILE[0]))


def test_the_longest_poster_that_is_kept_is_drawn(desk: Desk) -> None:
    whose = of(kind=TextKind.POSTER)
    word = "x" * 180
    words = Words("Poster", f"{word}\nBel {{{{ veilig_thuis_nummer }}}}\nGemeente {word}")
    assert desk.save(whose, words=words) == [
        "De tekst heeft 384 tekens, en hoogstens 375 mag: maak hem korter."
    ]
    shorter = replace(words, body=words.body.replace("x" * 180, "x" * 170))
    assert desk.save(whose, words=shorter) == []
    editor = desk.open(whose)
    place = editor.of.municipality
    card = pictures.card(
        desk.text(kind=TextKind.POSTER),
        editor.campaign.name,
        editor.of.edition,
        place,
        style=cards.HouseStyle(),
        fallback="https://example.nl",
    )
    for size in cards.SIZES.values():
        assert "x" * 5 in cards.svg(card, size).decode()
