"""What a calendar shows of a step of the playbook: whose it is, on which day, in which words.

Pure: everything is an argument. In the calendar of a role a step stands once for its gemeente; in
that of a person once for all gemeenten that this person does it for.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, NamedTuple

from campagne.domain import dutch
from campagne.domain.contacts import Contact
from campagne.domain.dates import Span
from campagne.domain.doers import Crew
from campagne.domain.playbook import Role
from campagne.domain.preferences import EVERYTHING
from campagne.domain.reminders import AgendaItem, Answer, Situation, StepStatus, agenda
from campagne.domain.rota import Campaign, Edition, EditionStatus, concerns
from campagne.domain.words import word
from campagne.services.publishing.feed_content import Known, Shown, fingerprint, title_of

_A_NAME = "\0"  # stands nowhere else: control characters are taken out of what people write
_PREFIX = {
    StepStatus.OPEN: "",
    StepStatus.DONE: "GEDAAN: ",
    StepStatus.SKIPPED: "OVERGESLAGEN: ",
}


class DatedStep(NamedTuple):
    """A step that falls for a gemeente, and what the gemeente did with it."""

    item: AgendaItem
    status: StepStatus


class StepKey(NamedTuple):
    """What makes an event of a step the same event for ever.

    Attributes:
        holder: whose calendar it is in, as `of_place` and `of_contact` write it.
    """

    holder: str
    edition: str
    step: str


def of_place(key: str) -> str:
    """Return how a gemeente stands in a `StepKey`."""
    return f"gemeente/{key}"


def of_contact(key: str) -> str:
    """Return how a contact stands in a `StepKey`."""
    return f"contact/{key}"


class StepBook:
    """Every step that falls, read once, to be asked for by gemeente and by person.

    Args:
        known: the situation, of all editions or some of them.
        statuses: what was done per (edition, step, gemeente); open where it is not in it.
        places: keys of the only gemeenten to look at; None for all.
    """

    def __init__(
        self,
        known: Situation,
        statuses: Mapping[tuple[str, str, str], StepStatus],
        places: AbstractSet[str] | None = None,
    ) -> None:
        self._known = known
        self._crew = Crew.of(known.contacts)
        self._words: dict[tuple[str, str], _Words] = {}
        self._places: dict[str, list[DatedStep]] = {}
        for item in agenda(known, places):
            dated = DatedStep(item, statuses.get(item.about, StepStatus.OPEN))
            self._places.setdefault(item.municipality.key, []).append(dated)

    def fingerprints(self) -> Iterator[tuple[StepKey, str]]:
        """Yield every step of every gemeente, with the fingerprint of what its calendar shows.

        In a national year there are tens of thousands, and most are what hundreds of other
        gemeenten see, but for a name: the words around it are made once.
        """
        around: dict[tuple[Any, ...], list[str]] = {}
        for place, found in self._places.items():
            holder = of_place(place)
            name = json.dumps(self._known.municipalities[place].name)[1:-1]
            for one in found:
                item = one.item
                key = StepKey(holder, item.edition.key, item.step.key)
                alike = (key.edition, key.step, one.status, item.due_on, item.due.remarks)
                if alike not in around:
                    around[alike] = self._around_name(one)
                yield key, fingerprint(name.join(around[alike]))

    def _around_name(self, one: DatedStep) -> list[str]:
        nameless = replace(one.item, municipality=replace(one.item.municipality, name=_A_NAME))
        ((_, look),) = self._shown("", [DatedStep(nameless, one.status)])
        return look.text.split(json.dumps(_A_NAME)[1:-1])

    def place(self, key: str, role: Role) -> Iterator[tuple[StepKey, Shown]]:
        """Yield the steps of a role in a gemeente."""
        found = (one for one in self._places.get(key, ()) if one.item.step.role is role)
        return self._shown(of_place(key), found)

    def contact(self, one: Contact) -> Iterator[tuple[StepKey, Shown]]:
        """Yield what somebody has to do: the steps of their role, and what they took over.

        Not of a campaign that they do without. That they get no mail at all says nothing here: a
        calendar may well take its place.
        """
        muted = self._known.preferences.get(one.key, EVERYTHING).muted
        found = (
            dated
            for place in sorted({place for _, place in one.assignments})
            for dated in self._places.get(place, ())
            if (dated.item.edition.campaign, dated.item.step.role) not in muted
            and one.key in self._doers(dated.item)
        )
        return self._shown(of_contact(one.key), found)

    def editions(self, one: Contact, known: Known) -> list[Edition]:
        """Return the editions that concern the gemeenten of somebody, each once.

        Not those of which all of them said that they do not join, nor those of a campaign that
        this person does without in every role.

        Args:
            one: who.
            known: all that a feed can show: a campaign that was removed is off there, not gone.
        """
        answers = self._known.answers
        muted = self._known.preferences.get(one.key, EVERYTHING).muted
        places = {place: known.municipalities[place] for _, place in one.assignments}
        roles = {role for role, _ in one.assignments}
        return [
            edition
            for edition in known.editions.values()
            if any((edition.campaign, role) not in muted for role in roles)
            and any(
                concerns(known.campaigns[edition.campaign], place, known.regions)
                and place.exists_on(edition.span.first)
                and answers.get((edition.key, key)) is not Answer.DECLINE
                for key, place in places.items()
            )
        ]

    def _doers(self, item: AgendaItem) -> Sequence[str]:
        taker = self._known.handed_over.get(item.about)
        return self._crew.doers(item.step.role, item.municipality.key, taker)

    def _shown(self, holder: str, found: Iterable[DatedStep]) -> Iterator[tuple[StepKey, Shown]]:
        grouped: dict[StepKey, list[DatedStep]] = {}
        for one in found:
            key = StepKey(holder, one.item.edition.key, one.item.step.key)
            grouped.setdefault(key, []).append(one)
        for key, steps in grouped.items():
            about = (key.edition, key.step)
            if about not in self._words:
                item = steps[0].item
                self._words[about] = _words(item, self._known.campaigns[item.edition.campaign])
            yield key, _shown(steps, self._words[about])


class _Words(NamedTuple):
    """What is said of a step of an edition, whoever does it."""

    title: str
    before: str
    after: str


def _words(item: AgendaItem, campaign: Campaign) -> _Words:
    edition, step = item.edition, item.step
    before = f"{' '.join(step.what.split())}\n\n"
    if edition.status is EditionStatus.PROVISIONAL:
        wait = " Wacht met deze stap tot de datum vaststaat." if step.resident_facing else ""
        before = f"De datum van de campagne is voorlopig.{wait}\n\n{before}"
    return _Words(
        title_of(f"{step.title} ({campaign.name})", edition.status),
        before,
        f"Voor: {word(step.role)}\nCampagne: {campaign.name}, {dutch.period(edition.span)}",
    )


def _shown(steps: Sequence[DatedStep], words: _Words) -> Shown:
    """Return what a calendar shows of one step of one edition, for one or more gemeenten.

    It stands on the first day on which it is still to be done for some gemeente; once it is done
    for all, on the last.
    """
    waiting = [one.item.due_on for one in steps if one.status is StepStatus.OPEN]
    day = min(waiting) if waiting else max(one.item.due_on for one in steps)
    skipped = all(one.status is StepStatus.SKIPPED for one in steps)
    status = StepStatus.OPEN if waiting else StepStatus.SKIPPED if skipped else StepStatus.DONE
    lines = "".join(f"{line}\n" for line in _lines(steps))
    return Shown(
        title=_PREFIX[status] + words.title,
        description=f"{words.before}{lines}{words.after}",
        span=Span(day, day),
        status=steps[0].item.edition.status,
        categories=("Stap",) if waiting else ("Stap", "Gedaan"),
        settled=not waiting,
    )


def _lines(steps: Sequence[DatedStep]) -> Iterator[str]:
    """Yield the days; most often all gemeenten of somebody have the same, which is said once."""
    by_state: dict[str, list[str]] = {}
    for one in sorted(steps, key=lambda one: one.item.municipality.name):
        by_state.setdefault(_state(one), []).append(one.item.municipality.name)
    for state, names in by_state.items():
        yield f"{dutch.join(names)}: {state}"
    for remark in dict.fromkeys(remark for one in steps for remark in one.item.due.remarks):
        yield f"Let op: {remark}"


def _state(one: DatedStep) -> str:
    if one.status is StepStatus.OPEN:
        return f"uiterlijk {dutch.day(one.item.due_on)}"
    return word(one.status)
