"""The mails about gemeenten that do not answer: one to who was asked, then one to a colleague."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from campagne.clock import local_day
from campagne.domain import dutch
from campagne.domain.delivery import Message, MessageKind
from campagne.domain.preferences import MailList
from campagne.domain.rota import EditionStatus
from campagne.domain.silence import ChaseLevel
from campagne.errors import InvalidInputError
from campagne.messages import Mails
from campagne.regional_contexts import SilenceContext
from campagne.services.access import Links
from campagne.services.planning.personal_mails import QueueReport, mail_key, queue_each
from campagne.services.readers import Reader, deputies
from campagne.services.regional import broadcast_mails, senders, silence
from campagne.services.regional.silence import Due
from campagne.store import queries
from campagne.store.tables import ChaseRow

_PEOPLE = 25  # in one call, so that no transaction lasts long
_TEMPLATE = "nog-geen-antwoord"


def queue_due(
    session: Session,
    *,
    mails: Mails,
    links: Links,
    now: datetime,
    today: date,
    skip: Collection[str] = (),
) -> QueueReport:
    """Render and freeze the mails about silences, one to each person about a broadcast.

    Call `silence.recall` first. Args and return value: as `reminder_mails.queue_due`.
    """
    found = silence.due(session, today)
    waiting = _first_mail([one for one in found if one.contact.key not in skip])
    if not waiting:
        return QueueReport()
    writer = _Writer(session, mails, links, now)
    stand_ins = deputies(session, MailList.BROADCASTS, today)

    def make(_: str, rows: Sequence[Due]) -> Message:
        return writer.mail(Reader(rows[0].contact, rows[0].contact), rows)

    def copy(key: str, rows: Sequence[Due]) -> tuple[str, Message] | None:
        reader = stand_ins.get(key)
        return None if reader is None else (reader.contact.key, writer.mail(reader, rows))

    def settle(rows: Sequence[Due], delivery_id: int) -> None:
        for one in rows:
            row = one.row or ChaseRow(
                broadcast_id=broadcast_mails.number(one.silent.broadcast),
                municipality_key=one.silent.municipality.key,
                contact_key=one.contact.key,
                level=one.level,
                deadline=one.silent.deadline,
                told_on=today,
                delivery_id=delivery_id,
            )
            row.recalled, row.delivery_id = one.number, delivery_id
            session.add(row)
        session.flush()

    report = queue_each(
        session,
        waiting,
        make=make,
        useful_until=lambda rows: rows[0].silent.edition.span.first - timedelta(days=1),
        settle=settle,
        now=now,
        copy=copy,
        edition=lambda rows: rows[0].silent.edition,
    )
    return replace(report, reminders=0)


def _first_mail(found: Sequence[Due]) -> Mapping[str, Sequence[Due]]:
    """Return per person what stands in their first mail; the next call makes the next one."""
    first: dict[str, list[Due]] = {}
    for one in found:
        rows = first.setdefault(one.contact.key, [one])
        if rows[0] is not one and one.mail == rows[0].mail:
            rows.append(one)
    return dict(list(first.items())[:_PEOPLE])


class _Writer:
    """Writes these mails, read in one transaction."""

    def __init__(self, session: Session, mails: Mails, links: Links, now: datetime) -> None:
        self._session, self._mails, self._links, self._now = session, mails, links, now
        self._campaigns = queries.campaigns(session)
        self._places = queries.municipalities(session)

    def mail(self, reader: Reader, rows: Sequence[Due]) -> Message:
        """Return the mail to one reader about one broadcast."""
        about, row = rows[0].silent, rows[0].silent.broadcast
        number, edition = broadcast_mails.number(row), about.edition
        places = [one.silent.municipality for one in rows]
        try:
            author = senders.author_of(self._session, row)
        except InvalidInputError:
            author = None  # left since: the mail goes all the same
        asked = {who.name for one in rows for who in one.silent.asked}
        context = SilenceContext(
            name=reader.contact.name,
            municipalities=dutch.join([one.name for one in places]),
            several=len(places) > 1,
            campaign=self._campaigns[edition.campaign].name,
            period=dutch.period(edition.span),
            provisional=edition.status is EditionStatus.PROVISIONAL,
            asked_on=dutch.day(local_day(row.released_at or row.created_at)),
            answer_by=dutch.day(about.deadline),
            later=about.deadline != row.answer_by,
            colleagues=(dutch.join(sorted(asked)) or "een collega")
            if rows[0].level is ChaseLevel.COLLEAGUE
            else "",
            answer_url=self._links.answer(number, places[0].key, [one.key for one in places[1:]]),
            edition_url=self._links.edition(
                edition.key, places[0].key if len(places) == 1 else None
            ),
            author_name=author.name if author else "",
            author_municipality=self._places[row.centre_key].name,
            author_phone=author.phone if author else "",
            copy_note=reader.copy_note,
            preferences_url=self._links.preferences(
                reader.contact.key, MailList.BROADCASTS, local_day(self._now)
            ),
        )
        parts = [
            f"{number}/{one.silent.municipality.key}/{one.level}/{one.silent.deadline}/{one.number}"
            for one in rows
        ]
        return self._mails.compose(
            _TEMPLATE,
            context,
            kind=MessageKind.SILENCE,
            key=reader.key(mail_key(_TEMPLATE, reader.of.key, parts)),
            recipient=reader.contact.email,
            recipient_name=reader.contact.name,
            date=self._now,
            reply_to=author.email if author else None,
            unsubscribe_url=context.preferences_url,
        )
