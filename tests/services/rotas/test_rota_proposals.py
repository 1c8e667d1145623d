"""Proposing a year of the rota and answering to it, and the mails about that."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from campagne.clock import SetClock
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.playbook import Role
from campagne.domain.reminders import Lateness, agenda
from campagne.domain.rights import Visitor
from campagne.domain.rota import Agreement, RotaEntry
from campagne.errors import CampagneError, InvalidInputError, NotFoundError
from campagne.messages import Mails
from campagne.resources import folder
from campagne.services.access import Links
from campagne.services.outbox import mailbox, validity
from campagne.services.planning import reminders, steps
from campagne.services.publishing import feed_stamps
from campagne.services.rotas import rota, rota_answers, rota_proposals, rota_years
from campagne.services.rotas.effects import Effect
from campagne.services.rotas.proposal_mails import Desk
from campagne.services.rotas.rota_answers import Answer
from campagne.services.rotas.rota_proposals import Proposal
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import (
    AuditRow,
    ContactRoleRow,
    ContactRow,
    DeliveryRow,
    PreferencesRow,
    ReminderRow,
)
from tests.snapshots import Snapshots

A, D, P = Agreement.AGREED, Agreement.DIFFERS, Agreement.PROPOSED
REGION = "duin-en-bollenstreek"
ORANGE, WEEK = "orange-the-world", "week-tegen-kindermishandeling"
HLT = ("hillegom", "lisse", "teylingen")
LINKS = Links("https://campagne.example.nl", "k" * 32)
MAILS = Mails(folder("templates") / "mail", sender="Kalender <kalender@example.nl>")


class Office:
    """The small region, in which somebody does something."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.database = database
        self.clock = clock

    def desk(self, who: str, why: str = "") -> Desk:
        with self.database.read() as session:
            contact = {one.key: one for one in queries.contacts(session)}[who]
        return Desk(
            Visitor(contact, strong=True), why, self.clock.now(), self.clock.today(), MAILS, LINKS
        )

    def propose(  # noqa: PLR0917 - who, what and why
        self,
        who: str,
        wanted: Proposal,
        year: int = 2027,
        entry: str | None = None,
        why: str = "afgesproken",
        version: str | None = None,
    ) -> Effect:
        desk = self.desk(who, why)
        with self.database.session() as session:
            if version is None:
                version = rota_proposals.draft(
                    session, REGION, year, entry, visitor=desk.visitor, today=desk.today
                ).version
            return rota_proposals.propose(
                session, REGION, year, wanted, entry=entry, version=version, desk=desk
            )

    def answer(
        self, who: str, given: Answer, why: str = "", year: int = 2027, region: str = REGION
    ) -> Effect:
        desk = self.desk(who, why)
        with self.database.session() as session:
            return rota_answers.answer(session, region, year, given, desk=desk)

    def entries(self, year: int = 2027) -> list[RotaEntry]:
        with self.database.read() as session:
            return [one for one in queries.rota_entries(session) if one.year == year]

    def answers(self, year: int = 2027) -> dict[str, Agreement]:
        return dict(self.entries(year)[0].agreements)

    def mails(self) -> list[DeliveryRow]:
        with self.database.read() as session:
            rows = session.exec(
                select(DeliveryRow)
                .where(DeliveryRow.kind == MessageKind.PROPOSAL)
                .order_by(col(DeliveryRow.id))
            ).all()
            session.expunge_all()
        return list(rows)

    def text(self, row: DeliveryRow, part: str = "text") -> str:
        assert row.id is not None
        with self.database.read() as session:
            return str(getattr(mailbox.mail(session, row.id), part))

    def view(self, year: int = 2027) -> rota_years.YearView:
        with self.database.read() as session:
            return rota_years.view(session, REGION, year, visitor=None, today=self.clock.today())


