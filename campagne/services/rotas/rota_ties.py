"""What is decided together: the status of an edition with its dates, an agreement with its year."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from campagne.domain.rota import Agreement, EditionStatus
from campagne.domain.threeway import Decision, Item, Outcome
from campagne.services.rotas.rota_items import AGREEMENT, CONTENT, SPAN

_WITH_DATES = {"status", "source", "checked_on"}
_OURS = {Outcome.KEEP, Outcome.CONFLICT}


def with_their_dates(decisions: Sequence[Decision]) -> list[Decision]:
    """Let status and source of an edition go with the dates that they were given for.

    Dates that come in from the files are not confirmed because a person confirmed others, and the
    files do not confirm the dates that a person chose. Nor do they undo a cancellation, of which
    they cannot speak.
    """
    spans = {one.item: one.outcome for one in decisions if one.field == SPAN}
    settled = []
    for one in decisions:
        outcome = one.outcome
        if one.field in _WITH_DATES and outcome is not Outcome.SAME:
            if one.stored == EditionStatus.CANCELLED:
                outcome = Outcome.KEEP
            elif spans[one.item] is Outcome.TAKE:
                outcome = Outcome.TAKE
            elif spans[one.item] is not Outcome.SAME:
                outcome = Outcome.KEEP
        settled.append(replace(one, outcome=outcome))
    return settled


def with_their_content(decisions: Sequence[Decision]) -> list[Decision]:
    """Let what a gemeente says of a year of the rota go with the content that it said it of.

    Other content from the files voids what people said of the old: a gemeente that agreed is asked
    again, one that does something else only about another campaign. Nor does a gemeente agree to
    what people made of a year because the files say so of what stands there. Where nobody said
    anything of the same content the files may.
    """
    content: dict[Item, dict[str, Outcome]] = defaultdict(dict)
    for one in decisions:
        if one.item.kind == "rota_entry" and one.field in CONTENT:
            content[one.item][one.field] = one.outcome
    return [replace(one, outcome=_settled(one, content[one.item])) for one in decisions]


def _settled(one: Decision, content: dict[str, Outcome]) -> Outcome:
    if not one.field.startswith(AGREEMENT):
        return one.outcome
    is_ours = not _OURS.isdisjoint(content.values())
    if Outcome.TAKE in content.values():
        other_campaign = content["campaign_key"] is Outcome.TAKE
        if one.outcome in _OURS and (other_campaign or one.stored != Agreement.DIFFERS):
            return Outcome.TAKE
    elif one.outcome is Outcome.TAKE and is_ours:
        return Outcome.KEEP
    elif one.outcome is Outcome.CONFLICT and one.stored == Agreement.PROPOSED and not is_ours:
        return Outcome.TAKE
    return one.outcome
