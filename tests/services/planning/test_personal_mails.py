"""One mail per person, and what must not be settled."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import select

from campagne.clock import SetClock
from campagne.domain.delivery import Message, MessageKind, message_id
from campagne.errors import TemplateError
from campagne.services.outbox import delivery
from campagne.services.planning.personal_mails import QueueReport, mail_key, queue_each
from campagne.store.database import Database
from campagne.store.tables import DeliveryRow


class Office:
    """Makes mails of words, and keeps which were settled in which delivery."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.database = database
        self.clock = clock
        self.settled: dict[int, Sequence[str]] = {}

    def queue(self, waiting: dict[str, list[str]]) -> QueueReport:
        with self.database.session() as session:
            return queue_each(
                session,
                waiting,
                make=_make,
                useful_until=lambda _: date(2026, 12, 1),
                settle=lambda words, number: self.settled.update({number: words}),
                now=self.clock.now(),
            )


def _make(contact: str, words: Sequence[str]) -> Message:
    if "kapot" in words:
        raise TemplateError("kapot")
    key = mail_key("proef", contact, words)
    identity = message_id(key, "c@example.nl")
    return Message(
        key, MessageKind.REMINDER, "c@example.nl", "a@example.nl", "Proef", identity, b""
    )


def test_each_person_has_one_mail(world: Database, clock: SetClock) -> None:
    office = Office(world, clock)
    report = office.queue({"katwijk-campagnes": ["a", "b"], "gouda-communicatie": ["c"]})
    assert report == QueueReport(2, 3)
    assert sorted(map(list, office.settled.values())) == [["a", "b"], ["c"]]


def test_a_mail_that_cannot_be_made_holds_up_nobody(world: Database, clock: SetClock) -> None:
    office = Office(world, clock)
    report = office.queue({"katwijk-campagnes": ["kapot"], "gouda-communicatie": ["c"]})
    assert report == QueueReport(1, 1, ("katwijk-campagnes",))
    assert list(map(list, office.settled.values())) == [["c"]]


def test_nothing_is_settled_in_a_mail_that_was_taken_back(world: Database, clock: SetClock) -> None:
    office = Office(world, clock)
    office.queue({"gouda-communicatie": ["c"]})
    (number,) = office.settled
    with world.session() as session:
        assert delivery.cancel(session, [number], now=clock.now()) == [number]
    office.settled.clear()

    assert office.queue({"gouda-communicatie": ["c"]}).left_out == ("gouda-communicatie",)
    assert office.settled == {}
    with world.read() as session:
        assert len(session.exec(select(DeliveryRow)).all()) == 1


def test_the_key_is_that_of_the_content_in_any_order() -> None:
    assert mail_key("a", "b", ["x", "y"]) == mail_key("a", "b", ["y", "x"])
    assert len({mail_key("a", "b", ["x"]), mail_key("a", "c", ["x"]), mail_key("a", "b", "y")}) == 3
