"""The few numbers that the parts are measured for, each with how it was measured."""

from __future__ import annotations

from typing import Any

THROUGHPUT = (
    "requests/s of Palate divided by those of one FastAPI/uvicorn process with the same stages, in turn, "
    "median of 3 rounds of 6 s; 12,000 items, histories of 50; the lesser of the ratios with 8 and 32 clients"
)

ATTACKED = (
    "attack_5xx",
    "store_kill_recover_s",
    "store_kill_failed_lists",
    "lost_events_under_attack",
    "slow_clients_wait_s",
)


def headlines(parts: dict[str, Any]) -> dict[str, Any]:
    """Headline numbers of the parts that are there."""
    found: dict[str, Any] = {}
    for mode in ("fused", "graph"):
        if mode in parts:
            found[f"{mode}_vs_plain_throughput"] = _of(_least_ratio(parts[mode], mode), THROUGHPUT)
            found[f"{mode}_vs_plain_p99"] = _of(
                _greatest_p99(parts[mode], mode),
                "p99 of Palate divided by the peer's, the greater of those with 8 and 32 clients",
            )
        if mode in parts and "functions" in parts:
            found |= _against_functions(mode, parts)
        if f"freshness_{mode}" in parts:
            found[f"event_to_list_p99_ms_{mode}"] = _of(
                parts[f"freshness_{mode}"]["p99_ms"],
                "p99 from an event's acknowledgement to a changed list, 20 events/s for 15 s, a user each",
            )
    return (
        found | _kills(parts.get("kills")) | _swaps(parts) | _attack(parts) | _bounds(parts) | _start(parts)
    )


def _attack(parts: dict[str, Any]) -> dict[str, Any]:
    """The keys of `benchmarks.serving.attack` that bear a bar."""
    found = parts.get("attack_requests", {}) | parts.get("attack_store", {}) | parts.get("attack_slow", {})
    how = (
        "python -m benchmarks.serving.attack; one copy of each deployment (graph), a small synthetic release"
    )
    return {name: _of(found[name], how) for name in ATTACKED if name in found}


def _of(value: float, how: str) -> dict[str, Any]:
    return {"value": round(value, 5), "how": how}


def _least_ratio(part: dict[str, Any], mode: str) -> float:
    pairs = zip(part[mode][1:], part["plain"][1:], strict=True)
    return min(ours["per_second"] / peer["per_second"] for ours, peer in pairs)


def _greatest_p99(part: dict[str, Any], mode: str) -> float:
    pairs = zip(part[mode][1:], part["plain"][1:], strict=True)
    return max(ours["p99_ms"] / peer["p99_ms"] for ours, peer in pairs)


def _against_functions(mode: str, parts: dict[str, Any]) -> dict[str, Any]:
    p50, functions = parts[mode][mode][0]["p50_ms"], parts["functions"]["p50_ms"]
    how = "p50 of one client against the median of the same stages called as functions in one process"
    if mode == "fused":
        return {"fused_p50_vs_functions": _of(p50 / functions, f"{how}, as a ratio")}
    return {"graph_p50_above_functions_ms": _of(p50 - functions, f"{how}, the difference in ms")}


def _kills(part: dict[str, Any] | None) -> dict[str, Any]:
    if part is None:
        return {}
    how = (
        "60 s of lists and events by 8 clients on two replicas of each deployment (graph), one of each "
        "killed with SIGKILL in turn"
    )
    return {
        "failed_requests_under_kills": _of(part["failed_share"], f"share without an answer; {how}"),
        "wrong_answers_under_kills": _of(
            part["wrong_answers"], f"lists that are not the expected ones; {how}"
        ),
        "lost_events": _of(
            part["lost_events"], f"acknowledged events that are not in the store after; {how}"
        ),
    }


def _swaps(parts: dict[str, Any]) -> dict[str, Any]:
    modes = [parts[f"swaps_{mode}"] for mode in ("fused", "graph") if f"swaps_{mode}" in parts]
    if not modes:
        return {}
    how = "two releases made current in turn, 20 times in each mode, under 8 clients that check every list"
    return {
        "failed_requests_under_swaps": _of(sum(sum(one["failed"].values()) for one in modes), how),
        "mixed_lists_under_swaps": _of(sum(one["mixed_or_wrong_lists"] for one in modes), how),
        "swaps_seen": _of(sum(one["swaps"] for one in modes), how),
    }


def _start(parts: dict[str, Any]) -> dict[str, Any]:
    """The start of a release of real data, which is measured by a command of its own."""
    if "start" not in parts:
        return {}
    part = parts["start"]
    memory = part["memory_at_first_list"]
    how = (
        "python -m benchmarks.serving.start: palate serve (fused, with the language model's deployment) on a "
        f"release of {part['data_set']}, from the command to its first list, the worse of two starts"
    )
    shared = f"resident memory of all {memory['count']} processes added up"
    return {
        "ready_s": _of(part["first_list_s"], how),
        "ready_rss_bytes": _of(memory["rss"], f"{how}; {shared}, shared pages as often as they are shared"),
        "ready_pss_bytes": _of(memory["pss"], f"{how}; {shared}, shared pages once"),
    }


def _bounds(parts: dict[str, Any]) -> dict[str, Any]:
    found = {}
    if "growth" in parts:
        found["rss_growth_20k_requests_bytes"] = _of(
            parts["growth"]["rss_growth_bytes"],
            "resident memory after 20,000 mixed requests by 8 clients less that after 5,000 to warm up; "
            "the application in one process with a PostgreSQL beside it, 2,000 items, cache_mb=8",
        )
    if "heavy_user" in parts:
        heavy = parts["heavy_user"]
        found["others_p99_ratio_beside_a_heavy_user"] = _of(
            heavy["p99_ms_beside_the_heavy_user"] / heavy["p99_ms_beside_a_light_user"],
            "p99 of others' lists while a user with 200,000 events acts and asks all the time, divided by "
            "the same beside a user with few; the application in one process, 20 s each",
        )
    return found
