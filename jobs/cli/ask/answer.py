"""Answers as a table for people, or as JSON for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.cli.output import show_json, show_table

if TYPE_CHECKING:
    from palate.front_door import ItemExplanation, OpenRelease
    from palate.recommender.recommendations import Recommendation, Recommendations


def show_list(
    release: OpenRelease,
    title: str,
    found: Recommendations,
    as_json: bool = False,
    *,
    reasons: bool = False,
    explanations: list[ItemExplanation] | None = None,
) -> None:
    """Print a list, with `reasons` the items that each is like, with `explanations` a sentence for each."""
    manifest = release.release.manifest
    if as_json:
        items = _told(found, reasons, explanations)
        show_json({"release": manifest.id, "method": manifest.method, "items": items})
        return
    columns: dict[str, list[Any]] = {
        "#": list(range(1, len(found) + 1)),
        "item": [item.item for item in found],
        "title": [item.title for item in found],
        "score": [item.score for item in found],
    }
    if reasons:
        columns["like"] = [_titles(item) for item in found]
    if explanations is not None:
        columns["why"] = [explanation.text for explanation in explanations]
    show_table(f"{title}  (release {manifest.id})", list(columns), zip(*columns.values(), strict=True))


def _titles(item: Recommendation) -> str:
    return ", ".join(reason.title for reason in item.reasons)


def _told(
    found: Recommendations, reasons: bool, explanations: list[ItemExplanation] | None
) -> list[dict[str, Any]]:
    items = [_as_json(item, reasons) for item in found]
    for item, explanation in zip(items, explanations or (), strict=False):
        item["explanation"] = {"text": explanation.text, "source": explanation.source}
    return items


def _as_json(item: Recommendation, reasons: bool) -> dict[str, Any]:
    told = {"item": item.item, "title": item.title, "score": item.score}
    return told | ({"reasons": [reason._asdict() for reason in item.reasons]} if reasons else {})
