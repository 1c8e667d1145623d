"""What a contact wants to get, when, and who stands in during an absence."""

from enum import StrEnum


class Rhythm(StrEnum):
    """When reminders go: each on its day, or one digest a week."""

    AT_ONCE = "at_once"
    WEEKLY = "weekly"
