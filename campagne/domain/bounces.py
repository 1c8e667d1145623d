"""What a report about an undelivered mail (RFC 3464) means for the mail and for the address."""

from enum import StrEnum


class BounceKind(StrEnum):
    """What came back.

    HARD: the address is wrong or gone, it will never take mail. SOFT: this mail did not arrive,
    another may. DELAYED: the mail server is still trying.
    """

    HARD = "hard"
    SOFT = "soft"
    DELAYED = "delayed"