@pytest.fixture
def office(world: Database, clock: SetClock, snapshots: Snapshots) -> Office:
    """The region with who does the policy of HLT and of Noordwijk, editions until 2029."""

    def planned() -> None:
        with world.session() as session:
            for key, places in {"beleid-hlt": HLT, "beleid-noordwijk": ("noordwijk",)}.items():
                session.add(ContactRow(key=key, name=key.title(), email=f"{key}@example.nl"))
                session.flush()
                session.add_all(
                    ContactRoleRow(contact_key=key, role=Role.POLICY, municipality_key=place)
                    for place in places
                )
            session.flush()
            rota.extend(session, today=clock.today(), now=clock.now())
            feed_stamps.restamp(session, clock.now())
            reminders.replan(session, now=clock.now(), today=clock.today())

    snapshots.once(world, planned)
    return Office(world, clock)


ORANGE_2027 = Proposal(ORANGE, "veilig", "najaar", "katwijk", 1000, "Katwijk: pers", ("katwijk",))
KEY = f"{REGION}-2027"


def test_a_proposal_is_used_at_once_and_the_others_are_asked(office: Office) -> None:
    effect = office.propose("katwijk-campagnes", ORANGE_2027)
    assert effect.before == {}
    assert effect.after["campagne"] == "Orange the World"
    assert (effect.told, effect.plan.added > 5, effect.calendars) == (2, True, 29)
    (entry,) = office.entries()
    assert entry.key == KEY
    assert (entry.lead, entry.budget_eur, entry.division) == ("katwijk", 1000, "Katwijk: pers")
    assert (entry.version, entry.proposed_by) == (1, "Katwijk")
    assert office.answers() == {"katwijk": A}
    assert sorted(one.recipient for one in office.mails()) == [
        "beleid-hlt@example.nl",
        "beleid-noordwijk@example.nl",
    ]
    said = office.text(office.mails()[0])
    assert "Hillegom, Lisse en Teylingen akkoord zijn" in said
    assert "https://campagne.example.nl/rooster/duin-en-bollenstreek/2027" in said
    assert "geldt niet meer" not in said
    with office.database.read() as session:
        row = session.exec(select(AuditRow)).one()
        assert (row.kind, row.key, row.by) == ("rota_entry", KEY, "Communicatie en beleid Katwijk")
        # The full playbook, for all that did not say they do something else.
        full = session.exec(
            select(ReminderRow.step_key).where(
                ReminderRow.edition_key == f"{ORANGE}-2027",
                ReminderRow.municipality_key == "katwijk",
            )
        ).all()
    assert len(set(full)) > 1


def test_a_late_proposal_chases_nobody_for_what_was_over_by_then(
    office: Office, clock: SetClock
) -> None:
    """On 7 September: Orange the World of this year, for which partners were due long ago."""
    effect = office.propose(
        "katwijk-campagnes", replace(ORANGE_2027, plan_period=""), year=2026, why="ook dit jaar"
    )
    assert effect.plan.added > 0
    assert effect.plan.at_once == 0
    key = office.entries(2026)[-1].key

    def steps() -> dict[str, bool]:
        with office.database.read() as session:
            known = reminders.situation(session, [f"{ORANGE}-2026"], ["katwijk"])
            return {one.step.key: one.missed for one in agenda(known, {"katwijk"})}

    began = steps()
    assert began["partners"]
    assert not began["website"]
    with office.database.read() as session:
        first = session.exec(
            select(col(ReminderRow.due_on))
            .where(ReminderRow.edition_key == f"{ORANGE}-2026", ReminderRow.step_key != "signaal")
            .order_by(col(ReminderRow.due_on))
        ).first()
    assert first is not None
    assert first >= clock.today()
    # Another budget, a month later, makes nothing late that was not; another campaign begins then.
    clock.move_to(clock.today() + timedelta(days=30))
    wanted = replace(ORANGE_2027, budget_eur=5)
    office.propose("katwijk-campagnes", wanted, year=2026, entry=key)
    assert steps() == began
    assert office.entries(2026)[-1].since == clock.today() - timedelta(days=30)


