"""A plan is arithmetic on unit costs: each figure follows its formula, and every number can be replaced."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.errors import PalateError
from palate.planning import Demand, Line, Size, plan, require_memory, unit_costs
from palate.planning.held import GIB
from palate.planning.plan import is_beyond

LARGE = Demand(users=1e8, items=1e7, events_per_day=1e9, lists_per_second=1e4)


def line(lines: list[Line], name: str) -> Line:
    return next(line for line in lines if line.name == name)


def test_hours_of_preparing_follow_their_formula() -> None:
    costs = unit_costs().changed(["row_s=1e-5", "train_days=30"])
    assert line(plan(LARGE, costs), "prepare").value == pytest.approx(2 * 1e-5 * 30e9 / 3600)


def test_money_of_a_retrain_is_its_core_hours_by_their_price() -> None:
    lines = plan(LARGE, unit_costs().changed(["core_hour_price=0.5"]))
    assert line(lines, "a retrain").value == pytest.approx(0.5 * line(lines, "all stages").value)
    stages = [one.value for one in lines if one.part == "retrain" and one.unit == "core-hours"]
    assert sum(stages[:-1]) == pytest.approx(stages[-1])


def test_the_user_table_takes_what_its_format_takes() -> None:
    costs = unit_costs().changed(["train_days=2"])
    table = line(plan(LARGE, costs), "user table on the disk of each gateway")
    assert table.value == pytest.approx((56 * 1e8 + 20 * 2e9) / GIB)


def test_what_no_node_can_hold_is_told_with_the_setting_to_change() -> None:
    costs = unit_costs()
    beyond = [one for one in plan(LARGE, costs) if is_beyond(one, costs)]
    assert [one.setting for one in beyond] == ["baselines.methods without ials"]
    larger = costs.changed(["node_gib=1024"])
    assert not any(is_beyond(one, larger) for one in plan(LARGE, larger))


@given(
    users=st.integers(1, 10**9),
    items=st.integers(1, 10**8),
    events=st.integers(1, 10**10),
    lists=st.integers(1, 10**6),
)
def test_twice_the_lists_and_events_never_take_less(users: int, items: int, events: int, lists: int) -> None:
    once = plan(Demand(users, items, events, lists), unit_costs())
    twice = plan(Demand(users, items, 2 * events, 2 * lists), unit_costs())
    for first, second in zip(once, twice, strict=True):
        assert first.name == second.name
        assert first.value > 0
        if first.unit != "money":
            assert second.value >= first.value


def test_every_number_says_where_it_comes_from() -> None:
    for name, cost in unit_costs().all.items():
        assert cost.value > 0, name
        assert cost.unit, name
        assert cost.where, name


@pytest.mark.parametrize("word", ["row_s", "row_s=", "row_s=0", "row_s=-1", "row_s=inf", "row_s=fast"])
def test_a_cost_that_is_no_number_above_zero_is_refused(word: str) -> None:
    with pytest.raises(PalateError, match="row_s is to be a number above 0"):
        unit_costs().changed([word])


def test_an_unknown_cost_is_refused_with_the_nearest_there_is() -> None:
    with pytest.raises(PalateError, match="did you mean node_cores"):
        unit_costs().changed(["node_core=4"])


def test_a_demand_of_nothing_is_refused() -> None:
    with pytest.raises(PalateError, match="items is to be above 0"):
        plan(LARGE._replace(items=0), unit_costs())


def test_a_method_that_no_machine_can_hold_is_refused_with_the_setting_to_change() -> None:
    size = Size(users=1e8, items=1e7, events=30e9)
    with pytest.raises(PalateError, match=r"ials .* hold 473.3 GiB .*baselines.methods"):
        require_memory(["popularity", "ials"], size, factors=64, memory=64 * GIB)
    require_memory(["popularity", "item-knn"], size, factors=64, memory=64 * GIB)
    require_memory(["ials", "user-knn"], size, factors=64, memory=512 * GIB)
