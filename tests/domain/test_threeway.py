"""Every case of the comparison of files, what was applied, and what is stored."""

from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from campagne.domain.threeway import Decision, Item, Outcome, merge

ITEM = Item("campaign", "orange-the-world")


def _of(fields: dict[str, Any] | None) -> dict[Item, dict[str, Any]]:
    return {} if fields is None else {ITEM: fields}


@pytest.mark.parametrize(
    ("given", "applied", "stored", "expected", "overwritten"),
    [
        ("a", "a", "a", Outcome.SAME, Outcome.SAME),
        ("b", "a", "b", Outcome.SAME, Outcome.SAME),  # both changed it to the same
        ("b", "a", "a", Outcome.TAKE, Outcome.TAKE),
        ("a", "a", "b", Outcome.KEEP, Outcome.KEEP),
        ("b", "a", "c", Outcome.CONFLICT, Outcome.TAKE),
        (None, "a", "a", Outcome.TAKE, Outcome.TAKE),  # emptied in the files
        (None, "a", "b", Outcome.CONFLICT, Outcome.TAKE),
        ("a", "a", None, Outcome.KEEP, Outcome.KEEP),  # emptied by people
        ("b", "a", None, Outcome.CONFLICT, Outcome.TAKE),
        ([1, {"x": 2}], [1, {"x": 2}], [1, {"x": 2}], Outcome.SAME, Outcome.SAME),
        ([1, {"x": 3}], [1, {"x": 2}], [1, {"x": 2}], Outcome.TAKE, Outcome.TAKE),
        (True, False, False, Outcome.TAKE, Outcome.TAKE),
    ],
)
def test_a_field(
    given: Any, applied: Any, stored: Any, expected: Outcome, overwritten: Outcome
) -> None:
    items = _of({"name": given}), _of({"name": applied}), _of({"name": stored})
    assert merge(*items) == [Decision(ITEM, "name", expected, stored, given)]
    assert merge(*items, overwrite=True) == [Decision(ITEM, "name", overwritten, stored, given)]


@pytest.mark.parametrize(
    ("given", "applied", "stored", "expected", "overwritten"),
    [
        ({"name": "a"}, None, None, Outcome.ADD, Outcome.ADD),
        ({"name": "a"}, {"name": "a"}, None, Outcome.KEEP, Outcome.KEEP),  # removed by people
        ({"name": "b"}, {"name": "a"}, None, Outcome.CONFLICT, Outcome.ADD),
        (None, {"name": "a"}, {"name": "a"}, Outcome.GONE, Outcome.GONE),
        (None, {"name": "a"}, {"name": "b"}, Outcome.GONE, Outcome.GONE),
        (None, {"name": "a"}, None, None, None),  # gone everywhere
        (None, None, {"name": "a"}, None, None),  # made by people, no concern of the files
    ],
)
def test_an_item_as_a_whole(
    given: dict[str, Any] | None,
    applied: dict[str, Any] | None,
    stored: dict[str, Any] | None,
    expected: Outcome | None,
    overwritten: Outcome | None,
) -> None:
    for overwrite, outcome in [(False, expected), (True, overwritten)]:
        found = merge(_of(given), _of(applied), _of(stored), overwrite=overwrite)
        assert found == ([] if outcome is None else [Decision(ITEM, "", outcome)])


@pytest.mark.parametrize(
    ("given", "applied", "stored", "expected"),
    [
        # never applied, but there: the same is fine, another value is somebody's
        ({"name": "a"}, None, {"name": "a"}, {"name": Outcome.SAME}),
        ({"name": "b"}, None, {"name": "a"}, {"name": Outcome.CONFLICT}),
        ({"name": "b"}, None, {"name": None}, {"name": Outcome.TAKE}),
        # a field that the files name for the first time, or no longer
        ({"x": 1, "y": 2}, {"x": 1}, {"x": 1}, {"x": Outcome.SAME, "y": Outcome.TAKE}),
        ({"x": 1}, {"x": 1, "y": 2}, {"x": 1, "y": 2}, {"x": Outcome.SAME, "y": Outcome.TAKE}),
        ({"x": 1}, {"x": 1, "y": 2}, {"x": 1, "y": 3}, {"x": Outcome.SAME, "y": Outcome.CONFLICT}),
        # a field that only people know
        ({"x": 1}, {"x": 1}, {"x": 1, "y": 3}, {"x": Outcome.SAME}),
    ],
)
def test_fields_of_one_item(
    given: dict[str, Any],
    applied: dict[str, Any] | None,
    stored: dict[str, Any],
    expected: dict[str, Outcome],
) -> None:
    found = merge(_of(given), _of(applied), _of(stored))
    assert {one.field: one.outcome for one in found} == expected


def test_the_order_is_that_of_the_files_then_what_is_gone() -> None:
    a, b, c = Item("region", "a"), Item("campaign", "b"), Item("region", "c")
    found = merge({b: {}, a: {"x": 1}}, {c: {}}, {c: {}, a: {"x": 1}})
    assert [(one.item, one.outcome) for one in found] == [
        (b, Outcome.ADD),
        (a, Outcome.SAME),
        (c, Outcome.GONE),
    ]


_VALUES = st.one_of(st.none(), st.integers(0, 2))
_FIELDS = st.dictionaries(st.sampled_from("xy"), _VALUES, max_size=2)
_ITEMS = st.dictionaries(st.builds(Item, st.just("k"), st.sampled_from("ab")), _FIELDS, max_size=2)


@drawn(_ITEMS, _ITEMS, _ITEMS, st.booleans())
def test_nothing_is_left_to_take_once_it_was_taken(
    given: dict[Item, dict[str, Any]],
    applied: dict[Item, dict[str, Any]],
    stored: dict[Item, dict[str, Any]],
    overwrite: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    after_applied = {item: dict(fields) for item, fields in applied.items()}
    after_stored = {item: dict(fields) for item, fields in stored.items()}
    for one in merge(given, applied, stored, overwrite=overwrite):
        if one.outcome is Outcome.ADD:
            after_stored[one.item] = dict(given[one.item])
            after_applied[one.item] = dict(given[one.item])
        elif one.outcome in {Outcome.SAME, Outcome.TAKE}:
            after_stored[one.item][one.field] = one.given
            after_applied.setdefault(one.item, {})[one.field] = one.given
    again = merge(given, after_applied, after_stored, overwrite=overwrite)
    assert {one.outcome for one in again} <= {
        *(Outcome.SAME, Outcome.KEEP, Outcome.CONFLICT, Outcome.GONE)
    }
    if overwrite:
        assert Outcome.CONFLICT not in {one.outcome for one in again}