def test_a_campaign_that_comes_back_lost_nothing_by_a_mistake(
    office: Office, clock: SetClock
) -> None:
    """Of the files, and so from the beginning; another one stood there for an hour."""
    (given,) = (one for one in office.entries(2026) if one.proposed_at is None)
    edition = f"{given.campaign}-2026"

    def missed() -> set[str]:
        with office.database.read() as session:
            known = reminders.situation(session, [edition], ["katwijk"])
            return {one.step.key for one in agenda(known, {"katwijk"}) if one.missed}

    assert (given.since, missed()) == (None, set())
    clock.move_to(clock.today() + timedelta(days=14))
    for campaign in (ORANGE, given.campaign):
        wanted = replace(ORANGE_2027, campaign=campaign)
        office.propose("katwijk-campagnes", wanted, year=2026, entry=given.key)
        after = next(one for one in office.entries(2026) if one.key == given.key)
        assert after.since == (None if campaign == given.campaign else clock.today())
    assert missed() == set()
    # The one that was a mistake is not there any more, and would begin on the day that it was.
    assert dict(after.stood) == {given.campaign: None, ORANGE: clock.today()}


def test_who_agrees_late_is_not_chased_for_what_was_over_by_then(
    office: Office, clock: SetClock
) -> None:
    """Noordwijk does something else this year, and agrees to a changed proposal in October."""
    year, week = f"{REGION}-2026", f"{WEEK}-2026"

    def late() -> dict[str, Lateness | None]:
        with office.database.read() as session:
            found = steps.list_steps(
                session, today=clock.today(), edition=week, municipality="noordwijk"
            )
            return {one.step: one.late for one in found}

    def answer(said: Agreement, version: int) -> Effect:
        return office.answer(
            "beleid-noordwijk", Answer(year, ["noordwijk"], said, version), "geen geld", 2026
        )

    before = late()
    assert before["partners"] is Lateness.STILL_USEFUL
    answer(D, 1)
    answer(A, 1)
    assert late() == before, "a mistake, put right on the day itself"
    answer(D, 1)
    assert list(late()) == ["signaal"]
    clock.move_to(date(2026, 10, 12))
    wanted = Proposal(WEEK, "x", "", "katwijk", 0, "", ("katwijk",))
    office.propose("katwijk-campagnes", wanted, year=2026, entry=year)
    effect = answer(A, 2)
    assert effect.plan.added > 0
    assert effect.plan.at_once == 0
    assert late() == {
        "partners": Lateness.BEFORE_IT_BEGAN,
        "materiaal": Lateness.BEFORE_IT_BEGAN,
        "website": None,
        "evaluatie": None,
    }
    # Who went along all the time is as late as it was.
    with office.database.read() as session:
        found = steps.list_steps(session, today=clock.today(), edition=week, municipality="lisse")
    assert {one.step: one.late for one in found}["partners"] is Lateness.STILL_USEFUL


def test_all_agree_each_for_itself(office: Office, clock: SetClock) -> None:
    office.propose("katwijk-campagnes", ORANGE_2027)
    missing = office.view().entries[0].standing.missing
    assert missing == ("hillegom", "lisse", "noordwijk", "teylingen")
    effect = office.answer("beleid-hlt", Answer(KEY, HLT, A, 1))
    assert effect.is_quiet
    assert not office.view().entries[0].standing.complete
    clock.move_to(date(2026, 9, 9))
    effect = office.answer("beleid-noordwijk", Answer(KEY, ["noordwijk"], A, 1))
    assert effect.after["alle gemeenten akkoord"] == "ja"
    standing = office.view().entries[0].standing
    assert standing.complete
    assert standing.settled_at == clock.now()


