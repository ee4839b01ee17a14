"""The report page: whole, self-contained, and safe with whatever text the data holds."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from palate.evaluate.report import ReportData, StageCost, UserExample, render_report
from palate.evaluate.summary import TABLE_METRICS, metric_key

NASTY = "</script><script>alert('x')</script>"


def report_data() -> ReportData:
    keys = [metric_key(name, 10) for name in TABLE_METRICS]
    methods = {name: dict.fromkeys(keys, value) for name, value in ((NASTY, 0.2), ("popularity", 0.1))}
    segment = {"users": 7, "methods": methods}
    return ReportData(
        metrics={
            "dataset": f"films {NASTY}",
            "split": "leave-one-out",
            "part": "test",
            "k": 10,
            "users": 7,
            "items": 12,
            "methods": methods,
            "intervals": {name: {"ndcg@10": [0.05, 0.25]} for name in methods},
            "segments": {"short-history": segment, "6-10": segment},
            "validation": methods,
            "selected": NASTY,
            "cold": {"cold_items": 3, "recall@10": 0.5, "ratio": 6.5, "methods": {NASTY: {"recall@10": 0.5}}},
        },
        lorenz={name: [point / 100 for point in range(101)] for name in methods},
        summary={"users": 7, "quarantined": {NASTY: 2}},
        training_curve=[0.1, 0.2, 0.15],
        examples=[UserExample(NASTY, 3, [NASTY], [NASTY], [NASTY], [1])],
        stages=[StageCost("prepare", 1.5, 10, 8, 2, 2**30)],
        config=f"run: {NASTY}",
    )


class Page(HTMLParser):
    """The elements of a page, and the text of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[str] = []
        self.inside: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.scripts += [""] if tag == "script" else []
        named = dict(attrs)
        self.links += [named[name] or "" for name in ("src", "href") if name in named]
        self.ids += [named["id"] or ""] if "id" in named else []

    def handle_endtag(self, tag: str) -> None:
        self.inside = None

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts[-1] += data
        if self.inside == "h2":
            self.headings.append(data)


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(render_report(report_data()))


def test_every_section_is_there(page: Page) -> None:
    wanted = ["Methods", "Beyond accuracy", "For whom", "Items that no one has touched", "1 users", "The run"]
    assert page.headings == wanted


def test_text_from_the_data_never_becomes_a_script(page: Page) -> None:
    assert not [script for script in page.scripts if script.startswith("alert")]


def test_every_figure_is_valid_json_with_data(page: Page) -> None:
    figures = [json.loads(script) for script in page.scripts if script.startswith("{")]
    assert len(figures) == 6
    assert all(figure["data"] for figure in figures)


def test_the_page_loads_nothing_from_elsewhere(page: Page) -> None:
    assert page.links
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)


def test_plotly_is_inlined_once() -> None:
    assert len(re.findall(r"\* plotly\.js v", render_report(report_data()))) == 1


def test_what_is_not_known_is_left_out() -> None:
    full = report_data()
    bare = ReportData(
        metrics={
            **full.metrics,
            "cold": {},
            "segments": {},
            "intervals": {name: {} for name in full.metrics["methods"]},
        }
    )
    assert Page(render_report(bare)).headings == ["Methods", "Beyond accuracy", "For whom", "The run"]
