"""The words of the mails: what is shipped is good, and what is not good is refused."""

from dataclasses import dataclass, replace
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from sqlmodel import select

from campagne.clock import SetClock
from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.domain.rights import Visitor
from campagne.errors import Fault, InvalidInputError, NotFoundError
from campagne.messages import Mails, values_of
from campagne.resources import folder
from campagne.services import audit
from campagne.services.access import Links
from campagne.services.mail_words import (
    mail_placeholders,
    mail_samples,
    mail_situations,
    mail_subjects,
    mail_texts,
)
from campagne.services.mail_words.mail_placeholders import MEANINGS
from campagne.services.mail_words.mail_subjects import About
from campagne.services.mail_words.mail_templates import TEMPLATES, in_use
from campagne.services.mail_words.mail_texts import MailText
from campagne.services.planning import reminders, rounds
from campagne.store.database import Database
from campagne.store.tables import DeliveryRow, MailTextRow, StepRow

WEEK = "week-tegen-kindermishandeling-2026"
BASE = "https://campagnes.example.nl"
MAILS = Mails(folder("templates") / "mail", sender="Campagnes <campagnes@example.nl>")
LINKS = Links(BASE, "k" * 32)


_NOT_WHEN_LATE = (
    "[y]({{ preferences_url }}){% for a in blocks %}{% for b in a.steps if not b.late %}"
    "[x]({{ b.done_url }}) {% endfor %}{% endfor %}"
)


def visitor(role: Role = Role.ADMIN, place: str = "leiden", *, strong: bool = True) -> Visitor:
    contact = Contact("leiden-centrum", "Beheer", "b@example.nl", "", ((role, place),))
    return Visitor(contact, strong)


ADMIN = visitor()


@pytest.fixture
def about(sqlite_world: Database, clock: SetClock) -> About:
    """What the examples are about."""
    with sqlite_world.read() as session:
        return mail_subjects.find(
            session, edition=WEEK, municipality="katwijk", base_url=BASE, today=clock.today()
        )


def words(name: str) -> MailText:
    parts = MAILS.parts(name)
    return mail_texts.tidied(
        {key: str(parts.head[key]) for key in TEMPLATES[name].heads}, parts.body
    )


@dataclass(frozen=True)
class Desk:
    """Saves texts as the page does."""

    database: Database
    clock: SetClock
    about: About

    def version(self, name: str) -> str:
        with self.database.read() as session:
            mails = in_use(session, MAILS)
            return mail_texts.form(session, name, ADMIN, mails=mails, about=self.about).version

    def save(self, name: str, text: MailText, **changed: Any) -> list[Fault]:
        with self.database.session() as session:
            given = {
                "visitor": ADMIN,
                "mails": in_use(session, MAILS),
                "about": self.about,
                "why": "zo zeggen we dat hier",
                "version": self.version(name),
                "now": self.clock.now(),
                **changed,
            }
            return mail_texts.save(session, name, text, **given)

    def reset(self, name: str, **changed: Any) -> None:
        with self.database.session() as session:
            given = {
                "visitor": ADMIN,
                "mails": in_use(session, MAILS),
                "about": self.about,
                "why": "toch liever zoals het was",
                "version": self.version(name),
                "now": self.clock.now(),
                **changed,
            }
            mail_texts.reset(session, name, **given)


@pytest.fixture
def desk(sqlite_world: Database, clock: SetClock, about: About) -> Desk:
    """Where texts are saved."""
    return Desk(sqlite_world, clock, about)


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_is_shipped_is_good_in_every_situation(name: str, about: About) -> None:
    assert mail_texts.check(name, words(name), mails=MAILS, about=about) == []
    seen = mail_texts.preview(name, words(name), mails=MAILS, about=about)
    assert seen.subject
    assert "Katwijk" in seen.subject + seen.text
    if name not in {"inloggen", "verzoek-wissen", "klopt-dit-nog", "klopt-niet"}:
        assert "Week tegen Kindermishandeling" in seen.subject + seen.text
    assert "<html" in seen.html


def test_the_words_of_every_mail_can_be_changed() -> None:
    files = {path.stem for path in (folder("templates") / "mail").glob("*.md")}
    assert set(TEMPLATES) == files


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_placeholder_has_its_meaning_and_no_other_has(name: str, about: About) -> None:
    example = mail_samples.example(name, about)
    assert set(MEANINGS[name]) == set(values_of(example))  # type: ignore[arg-type]  # any dataclass
    for _, inner in mail_situations.parts(example):
        assert set(MEANINGS[type(inner).__name__]) == set(values_of(inner))
    shown = mail_placeholders.groups(name, example)
    assert shown[0].each == ""