def test_a_change_voids_the_agreements_and_tells_who_gave_them(office: Office) -> None:
    office.propose("katwijk-campagnes", ORANGE_2027)
    office.answer("beleid-hlt", Answer(KEY, ["lisse", "teylingen"], A, 1))
    office.answer("beleid-noordwijk", Answer(KEY, ["noordwijk"], D, 1), why="wij doen de week")
    first = office.mails()
    effect = office.propose(
        "katwijk-campagnes", replace(ORANGE_2027, budget_eur=1500), entry=KEY, why="duurder"
    )
    assert effect.before["Lisse"] == "akkoord"
    assert effect.after["Lisse"] == "nog geen antwoord"
    assert office.answers() == {"katwijk": A, "lisse": P, "teylingen": P, "noordwijk": D}
    assert office.entries()[0].version == 2
    old, new = office.mails()[:2], office.mails()[2:]
    assert [one.id for one in old] == [one.id for one in first]
    # None of the first ones had left: who reads only the second reads all.
    assert {one.state for one in old} == {DeliveryState.CANCELLED}
    assert {one.state for one in new} == {DeliveryState.DUE}
    said = {one.recipient: " ".join(office.text(one).split()) for one in new}
    hlt = said["beleid-hlt@example.nl"]
    assert "Wat Lisse en Teylingen eerder zeiden, geldt niet meer." in hlt
    assert 'was "hoogstens € 1.000", wordt "hoogstens € 1.500"' in hlt
    assert 'De reden: "duurder"' in hlt
    assert "geldt niet meer" not in said["beleid-noordwijk@example.nl"]
    lisse = next(one for one in office.view().entries[0].places if one.key == "lisse")
    assert lisse.said is None
    assert lisse.earlier is not None
    assert lisse.earlier.agreement is A


def test_who_differs_keeps_one_signal_until_the_campaign_is_another(office: Office) -> None:
    office.propose("katwijk-campagnes", ORANGE_2027)
    effect = office.answer("beleid-noordwijk", Answer(KEY, ["noordwijk"], D, 1), why="geen geld")
    assert effect.plan.withdrawn > 0
    assert effect.after["Noordwijk"] == "doet iets anders (geen geld)"
    office.propose("katwijk-campagnes", replace(ORANGE_2027, theme="x"), entry=KEY)
    assert office.answers()["noordwijk"] is D
    office.propose("katwijk-campagnes", replace(ORANGE_2027, campaign=WEEK), entry=KEY)
    assert office.answers()["noordwijk"] is P


def test_what_is_so_already_is_not_stored_again(office: Office) -> None:
    office.propose("katwijk-campagnes", ORANGE_2027)
    assert office.propose("katwijk-campagnes", ORANGE_2027, entry=KEY).is_nothing
    assert office.entries()[0].version == 1
    office.answer("beleid-noordwijk", Answer(KEY, ["noordwijk"], A, 1))
    office.answer("beleid-noordwijk", Answer(KEY, ["noordwijk"], A, 1))
    assert len(office.mails()) == 2
    with office.database.read() as session:
        assert len(session.exec(select(AuditRow)).all()) == 2


def test_an_answer_is_taken_back_and_a_remark_changes_none(office: Office) -> None:
    office.propose("katwijk-campagnes", ORANGE_2027)
    office.answer("beleid-noordwijk", Answer(KEY, ["noordwijk"], A, 1))
    office.answer("beleid-noordwijk", Answer(KEY, ["noordwijk"], None, 1), why="graag eerder")
    assert office.answers()["noordwijk"] is A
    (remark,) = office.view().entries[0].remarks
    assert (remark.places, remark.note) == (("Noordwijk",), "graag eerder")
    office.answer("beleid-noordwijk", Answer(KEY, ["noordwijk"], P, 1))
    assert office.answers()["noordwijk"] is P


