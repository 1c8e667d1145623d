"""The life of a broadcast: what can be done when, and what an approval is given to."""

from dataclasses import replace
from datetime import date, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.clock import AMSTERDAM
from campagne.domain.broadcasts import (
    ALLOWED,
    BroadcastState,
    Content,
    FourEyes,
    Move,
    after,
    may_move,
    needs_approval,
    next_office_moment,
    now_is,
)
from campagne.domain.enclosures import Enclosure
from campagne.domain.playbook import Role
from campagne.domain.words import WORDS, word
from campagne.domain.workdays import WorkCalendar

CONTENT = Content(
    edition="orange-the-world-2026",
    region="holland-rijnland",
    centre="leiden",
    author="anna",
    subject="Onderwerp",
    body="Tekst",
    answer_by=date(2026, 9, 28),
    places=("katwijk",),
    roles=(Role.POLICY,),
    with_texts=False,
    with_calendar=True,
    follows=None,
    facts="a",
)


@pytest.mark.parametrize(
    ("state", "moves"),
    [
        ("draft", "edit submit schedule release cancel"),
        ("submitted", "edit approve return cancel"),
        ("approved", "edit return schedule release cancel"),
        ("scheduled", "edit schedule unschedule release cancel"),
        ("released", "pause cancel send_rest"),
        ("paused", "resume cancel"),
        ("cancelled", ""),
        ("done", "send_rest"),
    ],
)
def test_what_can_be_done_when(state: str, moves: str) -> None:
    possible = {move.value for move in Move if may_move(BroadcastState(state), move)}
    assert possible == set(moves.split())


def test_every_move_leads_somewhere_and_every_state_has_a_word() -> None:
    assert set(ALLOWED) == set(Move)
    assert {after(move, approved=True) for move in Move} | {BroadcastState.DONE} == set(
        BroadcastState
    )
    assert set(WORDS[BroadcastState]) == set(BroadcastState)


@given(st.lists(st.sampled_from(Move), max_size=12))
def test_nothing_leaves_before_it_was_released_and_nothing_comes_back(moves: list[Move]) -> None:
    state, released, stopped = BroadcastState.DRAFT, False, False
    for move in moves:
        if not may_move(state, move):
            continue
        assert not stopped
        released |= move is Move.RELEASE
        state = after(move, approved=True)
        stopped = state is BroadcastState.CANCELLED
        if state in {BroadcastState.RELEASED, BroadcastState.PAUSED}:
            assert released
        elif released:
            assert stopped, "what was released is never written again"


@pytest.mark.parametrize(("approved", "state"), [(True, "approved"), (False, "draft")])
def test_what_does_not_go_by_itself_any_more(*, approved: bool, state: str) -> None:
    assert after(Move.UNSCHEDULE, approved=approved).value == state


def test_done_is_released_with_nothing_that_waits() -> None:
    assert word(now_is(BroadcastState.RELEASED, waits=False)) == "verstuurd"
    for state, waits in product(BroadcastState, (True, False)):
        if state is not BroadcastState.RELEASED or waits:
            assert now_is(state, waits=waits) is state


@pytest.mark.parametrize(
    ("four_eyes", "with_texts", "needed"),
    [
        ("bij-teksten", True, True),
        ("bij-teksten", False, False),
        ("altijd", False, True),
        ("nooit", True, False),
    ],
)
def test_who_must_look_too(four_eyes: str, *, with_texts: bool, needed: bool) -> None:
    assert needs_approval(FourEyes(four_eyes), with_texts=with_texts, with_files=False) is needed
    assert needs_approval(FourEyes(four_eyes), with_texts=False, with_files=with_texts) is needed


@pytest.mark.parametrize(
    "changed",
    [
        {"edition": "andere-2026"},
        {"region": "hollands-midden"},
        {"centre": "gouda"},
        {"author": "bea"},
        {"subject": "Onderwerp "},
        {"body": "Tekst."},
        {"answer_by": date(2026, 9, 29)},
        {"places": ()},
        {"places": ("katwijk", "lisse")},
        {"roles": (Role.POLICY, Role.COMMUNICATION)},
        {"with_texts": True},
        {"files": (Enclosure("a.pdf", "application/pdf", 1, "d"),)},
        {"with_calendar": False},
        {"follows": 1},
        {"facts": "b"},
    ],
)
def test_an_approval_is_of_every_word_and_reader(changed: dict[str, Any]) -> None:
    assert replace(CONTENT, **changed).digest() != CONTENT.digest()
    assert replace(CONTENT).digest() == CONTENT.digest()


@pytest.mark.parametrize(
    ("at", "next_"),
    [
        ("2026-09-07 08:59", "2026-09-08 09:00"),
        ("2026-09-07 09:00", "2026-09-08 09:00"),
        ("2026-09-07 17:00", "2026-09-08 09:00"),
        ("2026-09-11 12:00", "2026-09-14 09:00"),
        ("2026-09-12 12:00", "2026-09-14 09:00"),
        ("2026-12-24 12:00", "2026-12-28 09:00"),
    ],
)
def test_the_next_moment_at_which_people_are_at_work(at: str, next_: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=AMSTERDAM)
    assert f"{next_office_moment(moment, WorkCalendar()):%Y-%m-%d %H:%M}" == next_
