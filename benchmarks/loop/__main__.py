"""`python -m benchmarks.loop [FIGURE ...]`: measures figures, all by default, and writes results.json."""

from __future__ import annotations

from benchmarks.figures import Measure, measure_asked
from benchmarks.loop import ab_tests, fusion_popularity, list_logging, new_items, shown_events, simulator_gain
from benchmarks.loop.estimates import off_policy, place_estimates, position_bias
from benchmarks.loop.results import RESULTS

FIGURES: dict[str, Measure] = {
    "new_item_p99_s": new_items.measured,
    "logging_cost_ratio": list_logging.measured,
    "events_per_s": shown_events.measured,
    "lost_events": shown_events.measured_lost,
    "simulator_gain": simulator_gain.measured,
    "simulator_gain_low": simulator_gain.measured_low,
    "popularity_power_gain": fusion_popularity.measured,
    "off_policy_error": off_policy.measured,
    "place_estimate_error": place_estimates.measured,
    "attention_error": place_estimates.measured_attention,
    "position_bias_ndcg_gain": position_bias.measured,
    "aa_false_alarm_share": ab_tests.measured,
}

if __name__ == "__main__":
    measure_asked("loop", RESULTS, FIGURES)