def test_a_second_campaign_and_withdrawing(office: Office) -> None:
    office.propose("katwijk-campagnes", ORANGE_2027)
    office.propose("beleid-hlt", replace(ORANGE_2027, campaign=WEEK, places=HLT))
    assert [one.key for one in office.entries()] == [KEY, f"{KEY}-2"]
    desk = office.desk("katwijk-campagnes", "toch niet")
    with office.database.session() as session:
        effect = rota_proposals.withdraw(session, REGION, 2027, KEY, version="1", desk=desk)
    assert effect.plan.withdrawn > 0
    assert [one.key for one in office.entries()] == [f"{KEY}-2"]
    assert [one.state for one in office.mails()].count(DeliveryState.CANCELLED) == 2
    # Proposed again it is a new version, and everybody gets a new mail.
    office.propose("katwijk-campagnes", ORANGE_2027)
    assert office.entries()[0].version > 1
    assert len(office.mails()) == 6


def test_a_mail_about_an_earlier_version_goes_no_more(office: Office) -> None:
    """Also where the server had it in hand at the moment of the change, and put it off."""
    office.propose("katwijk-campagnes", ORANGE_2027)
    refused, in_hand = (one.id for one in office.mails())
    assert refused is not None
    assert in_hand is not None
    states = {refused: DeliveryState.FAILED, in_hand: DeliveryState.SENDING}
    with office.database.session() as session:
        for number, state in states.items():
            session.get_one(DeliveryRow, number).state = state
        assert validity.objection(session, refused, office.clock.today()) == ""
    office.propose("katwijk-campagnes", replace(ORANGE_2027, theme="x"), entry=KEY)
    assert {one.id: one.state for one in office.mails()}.items() >= states.items()
    with office.database.session() as session:
        session.get_one(DeliveryRow, in_hand).state = DeliveryState.DEFERRED
        assert "is veranderd" in validity.objection(session, refused, office.clock.today())
        validity.withdraw(session, now=office.clock.now())
    said = {one.id: one.state for one in office.mails()}
    assert said.pop(in_hand) is DeliveryState.CANCELLED
    assert sorted(said.values()) == [DeliveryState.DUE, DeliveryState.DUE, DeliveryState.FAILED]


def test_a_deputy_gets_a_copy(office: Office, clock: SetClock) -> None:
    with office.database.session() as session:
        session.add(
            PreferencesRow(
                contact_key="beleid-noordwijk",
                deputy_key="gouda-communicatie",
                absent_from=clock.today(),
                absent_until=clock.today() + timedelta(days=9),
            )
        )
    assert office.propose("katwijk-campagnes", ORANGE_2027).told == 2
    copy = next(one for one in office.mails() if one.recipient.startswith("gouda"))
    assert "Dit is een kopie." in office.text(copy)
    assert copy.copy_of is not None


def test_the_centrumgemeente_proposes_and_agrees_for_nobody(office: Office) -> None:
    office.propose("leiden-centrum", replace(ORANGE_2027, places=()))
    assert office.answers() == {}
    assert office.entries()[0].proposed_by == "de centrumgemeente Leiden"
    assert len(office.mails()) == 3


