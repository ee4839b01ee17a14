"""The few numbers that the parts are measured for, each with how it was measured."""

from __future__ import annotations

from typing import Any


def headlines(parts: dict[str, Any]) -> dict[str, Any]:
    """Headline numbers of the parts that are there."""
    found: dict[str, Any] = {}
    if "movielens" in parts:
        found |= _movielens(parts["movielens"])
    if "throughput" in parts:
        found["pool_vs_raw_vllm"] = _of(
            parts["throughput"]["ratio"],
            "texts a second of the pool, from the first prompt to the last file, divided by those of one "
            "vllm.LLM.generate on the same prompts with the same settings, in turn",
        )
    if "batch" in parts:
        found["batch_of_64_seconds"] = _of(
            parts["batch"]["seconds"], "as the job writes it; the engine is up"
        )
    killed = [parts[name] for name in ("engine_killed", "run_killed") if name in parts]
    for name, counted in (("duplicates_after_kill", "duplicates"), ("lost_after_kill", "lost")):
        if killed:
            how = "kill -9 of the engine in mid-batch, and in another run of everything, which then continued"
            found[name] = _of(sum(part[counted] for part in killed), how)
    if "warm" in parts:
        found["online_warm_added_p50_ms"] = _of(
            parts["warm"]["added_p50_ms"], "lists with kept explanations against lists without, in turn"
        )
    if "cold" in parts:
        found["online_cold_slowest_ms"] = _of(
            parts["cold"]["eight_at_once"]["p100_ms"],
            "slowest of explanations that nobody asked for before, eight at once, with the deadline of 3 s",
        )
    return found | _xrec(parts.get("xrec"))


def _movielens(part: dict[str, Any]) -> dict[str, Any]:
    texts, sources = part["texts"], part["sources"]
    return {
        "delivered_supported_share": _of(
            1 - part["wrong_on_second_look"] / texts,
            f"of {texts} delivered sentences, those in which neither the checker with evidence gathered anew "
            "nor a second look that shares no code with it finds anything wrong",
        ),
        "own_sentence_share": _of(
            (sources["own"] + sources["retry"]) / texts,
            "written by the default model, at the first or second try",
        ),
    }


def _xrec(part: dict[str, Any] | None) -> dict[str, Any]:
    return {} if part is None else {"xrec": {"rows": part["rows"], **part["systems"]}}


def _of(value: float, how: str) -> dict[str, Any]:
    return {"value": round(value, 5), "how": how}
