"""Evaluation report: one HTML file that needs nothing else, not even a network."""

from palate.evaluate.report.data import ReportData, StageCost
from palate.evaluate.report.examples import UserExample, examples
from palate.evaluate.report.page import render_report

__all__ = ["ReportData", "StageCost", "UserExample", "examples", "render_report"]
