"""The rules of the field: pure functions over frozen dataclasses, with today as an argument."""
