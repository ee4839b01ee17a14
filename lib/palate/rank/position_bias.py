"""Position bias: what an event weighs that came from a place which is seldom looked at (inverse propensity).

An event at place p has the weight attention_1 / attention_p, so that each place counts as if it were looked
at like the first: Joachims, Swaminathan and Schnabel, "Unbiased Learning-to-Rank with Biased Feedback", WSDM
2017. The weights of the conditional logit's likelihood are those of the softmax loss of Ai, Bi, Luo, Guo and
Croft, "Unbiased Learning to Rank with Unbiased Propensity Estimation", SIGIR 2018. Clipping bounds the noise
of the lowest places for a little bias.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from palate.config import PositionBiasConfig
from palate.rank.examples import Case
from palate.schema import ITEM, PLACE, TIME, USER


def place_weight(place: int, config: PositionBiasConfig) -> float:
    """What an event at this place, from 1, weighs."""
    attention = config.attention
    return min(config.clip, attention[0] / attention[min(place, len(attention)) - 1])


def weighed_cases(
    cases: Sequence[Case], shown: Iterable[pa.Table], items: Sequence[str], config: PositionBiasConfig
) -> list[Case]:
    """The cases, those whose event came from a list weighed by its place.

    `shown` are tables of `SHOWN_PLACES_SCHEMA`, of which only the rows of these users are held, and `items`
    the ids of the catalogue in the order of their indices.
    """
    places = _places(cases, shown)
    found = [places.get((case.user, items[case.target], case.time)) for case in cases]
    return [
        case if place is None else case._replace(weight=place_weight(place, config))
        for case, place in zip(cases, found, strict=True)
    ]


def _places(cases: Sequence[Case], shown: Iterable[pa.Table]) -> dict[tuple[str, str, int], int]:
    """The place of each event by user, item and time."""
    users = pa.array([case.user for case in cases], pa.string())
    places: dict[tuple[str, str, int], int] = {}
    for table in shown:
        rows = table.filter(pc.is_in(table[USER], value_set=users))
        columns = (rows[name].to_pylist() for name in (USER, ITEM, TIME, PLACE))
        places |= {(user, item, time): place for user, item, time, place in zip(*columns, strict=True)}
    return places
