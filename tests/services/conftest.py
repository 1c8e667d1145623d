"""A small set of calendar files for the services that apply them."""

from datetime import date
from typing import Any

import pytest

from campagne.domain.contacts import Contact
from campagne.domain.dates import DateRule, FixedDays, RuleKind, Span, WeekContaining
from campagne.domain.playbook import Anchor, LeadTime, Meeting, MeetingSeries, Role, Step, Unit
from campagne.domain.regions import Municipality, Region
from campagne.domain.rota import (
    Agreement,
    Campaign,
    Certainty,
    HelpLine,
    KnownDates,
    Measure,
    RotaEntry,
)
from campagne.rota_files import RotaFiles

ORANGE, WEEK, PUBLIC = "orange-the-world", "week-tegen-kindermishandeling", "publiekscampagne"
OCTOBER = Span(date(2026, 10, 5), date(2026, 10, 18))


def _campaign(key: str, rule: DateRule, **other: Any) -> Campaign:
    return Campaign(
        key=key,
        name=key.replace("-", " ").capitalize(),
        rule=rule,
        rule_text="de regel",
        certainty=Certainty.HIGH,
        organiser="Stichting Voorbeeld",
        source="https://example.org/bron",
        **other,
    )


@pytest.fixture
def files() -> RotaFiles:
    """A small set of calendar files; the region inside stands before the one around it."""
    return RotaFiles(
        regions=(
            Region("bollenstreek", "Bollenstreek", parent="midden"),
            Region("midden", "Midden", centre="katwijk"),
        ),
        municipalities=(
            Municipality("katwijk", "Katwijk", "GM0537", "bollenstreek", source="voorbeeld"),
            Municipality("lisse", "Lisse", "GM0553", "bollenstreek", source="voorbeeld"),
        ),
        campaigns=(
            _campaign(ORANGE, DateRule(RuleKind.FIXED, FixedDays(11, 25, 12, 10))),
            _campaign(WEEK, DateRule(RuleKind.COMPUTED, WeekContaining(11, 20))),
            _campaign(
                PUBLIC,
                DateRule(RuleKind.ANNOUNCED),
                known=(KnownDates(2026, OCTOBER, "een brief"),),
            ),
        ),
        rota=(
            RotaEntry(
                key="bollenstreek-2026",
                region="bollenstreek",
                year=2026,
                campaign=ORANGE,
                theme="veilig thuis",
                plan_period="25 november - 11 december",
                source="het plan",
                lead="katwijk",
                budget_eur=2500,
                agreements=(("katwijk", Agreement.AGREED), ("lisse", Agreement.PROPOSED)),
            ),
        ),
        steps=(
            Step(
                "website",
                "Website",
                "Plaats een bericht.",
                Role.COMMUNICATION,
                LeadTime(2, Unit.WEEKS, Anchor.BEFORE_START),
            ),
        ),
        meetings=(
            MeetingSeries(
                "rbo", "RBO", "elk kwartaal", "agenda", (Meeting("rbo", *[date(2027, 2, 1)] * 2),)
            ),
        ),
        measures=(Measure("borden", "Borden", "midden", (2024, 2026), "Borden.", "het plan"),),
        help_lines=(
            HelpLine(
                "112", "Alarm", "112", "iedereen", "altijd", "gratis", "bron", date(2026, 7, 1)
            ),
        ),
        contacts=(
            Contact(
                "communicatie",
                "Communicatie",
                "communicatie@example.nl",
                assignments=(
                    (Role.COMMUNICATION, "lisse"),
                    (Role.COMMUNICATION, "katwijk"),
                ),
            ),
        ),
    )
