"""Every state has its word."""

from enum import StrEnum

import pytest

from campagne.domain.delivery import DeliveryState
from campagne.domain.rota import EditionStatus
from campagne.domain.words import WORDS, word


@pytest.mark.parametrize("enum", WORDS, ids=lambda enum: enum.__name__)
def test_every_member_has_a_word(enum: type[StrEnum]) -> None:
    assert set(WORDS[enum]) == set(enum)


def test_members_with_one_value_keep_their_own_words() -> None:
    assert word(EditionStatus.CANCELLED) == "gaat niet door"
    assert word(DeliveryState.CANCELLED) == "ingetrokken"
