"""What a year of campaigns costs a gemeente, beside the most that its rota allows.

The plan gives a maximum per gemeente and year (`budget_eur` of a `RotaEntry`; EUR 1,000 in the
uitvoeringsplan HLT 2024-2029, maatregel 4) and says that real costs differ by year: more is shown,
never refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from campagne.domain.local_plans import LocalPlan, total
from campagne.domain.regions import Municipality, Region, ancestry
from campagne.domain.rota import RotaEntry


@dataclass(frozen=True, slots=True)
class YearCosts:
    """The costs of a gemeente in a year, in whole euro cents; None while not known.

    Attributes:
        expected / real: the sum of what is known of all editions.
        foreseen: of each edition what it really cost, else what is expected.
        maximum: what the rota allows; None where the gemeente has no rota that year.
    """

    expected: int | None
    real: int | None
    foreseen: int | None
    maximum: int | None

    @property
    def over(self) -> int:
        """How much more it is, or becomes, than the maximum; 0 for not."""
        if self.maximum is None or self.foreseen is None:
            return 0
        return max(0, self.foreseen - self.maximum)

    @property
    def is_known(self) -> bool:
        """True when anything of it is known."""
        return self.foreseen is not None or self.maximum is not None


def year_costs(plans: Iterable[LocalPlan], maximum: int | None) -> YearCosts:
    """Return what the plans of a gemeente in one year cost together.

    Args:
        plans: what it does around each edition of the year.
        maximum: of that year, in euro cents; None for none.
    """
    known = list(plans)
    best = [one.expected_cents if one.real_cents is None else one.real_cents for one in known]
    return YearCosts(
        expected=total([one.expected_cents for one in known]),
        real=total([one.real_cents for one in known]),
        foreseen=total(best),
        maximum=maximum,
    )


def maximum(
    place: Municipality, year: int, rota: Sequence[RotaEntry], regions: Mapping[str, Region]
) -> int | None:
    """Return the most that a gemeente may spend in a year, in euro cents, as its rota says.

    The highest where several groups that it belongs to have one: it is per gemeente and year, not
    per campaign. None where it has none, or does something else than its rota.
    """
    around = ancestry(place.region, regions)
    found = [
        one.budget_eur * 100
        for one in rota
        if one.year == year and one.region in around and one.is_followed_by(place.key)
    ]
    return max(found, default=None)
