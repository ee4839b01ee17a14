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
from benchmarks.quality.pool import Pool, gathered
from benchmarks.quality.weighing import WEIGHTS, learned, reciprocal_ranks, standardised
from benchmarks.where import where
from jobs.evaluate import load_methods
from jobs.inputs import catalogue, history_shards
from palate.config import Config
from palate.retrieve import Scorer, fit_user_knn
from palate.retrieve.hybrid import HYBRID

MAIN = "sequence"
LEFT_OUT = (HYBRID, "recent-popularity")
HEADING = "| what | NDCG@10 | against the sequence model alone | target is nominated |"
Values = NDArray[np.float64]


def main() -> None:
    """Measure, and write."""
    data, config = measured_run("benchmarks.quality.fusion", __doc__)
    methods = _retrievers(config)
    pool = gathered(methods, history_shards(config), len(catalogue(config)))
    found = {name: float(gains.mean()) for name, gains in _rows(pool, list(methods)).items()}
    nominated = {name: round(share, 4) for name, share in pool.nominated_shares(list(methods)).items()}
    content = {"ndcg@10": found, "nominated": nominated, "users": len(pool.target), **where(RESULTS)}
    write(RESULTS / f"{data}-fusion.json", content, _table(found, nominated))


def _retrievers(config: Config) -> dict[str, Scorer]:
    methods = {name: method for name, method in load_methods(config).items() if name not in LEFT_OUT}
    blocks = (shard().train_matrix(len(catalogue(config))) for shard in history_shards(config))
    settings = config.baselines
    return methods | {"user-knn": fit_user_knn(blocks, settings.knn_neighbours, settings.knn_shrinkage)}


def _rows(pool: Pool, names: list[str]) -> dict[str, Values]:
    """NDCG@10 of each user, by what is measured."""
    place = {name: number for number, name in enumerate(names)}
    others = [name for name in names if name != MAIN]
    features = standardised(pool)
    rows = {name: pool.gains(pool.scores[:, place[name]]) for name in names}
    for name in others:
        rows[f"{MAIN} + {name}, weighted scores"] = _two(pool, place[MAIN], place[name])
    rows["all by reciprocal rank"] = pool.gains(reciprocal_ranks(pool).sum(1))
    rows["all by learned weights"] = learned(pool, features)
    for name in names:
        kept = [place[other] for other in names if other != name]
        rows[f"all by learned weights, without {name}"] = learned(pool, features[:, kept])
    return rows


def _two(pool: Pool, first: int, second: int) -> Values:
    """The sum with the weight that is best for the other half of the users."""
    spread = pool.scores[:, first].std() / max(float(pool.scores[:, second].std()), 1e-9)
    tried = [
        pool.gains(pool.scores[:, first] + weight * spread * pool.scores[:, second]) for weight in WEIGHTS
    ]
    return pool.by_halves(lambda half: tried[int(np.argmax([gains[half].mean() for gains in tried]))])


def _table(found: Mapping[str, float], nominated: Mapping[str, float]) -> str:
    shares = {name: f"{share:.3f}" for name, share in nominated.items()}
    rows = (
        f"| {name} | {ndcg:.4f} | {ndcg - found[MAIN]:+.4f} | {shares.get(name, '')} |"
        for name, ndcg in found.items()
    )
    return markdown(HEADING, rows)


if __name__ == "__main__":
    end_well(main)