def test_every_meaning_is_of_a_mail(about: About) -> None:
    kinds = set(TEMPLATES)
    for name in TEMPLATES:
        kinds |= {
            type(one).__name__
            for _, one in mail_situations.parts(mail_samples.example(name, about))
        }
    assert kinds == set(MEANINGS)


def test_an_example_of_a_playbook_in_which_everything_is_switched_off(
    sqlite_world: Database, clock: SetClock
) -> None:
    with sqlite_world.session() as session:
        for row in session.exec(select(StepRow)):
            row.in_use = False
    with sqlite_world.read() as session:
        about = mail_subjects.find(
            session, edition="", municipality="", base_url=BASE, today=clock.today()
        )
    for name in TEMPLATES:
        assert mail_texts.preview(name, words(name), mails=MAILS, about=about).subject


def test_no_link_of_an_example_works(about: About) -> None:
    for name in TEMPLATES:
        text = mail_texts.preview(name, words(name), mails=MAILS, about=about).html
        links = [part.split('"')[0] for part in text.split('href="')[1:]]
        ours = [one for one in links if one.startswith(BASE)]
        assert all(one.startswith(f"{BASE}/voorbeeld/") for one in ours), name


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("inloggen", "Hallo {{ naam }} {{ url }}", "'naam' bestaat niet; bedoel je 'name'?"),
        ("inloggen", "[Log in]({{ url }}", "De link met 'url' ontbreekt"),
        ("inloggen", "Hallo", "De link met 'url' ontbreekt"),
        ("inloggen", "", "Vul de tekst in."),
        ("inloggen", "{% if name %}[x]({{ url }})", "regel 1: 'if' wordt niet afgesloten"),
        ("inloggen", "a\n\n{{ name | groot }}", "regel 3: het filter 'groot' bestaat niet"),
        ("inloggen", "{{ name.__class__ }}[x]({{ url }})", "'__class__' bestaat niet"),
        ("inloggen", "\0[x]({{ url }})", "een teken dat niet te lezen is"),
        ("inloggen", "x" * 20_001, "hoogstens 20000 tekens"),
        # In a branch that is seldom taken, and a mail in which it is.
        ("wijziging", "{% if copy_note %}{{ nota }}{% endif %}", "'nota' bestaat niet"),
        ("herinnering", "{% if not weekly %}{{ preferences_url }}{% endif %}", "De link met"),
        (
            "herinnering",
            _NOT_WHEN_LATE,
            "De link met 'done_url' ontbreekt in de tekst, altijd of soms",
        ),
        (
            "herinnering",
            "{{ blocks[0].steps[7].title }}",
            "kan niet worden ingevuld|bestaat niet|vraagt",
        ),
        # What makes much of little.
        (
            "inloggen",
            "{% for a in 'aaaa' %}{{ a }}{% endfor %}",
            "alleen over gegevens van de mail",
        ),
        ("inloggen", "{% set a = name ~ name %}{% set b = a ~ a %}", "van een andere 'set'"),
        ("inloggen", "{% macro m() %}{{ m() }}{% endmacro %}", "'macro' kan hier niet"),
        ("inloggen", "{% include 'layout.html' %}", "'include' kan hier niet"),
        ("inloggen", "{{ 'ha' * 999999 }}[x]({{ url }})", "alleen met kleine getallen"),
        ("inloggen", "{{ 1 | round(-999999999) }}[x]({{ url }})", "een paar cijfers"),
        ("inloggen", "{{ 1" + "0" * 5000 + " }}", "te veel in elkaar"),
        ("inloggen", f"{{{{ '{'a' * 400}' | join('{'b' * 400}') }}}}", "te lange tekst"),
        (
            "inloggen",
            "{{ " + "(" * 3000 + ")" * 3000 + " }}",
            "te veel in elkaar|te lezen|ontbreekt",
        ),
    ],
)
def test_what_is_wrong_is_named_and_not_stored(
    desk: Desk, name: str, body: str, sentence: str
) -> None:
    found = desk.save(name, replace(words(name), body=body))
    assert any(one in " ".join(found) for one in sentence.split("|")), found
    with desk.database.read() as session:
        assert session.exec(select(MailTextRow)).all() == []
        assert audit.entries(session, limit=5) == []


def test_a_head_that_is_empty_or_broken_is_named(desk: Desk) -> None:
    text = words("inloggen")
    head = {**text.head, "onderwerp": "", "kop": "{{ nmae }}"}
    found = desk.save("inloggen", replace(text, head=head))
    assert found == [
        "Vul het onderwerp in.",
        "In de kop, regel 1: 'nmae' bestaat niet; bedoel je 'name'?",
    ]