@pytest.mark.parametrize("who", ["gouda-communicatie", "hltsamen-communicatie"])
def test_who_does_no_policy_there_proposes_nothing(office: Office, who: str) -> None:
    with pytest.raises(NotFoundError, match="beleidsmedewerker"):
        office.propose(who, ORANGE_2027, version="nieuw")
    assert office.entries() == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"campaign": "verzonnen"}, "Kies een campagne uit de lijst"),
        ({"lead": "gouda"}, "Kies een gemeente uit de lijst om de campagne te leiden"),
        ({"budget_eur": 10**7}, "van 0 tot en met € 1.000.000"),
        ({"places": ()}, "namens welke gemeente"),
        ({"places": ("katwijk", "lisse")}, "waarvoor jij het beleid doet"),
        ({"places": ("gouda",)}, "waarvoor jij het beleid doet"),
    ],
)
def test_a_proposal_that_makes_no_sense(
    office: Office, changed: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        office.propose("katwijk-campagnes", replace(ORANGE_2027, **changed))  # type: ignore[arg-type]
    assert office.entries() == []
    assert office.mails() == []


@pytest.mark.parametrize(("year", "error"), [(2025, NotFoundError), (2032, NotFoundError)])
def test_a_year_that_is_past_or_far_off(
    office: Office, year: int, error: type[CampagneError]
) -> None:
    with pytest.raises(error, match="2026 tot en met 2031"):
        office.propose("katwijk-campagnes", ORANGE_2027, year)


def test_a_year_with_a_rota_that_is_past_can_be_seen_only(office: Office, clock: SetClock) -> None:
    clock.move_to(date(2027, 1, 4))
    assert office.view(2026).closed == "2026 is voorbij. Er is niets meer te veranderen."
    with pytest.raises(InvalidInputError, match="voorbij"):
        office.propose("katwijk-campagnes", ORANGE_2027, 2026, entry=f"{REGION}-2026", version="1")
    with pytest.raises(InvalidInputError, match="voorbij"):
        office.answer("katwijk-campagnes", Answer(f"{REGION}-2026", ["katwijk"], P, 1), year=2026)


def test_who_was_second_is_told(office: Office) -> None:
    office.propose("katwijk-campagnes", ORANGE_2027)
    with pytest.raises(InvalidInputError, match="intussen iets veranderd"):
        office.propose("beleid-noordwijk", ORANGE_2027, version="nieuw")
    office.propose("katwijk-campagnes", replace(ORANGE_2027, theme="x"), entry=KEY)
    with pytest.raises(InvalidInputError, match="veranderd door Katwijk"):
        office.propose("beleid-noordwijk", ORANGE_2027, entry=KEY, version="1")
    with pytest.raises(InvalidInputError, match="Het voorstel is intussen veranderd"):
        office.answer("beleid-noordwijk", Answer(KEY, ["noordwijk"], A, 1))
    assert office.answers()["katwijk"] is A


@pytest.mark.parametrize(
    ("who", "places", "said", "sentence"),
    [
        ("beleid-noordwijk", ["katwijk"], A, "waarvoor jij het beleid doet"),
        ("beleid-noordwijk", [], A, "waarvoor jij het beleid doet"),
        ("gouda-communicatie", ["gouda"], A, "waarvoor jij het beleid doet"),
        ("hltsamen-communicatie", ["lisse"], A, "waarvoor jij het beleid doet"),
        ("leiden-centrum", ["katwijk"], A, "waarvoor jij het beleid doet"),
        ("beleid-noordwijk", ["noordwijk"], D, "Schrijf op wat je gemeente anders doet"),
        ("beleid-noordwijk", ["noordwijk"], None, "Schrijf op wat je wilt zeggen"),
    ],
)
def test_an_answer_that_is_not_theirs_or_says_nothing(
    office: Office, who: str, places: list[str], said: Agreement | None, sentence: str
) -> None:
    office.propose("katwijk-campagnes", ORANGE_2027)
    with pytest.raises(InvalidInputError, match=sentence):
        office.answer(who, Answer(KEY, places, said, 1))
    assert office.answers() == {"katwijk": A}


def test_a_mail_says_what_was_typed_and_nothing_else(office: Office) -> None:
    evil = "**x** [klik](https://kwaad.example.nl) <script>alert(1)</script>"
    office.propose("katwijk-campagnes", replace(ORANGE_2027, theme=evil, division="a\nb"))
    page = office.text(office.mails()[0], "html")
    assert "<script>" not in page
    assert 'href="https://kwaad' not in page
    assert "a; b" in page


def test_an_unknown_proposal_or_region(office: Office) -> None:
    with pytest.raises(NotFoundError, match="bestaat niet meer"):
        office.answer("beleid-noordwijk", Answer("verzonnen", ["noordwijk"], A, 1))
    with pytest.raises(NotFoundError, match="regio"):
        office.answer("beleid-noordwijk", Answer(KEY, ["noordwijk"], A, 1), region="verzonnen")
