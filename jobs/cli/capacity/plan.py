"""`palate plan`: nodes, memory, hours and money of a deployment."""

from __future__ import annotations

from typing import Annotated

import typer

from jobs.cli.options import AsJson, whole_number
from jobs.cli.output import show_json, show_note, show_table


def plan(
    users: Annotated[int, typer.Option(parser=whole_number, metavar="N", help="Users, such as 1e8.")],
    items: Annotated[int, typer.Option(parser=whole_number, metavar="N", help="Items of the catalogue.")],
    events_per_day: Annotated[int, typer.Option(parser=whole_number, metavar="N", help="Events a day.")],
    lists_per_second: Annotated[int, typer.Option(parser=whole_number, metavar="N", help="At the peak.")],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Another unit cost, assumption or price."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Work out nodes, memory, hours and money from measured unit costs, each with its formula.

    [bold]Examples[/bold]

      palate plan --users 1e8 --items 1e7 --events-per-day 1e9 --lists-per-second 1e4
      palate plan --users 1e6 --items 1e5 --events-per-day 1e7 --lists-per-second 100 --set node_cores=8
    """
    from palate.planning import Demand, unit_costs
    from palate.planning import plan as planned
    from palate.planning.plan import is_beyond

    costs = unit_costs().changed(changes or ())
    lines = planned(Demand(users, items, events_per_day, lists_per_second), costs)
    if as_json:
        numbers = {name: cost.model_dump() for name, cost in costs.all.items()}
        show_json({"plan": [line._asdict() for line in lines], "costs": numbers})
        return
    rows = [(line.part, line.name, _short(line.value), line.unit, line.formula) for line in lines]
    show_table("Plan", ("part", "what", "how much", "unit", "formula"), rows)
    told = [
        (name, f"{cost.value:g}", cost.unit, "measured" if cost.is_measured else "assumed", cost.where)
        for name, cost in costs.all.items()
    ]
    show_table("Unit costs (--set NAME=VALUE)", ("name", "value", "unit", "", "where"), told)
    for line in (line for line in lines if is_beyond(line, costs)):
        show_note(
            "beyond a node", f"{line.name} takes {_short(line.value)} {line.unit}; change {line.setting}"
        )


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
