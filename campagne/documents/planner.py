"""What is on the planner of a year, and how it is said in few words."""

from dataclasses import dataclass
from datetime import date

from campagne.domain.dates import MONTHS, Span
from campagne.domain.playbook import Role
from campagne.domain.rota import EditionStatus

# Where the whole word of `domain.words` is too long for a column.
ROLES = {
    Role.COMMUNICATION: "communicatie",
    Role.POLICY: "beleid",
    Role.CENTRE: "centrumgemeente",
    Role.ADMIN: "beheer",
}

_SHORT = {name: "mrt" if name == "maart" else name[:3] for name in MONTHS}


@dataclass(frozen=True, slots=True)
class PlannedCampaign:
    """A campaign on the planner.

    Attributes:
        central: some gemeenten put it central.
        note: more about it in a few words, such as who leads.
    """

    name: str
    span: Span
    status: EditionStatus
    central: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """The last day of a step, for who has this role."""

    on: date
    role: Role
    title: str
    campaign: str


@dataclass(frozen=True, slots=True)
class Planner:
    """What is on the planner of a year.

    Attributes:
        for_whom: name of the gemeente or region; empty for everyone.
        campaigns: those that run in the year, in the order of time.
        steps: those that are due in the year, also of campaigns of the years beside it; in the
            order of time.
        undated: names of the campaigns without a date in that year.
        data_of: the day on which the data were last changed.
        address: where the newest planner is.
    """

    year: int
    for_whom: str
    campaigns: tuple[PlannedCampaign, ...]
    steps: tuple[PlannedStep, ...]
    undated: tuple[str, ...]
    data_of: date
    address: str

    @property
    def title(self) -> str:
        """What stands above it."""
        return f"Campagnes {self.year}" + (f" · {self.for_whom}" if self.for_whom else "")


def described(planner: Planner) -> str:
    """Return the campaigns of a planner in words, for who does not see the picture."""
    told = [f"{one.name}, {period(one.span)}{_suffix(one)}" for one in planner.campaigns]
    return f"{planner.title}. " + ("; ".join(told) + "." if told else "Er staan geen campagnes in.")


def period(span: Span) -> str:
    """Return a span in few words and without its year: ``16 t/m 22 nov``."""
    last = short_day(span.last)
    if span.first == span.last:
        return last
    same = (span.first.year, span.first.month) == (span.last.year, span.last.month)
    return f"{span.first.day if same else short_day(span.first)} t/m {last}"


def marks(one: PlannedCampaign) -> tuple[str, ...]:
    """Return in words what the look of a campaign says."""
    said = {
        EditionStatus.CONFIRMED: (),
        EditionStatus.PROVISIONAL: ("voorlopig",),
        EditionStatus.CANCELLED: ("gaat niet door",),
    }[one.status]
    return (*(("centraal",) if one.central else ()), *said)


def _suffix(one: PlannedCampaign) -> str:
    words = marks(one)
    return f" ({', '.join(words)})" if words else ""


def short_day(on: date) -> str:
    """Return a day in few words: ``16 nov``."""
    return f"{on.day} {_SHORT[MONTHS[on.month - 1]]}"
