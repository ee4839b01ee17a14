"""Users as text beside the sequence model, trivial rivals and in the hybrid, on MovieLens-100K.

`python -m benchmarks.encoders.users_as_text --folder build/encoders` trains a sequence model in the folder if
there is none. Weights of hybrids are fitted to validation events; what is told is of the test events.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from benchmarks.encoders.movielens import MovieLens, Values, mean_of
from benchmarks.encoders.results import write_figure
from palate.config import EncoderConfig, TextUsersConfig
from palate.config.baselines import USERS_AS_TEXT
from palate.encode import BUNDLED_ENCODER, load_encoder
from palate.retrieve import Scorer
from palate.retrieve.fusion import chosen_partners, cross_fitted, fit_weights, gathered, paired_gain
from palate.retrieve.hybrid import SEQUENCE, Hybrid
from palate.sequence import MovingAverage
from palate.text_users.text_users import TextUsers

COMMAND = "python -m benchmarks.encoders.users_as_text --folder build/encoders"
RATES = (0.02, 0.1, 0.3)
PARTNERS = ("ease-recent", "ials", "transitions", "item-knn")


def main() -> None:
    """Measure, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", default="build/encoders", help="where models are kept")
    data = MovieLens.prepared(parser.parse_args().folder)
    methods = _by_vectors(data)
    write_figure("users_as_text_ndcg", COMMAND, _alone(data, methods))
    write_figure("hybrid_gain_users_as_text", COMMAND, _in_the_hybrid(data, methods))


def _by_vectors(data: MovieLens) -> dict[str, Scorer]:
    """The sequence model, users as text by each rate, and averages of item texts."""
    texts = data.text_vectors()
    encoder = load_encoder(BUNDLED_ENCODER, EncoderConfig())
    variants = {f"rate {rate}": {"rate": rate} for rate in RATES} | {"read every time": {"read_every": 1}}
    by_text = {
        f"{USERS_AS_TEXT}, {name}": TextUsers(
            data.catalogue,
            texts,
            TextUsersConfig.model_validate(changes),
            reader=lambda: encoder,
            cache_bytes=2**28,
        )
        for name, changes in variants.items()
    }
    # Of a rate of 1/events every event weighs alike; so small a one comes near to the mean.
    averages = {f"average of item texts, rate {rate}": MovingAverage(texts, rate) for rate in RATES}
    return {SEQUENCE: data.sequence(), **by_text, **averages}


def _alone(data: MovieLens, methods: dict[str, Scorer]) -> dict[str, Any]:
    everything = methods | {"popularity": data.baselines()["popularity"]}
    validation = {name: data.ndcg(method, "validation") for name, method in everything.items()}
    test = {name: data.ndcg(method, "test") for name, method in everything.items()}
    best = _best(validation)
    return {
        "data": "MovieLens-100K, leave-one-out, all items ranked, one seed, frozen all-MiniLM-L6-v2",
        "value": round(float(test[best].mean()), 4),
        "chosen on validation": best,
        "users": len(test[best]),
        "test ndcg@10": mean_of(test),
        "validation ndcg@10": mean_of(validation),
    }


def _best(validation: dict[str, Values]) -> str:
    ours = [name for name in validation if name.startswith(USERS_AS_TEXT)]
    return max(ours, key=lambda name: float(validation[name].mean()))


def _in_the_hybrid(data: MovieLens, methods: dict[str, Scorer]) -> dict[str, Any]:
    """What users as text add to the hybrid that the usual partners make."""
    fitted = data.baselines()
    best = _best({name: data.ndcg(method, "validation") for name, method in methods.items()})
    tried = {SEQUENCE: methods[SEQUENCE], **{name: fitted[name] for name in PARTNERS}, best: methods[best]}
    pool = gathered(tried, data.histories, len(data.catalogue))
    names = list(tried)
    usual, _ = chosen_partners(pool._replace(scores=pool.scores[:, :-1]), names[:-1])
    chosen, steps = chosen_partners(pool, names)
    columns = [names.index(name) for name in usual]
    everybody = np.ones(len(pool.sizes), np.bool_)
    weights = fit_weights(pool, [*columns, len(names) - 1], everybody)
    with_text = dict(zip([*usual, best], weights.tolist(), strict=True))
    lists = {name: data.ndcg(Hybrid(tried, mix), "test") for name, mix in _mixes(usual, with_text).items()}
    gain, error = paired_gain(lists["with users as text"], lists["usual hybrid"])
    on_validation = paired_gain(cross_fitted(pool, [*columns, len(names) - 1]), cross_fitted(pool, columns))
    return {
        "value": round(gain, 4),
        "standard error": round(error, 4),
        "validation gain, cross-fitted": [round(number, 4) for number in on_validation],
        "test ndcg@10": mean_of(lists),
        "weights": with_text,
        "kept by the usual rule": best in chosen,
        "steps": [step._asdict() for step in steps],
    }


def _mixes(usual: dict[str, float], with_text: dict[str, float]) -> dict[str, dict[str, float]]:
    return {"sequence": {SEQUENCE: 1.0}, "usual hybrid": usual, "with users as text": with_text}


if __name__ == "__main__":
    main()
