"""What something costs to make, by its bill of materials."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from models.bills import ALL, Parts, from_the_top
from models.catalog import Described
from models.quantities import ONE


@dataclass(frozen=True, slots=True)
class Cost:
    """What one unit costs to make, by currency in exact minor units, and of how many components nobody knows the cost."""

    by_currency: Mapping[str, Fraction]
    unknown: int


def cost_of(parts: Parts, goods: Mapping[int, Described], variant_id: int) -> Cost:
    """What one unit of something costs by its bill, over all levels: what its components cost, scrap included.

    What has a bill of its own costs what that says. Amounts of different currencies are never added up.
    """
    amounts = defaultdict[int, Fraction](Fraction)
    amounts[variant_id] = Fraction(1)
    for made_id, of in from_the_top(parts).items():
        amount = amounts.pop(made_id, Fraction(0))
        for part in of if amount else ():
            amounts[part.variant_id] += amount * part.quantity * (ALL + part.scrap) / (ONE * ALL)
    total, unknown = defaultdict[str, Fraction](Fraction), 0
    for one, amount in amounts.items():
        minor, currency = goods[one].cost_minor, goods[one].currency
        if minor is None or currency is None:
            unknown += 1
        else:
            total[currency] += amount * minor
    return Cost(dict(total), unknown)
