"""Capacity planning: nodes, memory, hours and money of a deployment, out of measured unit costs."""

from palate.planning.costs import Costs, UnitCost, unit_costs
from palate.planning.held import Size, require_memory
from palate.planning.plan import Demand, Line, plan

__all__ = ["Costs", "Demand", "Line", "Size", "UnitCost", "plan", "require_memory", "unit_costs"]