def test_an_own_text_goes_and_what_waits_stays_as_it_is(desk: Desk) -> None:
    now, today = desk.clock.now(), desk.clock.today()
    with desk.database.session() as session:
        reminders.replan(session, now=now, today=today)
    rounds.prepare(desk.database, mails=MAILS, links=LINKS, clock=desk.clock)
    before = {mail["Subject"]: mail for mail in _mails(desk.database)}
    assert before
    text = words("herinnering")
    own = replace(
        text,
        head={**text.head, "onderwerp": 'Zeg eens "ja", {{ name }}: \\o/'},
        body=text.body.replace("Veel succes", "**Zet hem op**"),
    )
    assert desk.save("herinnering", own) == []
    assert {mail["Subject"] for mail in _mails(desk.database)} == set(before)
    desk.clock.move_to(date(2026, 11, 2))
    rounds.prepare(desk.database, mails=MAILS, links=LINKS, clock=desk.clock)
    new = [mail for mail in _mails(desk.database) if mail["Subject"] not in before]
    assert new
    for mail in new:
        assert mail["Subject"].startswith('Zeg eens "ja", ')
        plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
        assert plain is not None
        assert html is not None
        assert "Zet hem op" in plain.get_content()
        assert "<strong>Zet hem op</strong>" in html.get_content()
    with desk.database.read() as session:
        line = audit.entries(session, of=("mail_text", "herinnering"), limit=1)[0]
    assert "Veel succes" in {name: was for name, was, _ in line.changes}["tekst"]
    assert line.why == "zo zeggen we dat hier"


def test_the_original_comes_back(desk: Desk) -> None:
    text = words("inloggen")
    assert desk.save("inloggen", replace(text, body=f"{text.body}\n\nTot zo!")) == []
    desk.reset("inloggen")
    with desk.database.read() as session:
        assert in_use(session, MAILS) is MAILS
    # And so when somebody types it.
    assert desk.save("inloggen", replace(text, body=f"{text.body}\n\nTot zo!")) == []
    assert desk.save("inloggen", text) == []
    with desk.database.read() as session:
        assert in_use(session, MAILS) is MAILS
    with pytest.raises(InvalidInputError, match="oorspronkelijke"):
        desk.reset("inloggen")


def test_who_was_second_is_told(desk: Desk) -> None:
    text = words("inloggen")
    old = desk.version("inloggen")
    assert desk.save("inloggen", replace(text, body=f"{text.body}\n\nTot zo!")) == []
    for step in (
        lambda: desk.save("inloggen", replace(text, body="[x]({{ url }})"), version=old),
        lambda: desk.reset("inloggen", version=old),
    ):
        with pytest.raises(InvalidInputError, match="intussen door Beheer veranderd"):
            step()
    with pytest.raises(InvalidInputError, match="waarom"):
        desk.save("inloggen", text, why="")
    with pytest.raises(InvalidInputError, match="verandert niets"):
        desk.save("inloggen", replace(text, body=f"{text.body}\r\n\r\nTot zo!".replace("\r", "")))


def test_an_own_text_that_no_longer_fits_does_not_stop_the_mail(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """After an update that names something else, say."""
    with desk.database.session() as session:
        session.add(
            MailTextRow(
                name="inloggen",
                source='+++\nonderwerp = "x"\nkop = "x"\nvoorproef = "x"\n+++\n{{ oud }}',
                original="",
                by="Beheer",
                at=desk.clock.now(),
            )
        )
    with desk.database.read() as session:
        mails = in_use(session, MAILS)
        shown = mail_texts.form(session, "inloggen", ADMIN, mails=mails, about=desk.about)
    assert shown.original_changed
    subject, _ = mails.draft("inloggen", {"name": "A", "url": "https://example.nl"})
    assert subject == "Inloggen bij de Campagnekalender"
    assert "'oud'" in caplog.text
    assert mail_texts.check("inloggen", shown.text, mails=mails, about=desk.about)


@pytest.mark.parametrize(
    "who",
    [
        visitor(Role.CENTRE),
        visitor(Role.POLICY),
        visitor(place="katwijk"),
        visitor(strong=False),
    ],
)
def test_only_a_beheerder_of_a_centrumgemeente_may(desk: Desk, who: Visitor) -> None:
    with pytest.raises(NotFoundError, match="beheerder bij de centrumgemeente"):
        desk.save("inloggen", words("inloggen"), visitor=who)
    with desk.database.read() as session, pytest.raises(NotFoundError):
        mail_texts.texts(session, who)


def test_a_mail_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(NotFoundError, match="bestaat niet"):
        desk.save("layout", words("inloggen"), version="x")


def _mails(database: Database) -> list[EmailMessage]:
    with database.read() as session:
        rows = session.exec(select(DeliveryRow)).all()
    return [message_from_bytes(row.raw, _class=EmailMessage, policy=default) for row in rows]
