"""Broadcasts to very many, that workers release, make and send while they are killed."""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlmodel import col, delete, select

from campagne import resources
from campagne.clock import local_day
from campagne.domain.playbook import Role
from campagne.messages import Mails
from campagne.services.access import Links
from campagne.services.audit import Author
from campagne.services.regional import releases, writing
from campagne.store.database import Database
from campagne.store.tables import BroadcastRow, ContactRoleRow, ContactRow, DeliveryRow, StepRow
from tests.small_region import load_world
from tests.soak.harness import Outbox, Plan, recipient
from tests.soak.working import FastClock

_LINKS = Links("https://campagne.example.nl", "s" * 32)
_BY = Author("Leiden", "leiden-centrum")
# By the clock of the workers: a second for whoever waits.
_SOON = timedelta(minutes=1)


class Broadcasts(Outbox):
    """An outbox that is filled by broadcasts: each to a region with very many people.

    Args:
        database: an empty one.
        clock: that of the workers.
        plan: `mails` people get each of them.
    """

    def __init__(self, database: Database, clock: FastClock, plan: Plan) -> None:
        super().__init__(database, clock, plan)
        self._people = plan.mails
        self._mails = Mails(resources.folder("templates") / "mail", sender="c@example.nl")
        load_world(database)
        with database.session() as session:
            session.execute(delete(StepRow))  # else each of them is reminded of everything
            for number in range(1, plan.mails + 1):
                key = f"katwijk-{number}"
                session.add(ContactRow(key=key, name=key, email=recipient(number)))
            session.flush()
            session.add_all(
                ContactRoleRow(
                    contact_key=f"katwijk-{number}", role=Role.POLICY, municipality_key="katwijk"
                )
                for number in range(1, plan.mails + 1)
            )

    def fill(self, count: int) -> None:
        """Let one more broadcast go by itself: a worker releases it."""
        del count
        now = self._clock.now()
        given: dict[str, Any] = {
            "now": now,
            "today": local_day(now),
            "links": _LINKS,
            "mails": self._mails,
        }
        with self._database.session() as session:
            number = writing.new(
                session,
                edition_key="orange-the-world-2026",
                region_key="holland-rijnland",
                author_key=None,
                answer_by=None,
                **given,
            )
            releases.schedule(session, number, now + _SOON, by=_BY, again=True, **given)
        self.filled += self._people

    def keep_full(self) -> None:
        """See to it that mails are made or sent whenever somebody is killed."""
        if not self._is_making():
            super().keep_full()

    def is_settled(self) -> bool:
        """Say whether all mails are made, and nothing will change any more by itself."""
        return not self._is_making() and super().is_settled()

    def check(self) -> None:
        """Fail unless each broadcast has one mail for each who was to get it.

        Whose address was refused in one broadcast may be left out of the next.
        """
        people = {f"katwijk-{number}" for number in range(1, self._people + 1)}
        reached = {one for one in people if not recipient(int(one[8:])).startswith("weg")}
        with self._database.read() as session:
            numbers = session.exec(select(BroadcastRow.id)).all()
            mails = Counter(
                session.exec(
                    select(
                        col(DeliveryRow.broadcast_id),
                        col(DeliveryRow.contact_key),
                        col(DeliveryRow.municipality_key),
                    ).where(col(DeliveryRow.broadcast_id).is_not(None))
                )
            )
            hindered = session.exec(select(BroadcastRow).where(BroadcastRow.hindrance != "")).all()
        assert not hindered, [one.hindrance for one in hindered]
        assert set(mails.values()) == {1}, mails.most_common(3)
        for number in numbers:
            got = {contact for broadcast, contact, _ in mails if broadcast == number}
            missing = (people if number == 1 else reached) - got
            assert not missing, (number, missing)

    def _is_making(self) -> bool:
        unfinished = col(BroadcastRow.to_make) | col(BroadcastRow.released_at).is_(None)
        with self._database.read() as session:
            return (
                session.exec(select(BroadcastRow.id).where(unfinished).limit(1)).first() is not None
            )
