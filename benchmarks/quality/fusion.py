"""What each retriever adds, and how they are best put together; on the validation events alone.

`python -m benchmarks.quality.fusion amazon-beauty --seed 0` reads the run that `python -m benchmarks.quality`
left, and writes the file and the table `results/amazon-beauty-fusion`. Every retriever nominates its first
hundred unseen items, and all give scores to all that is nominated. Whatever has to be fitted is fitted to one
half of the users and measured on the other, both ways round, so that no user is judged by what they taught.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.command import RESULTS, end_well, markdown, measured_run, write
from benchmarks.quality.weighing import nominated_shares, reciprocal_ranks, with_best_weight
from benchmarks.where import where
from jobs.evaluate import load_methods
from jobs.runtime.stage_inputs import catalogue, history_shards
from palate.config import Config
from palate.data.repeats import RepeatRules
from palate.retrieve import Scorer, fit_user_knn
from palate.retrieve.fusion import Pool, chosen_partners, cross_fitted, gathered, joined, paired_gain
from palate.retrieve.hybrid import HYBRID, SEQUENCE

LEFT_OUT = (HYBRID, "recent-popularity")
HEADING = "| what | NDCG@10 | against the sequence model alone | standard error | target is nominated |"
Values = NDArray[np.float64]


def main() -> None:
    """Measure, and write."""
    data, config = measured_run("benchmarks.quality.fusion", __doc__)
    methods = _retrievers(config)
    n_items, rules = len(catalogue(config)), RepeatRules.of(config)
    pool = joined(gathered(methods, shard(), n_items, rules=rules) for shard in history_shards(config))
    rows = _rows(pool, list(methods))
    content = {
        "ndcg@10": {name: _beside(gains, rows[SEQUENCE]) for name, gains in rows.items()},
        "nominated": dict(zip(methods, nominated_shares(pool).round(4).tolist(), strict=True)),
        "chosen": _chosen(pool, list(methods), config),
        "users": len(pool.sizes),
        **where(RESULTS),
    }
    write(RESULTS / f"{data}-fusion.json", content, _table(content["ndcg@10"], content["nominated"]))


def _retrievers(config: Config) -> dict[str, Scorer]:
    methods = {name: method for name, method in load_methods(config).items() if name not in LEFT_OUT}
    blocks = (shard().train_matrix(len(catalogue(config))) for shard in history_shards(config))
    settings = config.baselines
    return methods | {"user-knn": fit_user_knn(blocks, settings.knn_neighbours, settings.knn_shrinkage)}


def _rows(pool: Pool, names: list[str]) -> dict[str, Values]:
    """NDCG@10 of each user, by what is measured; the sequence model is the first of `names`."""
    every = range(len(names))
    rows = {name: pool.gains(pool.scores[:, place]) for place, name in enumerate(names)}
    for place, name in enumerate(names[1:], start=1):
        rows[f"{SEQUENCE} + {name}, best of eleven weights"] = with_best_weight(pool, 0, place)
        rows[f"{SEQUENCE} + {name}, learned weight"] = cross_fitted(pool, [0, place])
    rows["all by reciprocal rank"] = pool.gains(reciprocal_ranks(pool).sum(1))
    rows["all by learned weights"] = cross_fitted(pool, every)
    for place, name in enumerate(names):
        kept = [other for other in every if other != place]
        rows[f"all by learned weights, without {name}"] = cross_fitted(pool, kept)
    return rows


def _beside(gains: Values, alone: Values) -> dict[str, float]:
    change, error = paired_gain(gains, alone)
    return {"mean": float(gains.mean()), "change": change, "error": error}


def _chosen(pool: Pool, names: list[str], config: Config) -> dict[str, object]:
    """What the stage `fuse` would choose of these methods."""
    tried = [SEQUENCE, *(name for name in names if name in config.hybrid.partners)]
    columns = [names.index(name) for name in tried]
    weights, steps = chosen_partners(pool._replace(scores=pool.scores[:, columns]), tried)
    return {"weights": weights, "steps": [step._asdict() for step in steps]}


def _table(found: Mapping[str, Mapping[str, float]], nominated: Mapping[str, float]) -> str:
    shares = {name: f"{share:.3f}" for name, share in nominated.items()}
    rows = (
        f"| {name} | {row['mean']:.4f} | {row['change']:+.4f} | {row['error']:.4f} | {shares.get(name, '')} |"
        for name, row in found.items()
    )
    return markdown(HEADING, rows)


if __name__ == "__main__":
    end_well(main)
