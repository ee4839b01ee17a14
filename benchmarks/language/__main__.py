"""Requests in words, measured in a minute: `python -m benchmarks.language`; writes `results.json` beside this file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.language.requests_read import measure
from benchmarks.where import where

RESULTS = Path(__file__).with_name("results.json")
HOW = (
    "150 requests of requests/held_out.jsonl (75 English, 37 German, 38 Chinese; films and a shop), written with their "
    "answers by somebody who had not seen the reader, and not looked at while it was changed"
)


def main() -> None:
    """Measure both parts, print the shares, and write them."""
    parts = {part: measure(part) for part in ("development", "held_out")}
    held_out = parts["held_out"]
    figures = {
        "query_parsed_share": _figure(held_out, "right_share", "share read wholly right"),
        "query_constraints_kept_share": _figure(
            held_out, "kept_share", "share of places that keep to the request"
        ),
        "query_p50_ms_rules": {
            "value": held_out["rules"]["p50_ms"],
            "how": f"median time to read one of {HOW}; the list itself comes on top",
        },
    }
    content = {
        "command": "python -m benchmarks.language",
        "measured": where(RESULTS.parent),
        **figures,
        "parts": parts,
    }
    RESULTS.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for name, figure in figures.items():
        print(name, figure["value"])


def _figure(part: dict[str, Any], key: str, what: str) -> dict[str, Any]:
    """A share beside those of the trivial readers."""
    rivals = {name: part[name][key] for name in ("keywords", "nothing")}
    return {"value": part["rules"][key], **rivals, "how": f"{what}, of {HOW}"}


if __name__ == "__main__":
    main()
