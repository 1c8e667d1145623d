"""Who took part is asked to look back, once at each moment, until somebody did."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from campagne.clock import SetClock
from campagne.domain.contacts import Contact
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.evaluations import Channel, Evaluation
from campagne.domain.local_plans import ActionKind, LocalAction, LocalPlan
from campagne.domain.playbook import Role
from campagne.domain.reminders import Answer, ReminderState, StepStatus
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import lookup
from campagne.services.access import EvaluationLink, StepLink
from campagne.services.audit import Author
from campagne.services.outbox import validity
from campagne.services.people import mentions, my_data
from campagne.services.planning import reminders, rounds, steps
from campagne.services.regional import local_plans
from campagne.services.review import evaluations, region_year
from campagne.services.review.evaluations import Said
from campagne.store import said_and_done
from campagne.store.database import Database
from campagne.store.tables import (
    AnswerRow,
    DeliveryRow,
    EvaluationRow,
    MeetingSeriesRow,
    PreferencesRow,
    StepRow,
)
from tests.services.changing import HLT, LINKS, ORANGE, WEEK, Office, text_of

KATWIJK = "katwijk-campagnes"
ENDED = date(2026, 11, 22)
TWO, SIX = ENDED + timedelta(weeks=2), ENDED + timedelta(weeks=6)
SAID = Said({Channel.WEBSITE: 1250}, ("Vlag",), "De lezing", "Eerder", 300_50)


@pytest.fixture
def office(world: Database, clock: SetClock) -> Office:
    """The Bollenstreek has the week on its rota; of Orange the World nobody said anything."""
    return Office(world, clock)


def asked(office: Office, contact: str | None = None) -> list[DeliveryRow]:
    with office.database.read() as session:
        rows = session.exec(
            select(DeliveryRow)
            .where(DeliveryRow.kind == MessageKind.EVALUATION)
            .order_by(col(DeliveryRow.id))
        ).all()
    return [row for row in rows if contact in {None, row.contact_key}]


def say(office: Office, said: Said = SAID, place: str = "katwijk", who: str = KATWIJK) -> None:
    link = EvaluationLink(WEEK, place, who)
    today = office.clock.today()
    with office.database.session() as session:
        version = evaluations.page(session, link, today).version
        evaluations.store(session, link, said, version=version, now=office.clock.now(), today=today)


def ask_in_the_playbook(office: Office) -> None:
    """Add the two steps of the playbook that the form answers."""
    now, today = office.clock.now(), office.clock.today()
    with office.database.session() as session:
        session.add_all(
            StepRow(
                key=key,
                position=9,
                title=key.capitalize(),
                what="Doe het.",
                role=role,
                lead="2 weken na het einde",
                scope="full",
                summer="keep",
                evaluation=part,
            )
            for key, role, part in (
                ("ervaringen", Role.POLICY, "experiences"),
                ("cijfers", Role.COMMUNICATION, "figures"),
            )
        )
        session.flush()
        reminders.replan(session, now=now, today=today)


def ticks(office: Office, place: str = "katwijk") -> dict[str, tuple[StepStatus, str, str]]:
    with office.database.read() as session:
        found = said_and_done.step_states(session, [WEEK], [place])
    return {step: (one.status, one.by, one.note) for (_, step, _), one in found.items()}


def on(office: Office, day: date) -> None:
    office.clock.move_to(day)
    office.round()


def answer(office: Office, place: str, said: Answer, edition: str = WEEK) -> None:
    with office.database.session() as session:
        session.add(
            AnswerRow(
                edition_key=edition,
                municipality_key=place,
                answer=said,
                by="Beleid",
                at=office.clock.now(),
            )
        )


def test_each_is_asked_once_at_each_moment(office: Office) -> None:
    """One mail for the three gemeenten of HLTsamen; Noordwijk has nobody, Leiden no rota."""
    on(office, TWO - timedelta(days=1))
    assert asked(office) == []
    office.clock.move_to(TWO)
    foreseen = [
        address
        for what, address in rounds.foresee_others(office.database, clock=office.clock)
        if what == "vraag om terug te kijken"
    ]
    on(office, TWO)
    office.round()
    on(office, TWO + timedelta(days=9))
    assert [one.contact_key for one in asked(office)] == [HLT, KATWIJK]
    assert [one.recipient for one in asked(office)] == foreseen
    (mail,) = asked(office, HLT)
    assert mail.subject == "Terugkijken: Week tegen Kindermishandeling"
    told = text_of(mail)
    squeezed = "".join(told.split())
    for place in ("hillegom", "lisse", "teylingen"):
        assert LINKS.evaluation(WEEK, place, HLT) in squeezed
    assert "Er is nog niets ingevuld" not in told
    on(office, SIX)
    office.round()
    on(office, SIX + timedelta(weeks=3))
    first, second = asked(office, KATWIJK)
    assert first.key != second.key
    assert "Er is nog niets ingevuld" in text_of(second)
    assert len(asked(office)) == 4


@pytest.mark.parametrize(
    ("day", "mails"),
    [(SIX - timedelta(days=1), 2), (SIX + timedelta(days=27), 2), (SIX + timedelta(days=28), 0)],
)
def test_after_a_standstill_only_the_last_question(office: Office, day: date, mails: int) -> None:
    on(office, day)
    assert len(asked(office)) == mails


def test_it_is_hoped_for_before_the_papers_close(office: Office) -> None:
    """Those of the meeting that a step of the playbook reports to."""
    with office.database.session() as session:
        row = session.get_one(MeetingSeriesRow, "rbo")
        row.meetings = [
            {"on": "2026-12-20", "papers_close": day} for day in ("2026-11-30", "2026-12-16")
        ]
    on(office, TWO)
    assert "woensdag 16 december 2026" in " ".join(text_of(asked(office, KATWIJK)[0]).split())


def test_who_looked_back_is_not_asked_again(office: Office) -> None:
    on(office, TWO)
    say(office)
    office.round()
    (mail,) = asked(office, KATWIJK)
    assert mail.state is DeliveryState.CANCELLED
    on(office, SIX)
    assert len(asked(office, KATWIJK)) == 1
    assert len(asked(office, HLT)) == 2


def test_a_mail_about_several_is_made_anew_for_the_rest(office: Office) -> None:
    on(office, TWO)
    say(office, place="lisse", who=HLT)
    office.round()
    office.round()
    old, new = asked(office, HLT)
    assert (old.state, new.state) == (DeliveryState.CANCELLED, DeliveryState.DUE)
    squeezed = "".join(text_of(new).split())
    assert LINKS.evaluation(WEEK, "lisse", HLT) not in squeezed
    assert LINKS.evaluation(WEEK, "teylingen", HLT) in squeezed


def test_a_mail_goes_again_only_while_what_it_asks_is_wanted(office: Office) -> None:
    """Else the next round would take it back, after it was said that it goes."""
    on(office, TWO)
    office.become(DeliveryState.FAILED)
    (to_hlt,), (to_katwijk,) = asked(office, HLT), asked(office, KATWIJK)
    say(office, place="lisse", who=HLT)
    with office.database.session() as session:
        validity.resend(session, to_katwijk.id or 0, now=office.clock.now(), today=TWO)
        with pytest.raises(InvalidInputError, match="Er is al teruggekeken"):
            validity.resend(session, to_hlt.id or 0, now=office.clock.now(), today=TWO)
        session.get_one(DeliveryRow, to_hlt.id).state = DeliveryState.FAILED
    office.round()
    states = [one.state for one in asked(office)]
    assert states == [DeliveryState.FAILED, DeliveryState.DUE]


def test_only_who_took_part_and_wants_mail(office: Office) -> None:
    answer(office, "katwijk", Answer.DECLINE)
    with office.database.session() as session:
        session.add(PreferencesRow(contact_key=HLT, reminders=False))
    on(office, TWO)
    assert asked(office) == []
    answer(office, "katwijk", Answer.JOIN)
    office.round()
    assert [one.contact_key for one in asked(office)] == [KATWIJK]
    # The answer is taken back, the campaign cancelled, the address another.
    answer(office, "katwijk", Answer.DECLINE)
    office.round()
    assert [one.state for one in asked(office)] == [DeliveryState.CANCELLED]
    answer(office, "katwijk", Answer.JOIN)
    office.round()
    office.readdress(KATWIJK, "nieuw@example.nl")
    office.round()
    last = asked(office)[-1]
    assert (last.recipient, last.state) == ("nieuw@example.nl", DeliveryState.DUE)
    office.cancel(WEEK)
    office.round()
    assert {one.state for one in asked(office)} == {DeliveryState.CANCELLED}
    assert len(asked(office)) == 3


def test_what_was_said_is_kept_whole(office: Office) -> None:
    office.clock.move_to(ENDED)
    plan = LocalPlan((LocalAction(ActionKind.LIGHTING, "Vlag"),), expected_cents=200_00)
    with office.database.session() as session:
        local_plans.store(
            session,
            edition_key=WEEK,
            municipality_key="katwijk",
            plan=plan,
            by=Author("Beleid"),
            now=office.clock.now(),
        )
    say(office)
    link = EvaluationLink(WEEK, "katwijk", KATWIJK)
    with office.database.read() as session:
        shown = evaluations.page(session, link, ENDED)
        assert shown.planned == ("Gebouw verlichten of vlag hijsen: Vlag",)
        assert shown.real_cents == 300_50
        name = "Communicatie en beleid Katwijk"
        assert shown.found == Evaluation(
            SAID.reach, SAID.done, SAID.keep, SAID.change, 1, name, office.clock.now()
        )
        stored = local_plans.read(session, [WEEK])[WEEK, "katwijk"]
        assert (stored.actions, stored.expected_cents) == (plan.actions, 200_00)
        (line,) = [
            one
            for one in region_year.of_region(
                session, lookup.region(session, "duin-en-bollenstreek"), 2026
            )
            .narrowed(edition=WEEK)
            .lines
            if one.municipality.key == "katwijk"
        ]
        assert line.cells[0].evaluation == shown.found
        assert line.costs.real == 300_50
        assert "Campagnes waarop je terugkeek" in str(my_data.everything(session, KATWIJK))
    with office.database.session() as session:
        was, by = ("De lezing", "x@example.nl", ""), ("iemand", "-", "")
        mentions.replace(session, was, by=by, now=office.clock.now())
        assert session.get_one(EvaluationRow, (WEEK, "katwijk")).keep == "iemand"


def test_what_is_refused(office: Office) -> None:
    link = EvaluationLink(WEEK, "katwijk", KATWIJK)
    nothing = Said({}, (), "", "", None)

    def refused(said: Said, version: str, match: str, of: EvaluationLink = link) -> None:
        with (
            pytest.raises((InvalidInputError, NotFoundError), match=match),
            office.database.session() as session,
        ):
            evaluations.store(
                session,
                of,
                said,
                version=version,
                now=office.clock.now(),
                today=office.clock.today(),
            )
        with office.database.read() as session:
            stored = evaluations.read(session, [WEEK]).get((WEEK, "katwijk"))
        assert stored is None or stored.keep == SAID.keep

    office.clock.move_to(ENDED - timedelta(days=1))
    refused(SAID, "0-0", "Terugkijken kan vanaf zondag 22 november 2026")
    office.clock.move_to(ENDED)
    refused(nothing, "0-0", "Vul minstens één vak in")
    refused(SAID, "7-0", "Een collega van Katwijk vulde intussen iets in")
    costly = Said({}, (), "x", "", 100_000_01)
    refused(costly, "0-0", "Vul een bedrag in van 0 tot en met")
    refused(SAID, "0-0", "niet meer voor Lisse werkt", EvaluationLink(WEEK, "lisse", KATWIJK))
    refused(SAID, "0-0", "niet meer voor Katwijk werkt", EvaluationLink(WEEK, "katwijk", "weg"))
    refused(SAID, "0-0", "bestaat niet", EvaluationLink("weg", "katwijk", KATWIJK))
    say(office)
    refused(SAID, "0-0", "vulde intussen iets in")
    office.clock.move_to(date(2027, 12, 1))
    refused(SAID, "1-1", "meer dan een jaar geleden")
    office.clock.move_to(ENDED)
    answer(office, "katwijk", Answer.DECLINE)
    refused(SAID, "1-1", "deed niet mee")
    office.cancel(WEEK)
    refused(SAID, "1-1", "ging niet door")


def test_what_is_filled_in_is_ticked_off(office: Office) -> None:
    ask_in_the_playbook(office)
    on(office, TWO)
    # The form asks; the two steps do not ask the same of the same people on the same day.
    assert len(asked(office, KATWIJK)) == 1
    assert not {one[0] for one in office.reminders(KATWIJK, WEEK)} & {"ervaringen", "cijfers"}
    link = EvaluationLink(WEEK, "katwijk", KATWIJK)
    say(office, Said({}, (), "De lezing", "", None))
    done = (
        StepStatus.DONE,
        "Communicatie en beleid Katwijk",
        "Het evaluatieformulier is ingevuld.",
    )
    assert ticks(office) == {"ervaringen": done}
    assert ticks(office, "lisse") == {}
    with office.database.read() as session:
        assert evaluations.page(session, link, TWO).ticked == ("Ervaringen",)
    # What was left open asks for itself, of nobody but whose step it is.
    office.round()
    wanted = ("cijfers", "katwijk", 1, ReminderState.QUEUED)
    assert wanted in office.reminders(KATWIJK, WEEK)
    assert [one.kind for one in office.due(KATWIJK)] == [MessageKind.REMINDER]
    say(office)
    assert ticks(office) == {"ervaringen": done, "cijfers": done}
    office.round()
    assert office.due(KATWIJK) == []


def test_what_somebody_opens_again_stays_open(office: Office) -> None:
    ask_in_the_playbook(office)
    on(office, TWO)
    say(office)
    step = StepLink(WEEK, "cijfers", ("katwijk",), KATWIJK)
    with office.database.session() as session:
        steps.tick_off_by_link(
            session,
            step,
            municipalities=["katwijk"],
            status=StepStatus.OPEN,
            note="",
            now=office.clock.now(),
            today=TWO,
        )
    office.round()
    assert [one.kind for one in office.due(KATWIJK)] == [MessageKind.REMINDER]
    say(office)
    assert ticks(office)["cijfers"][0] is StepStatus.OPEN
    assert ticks(office)["ervaringen"][0] is StepStatus.DONE


def test_the_page_of_a_gemeente_leads_there(office: Office) -> None:
    assignments = ((Role.POLICY, "katwijk"),)
    me = Visitor(Contact(KATWIJK, "Katwijk", "k@example.nl", "", assignments), strong=True)

    def shown(place: str = "katwijk") -> list[tuple[str, bool]]:
        with office.database.read() as session:
            found = evaluations.of_municipality(
                session, me, place, links=LINKS, today=office.clock.today()
            )
        return [(one.campaign, one.done) for one in found]

    assert shown() == []
    office.clock.move_to(ENDED)
    assert shown() == [("Week tegen Kindermishandeling", False)]
    assert shown("lisse") == []
    say(office)
    office.clock.move_to(date(2026, 12, 24))
    answer(office, "katwijk", Answer.JOIN, ORANGE)
    assert shown() == [("Orange the World", False), ("Week tegen Kindermishandeling", True)]
    office.clock.move_to(date(2027, 7, 1))
    assert shown() == []
