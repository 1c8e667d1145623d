"""What the templates of mails between a centrumgemeente and its region are filled in with."""

from dataclasses import dataclass

from campagne.domain import dutch


@dataclass(frozen=True, slots=True)
class PlaceLinks:
    """Where a gemeente that is asked finds the campaign and its texts."""

    municipality: str
    edition_url: str
    texts_url: str


@dataclass(frozen=True, slots=True)
class BroadcastContext:
    """What the template `regiobericht` is filled in with: one mail to one contact.

    Attributes:
        municipality: the gemeente that is asked; of several, all of them as one phrase.
        links: those of each gemeente; `edition_url` and `texts_url` are those of the first.
        subject / body: of the broadcast; the body is Markdown.
        answer_by: the last day for an answer, written out.
        author_*: who asks, and where to reach this person; the phone may be empty.
        texts: True when texts for residents go along.
        calendar: True when the mail brings a file for a calendar.
        files: what the author added, with its size, as one phrase; may be empty. It can be had by
            `answer_url` too, where a mail came without.
        others: the other gemeenten that the link answers for, as one phrase; may be empty.
        copy_note / preferences_url: as of a reminder.
    """

    name: str
    municipality: str
    campaign: str
    subject: str
    body: str
    answer_by: str
    answer_url: str
    edition_url: str
    texts_url: str
    author_name: str
    author_municipality: str
    author_email: str
    author_phone: str
    region: str
    links: tuple[PlaceLinks, ...]
    texts: bool = False
    calendar: bool = False
    files: str = ""
    others: str = ""
    copy_note: str = ""
    preferences_url: str = ""


@dataclass(frozen=True, slots=True)
class SilenceContext:
    """What the template `nog-geen-antwoord` is filled in with: no answer came to a broadcast.

    Attributes:
        municipalities: those that did not answer, as one phrase; `several` when there is more than
            one.
        asked_on / answer_by: when they were asked, and by when, written out.
        later: True when they said that they would know by `answer_by`.
        colleagues: who was asked, as one phrase, for a reader who was not; else empty.
        author_*: who asks; name and phone may be empty.
        copy_note / preferences_url: as of a reminder.
    """

    name: str
    municipalities: str
    several: bool
    campaign: str
    period: str
    provisional: bool
    asked_on: str
    answer_by: str
    later: bool
    colleagues: str
    answer_url: str
    edition_url: str
    author_name: str
    author_municipality: str
    author_phone: str
    copy_note: str = ""
    preferences_url: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmationContext:
    """What the template `antwoord-bevestiging` is filled in with.

    Attributes:
        answer: ``join``, ``decline`` or ``later``.
        by: who answered, in Dutch, and how the answer came.
        on: the day of the answer, written out.
        answer_url: where the answer can be changed, None for an answer without a broadcast.
        until: of who decides later the day on which it knows, written out; may be empty.
    """

    name: str
    municipality: str
    campaign: str
    period: str
    provisional: bool
    answer: str
    by: str
    on: str
    edition_url: str
    answer_url: str | None
    until: str = ""

    @property
    def runs(self) -> str:
        """The period as it follows a verb: ``van ... tot en met ...``, ``op maandag ...``."""
        return dutch.on_or_from(self.period)
