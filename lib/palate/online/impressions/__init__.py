"""Impression log: which items were shown to whom, at which place and why; and what came of it."""

from palate.online.impressions.log import ImpressionLog, LogCounts
from palate.online.impressions.shown_list import ShownItem, ShownList, new_list_id
from palate.online.impressions.store import ImpressionStore

__all__ = ["ImpressionLog", "ImpressionStore", "LogCounts", "ShownItem", "ShownList", "new_list_id"]
