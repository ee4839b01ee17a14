"""Users as text beside the sequence model, trivial rivals and in the hybrid, on MovieLens-100K.

`python -m benchmarks.encoders.users_as_text --folder build/encoders` trains a sequence model in the folder if
there is none; with `--base ease-recent` hybrids are made without one, within a minute or two. Weights of
hybrids are fitted to validation events; what is told is of the test events.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.encoders.movielens import PARTNERS, MovieLens, Values, mean_of
from benchmarks.encoders.results import write_figure
from palate.config import TextUsersConfig
from palate.config.baselines import USERS_AS_TEXT
from palate.encode import BUNDLED_ENCODER, load_encoder
from palate.retrieve import Scorer
from palate.retrieve.fusion import chosen_partners, cross_fitted, fit_weights, gathered, paired_gain
from palate.retrieve.hybrid import SEQUENCE, Hybrid
from palate.sequence import MovingAverage
from palate.text_users.text_users import TextUsers

COMMAND = "python -m benchmarks.encoders.users_as_text --folder build/encoders --base"
RATES = (0.02, 0.1, 0.3)


class RememberingReader:
    """The bundled encoder, which reads each text once."""

    def __init__(self) -> None:
        self._encoder, self._known = load_encoder(BUNDLED_ENCODER), dict[str, Any]()

    def count_tokens(self, text: str) -> int:
        return self._encoder.count_tokens(text)

    def encode_histories(self, texts: Sequence[str], max_tokens: int) -> NDArray[np.float32]:
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            self._known |= zip(missing, self._encoder.encode_histories(missing, max_tokens), strict=True)
        return np.stack([self._known[text] for text in texts])


def main() -> None:
    """Measure, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", default="build/encoders", help="where models are kept")
    parser.add_argument("--base", default=SEQUENCE, help="what is added to: sequence or ease-recent")
    parser.add_argument("--users", type=int, help="how many are measured; all by default")
    options = parser.parse_args()
    data, command = MovieLens.prepared(options.folder, options.users), f"{COMMAND} {options.base}"
    if options.users:
        command += f" --users {options.users}"
    methods = {options.base: data.base(options.base), **_by_vectors(data)}
    write_figure("users_as_text_ndcg", command, _alone(data, methods))
    write_figure("hybrid_gain_users_as_text", command, _in_the_hybrid(data, methods, options.base))


def _by_vectors(data: MovieLens) -> dict[str, Scorer]:
    """Users as text by each rate, and averages of item texts."""
    texts, reader = data.text_vectors(), RememberingReader()
    by_text = {
        f"{USERS_AS_TEXT}, rate {rate}": TextUsers(
            data.catalogue, texts, TextUsersConfig(rate=rate), reader=lambda: reader, cache_bytes=2**20
        )
        for rate in RATES
    }
    averages = {f"average of item texts, rate {rate}": MovingAverage(texts, rate) for rate in RATES}
    return {**by_text, **averages}


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


def _in_the_hybrid(data: MovieLens, methods: dict[str, Scorer], base: str) -> dict[str, Any]:
    """What users as text add to the hybrid that the usual partners make."""
    fitted = data.baselines()
    best = _best({name: data.ndcg(method, "validation") for name, method in methods.items()})
    partners = {name: fitted[name] for name in PARTNERS if name != base}
    tried = {base: methods[base], **partners, best: methods[best]}
    pool = gathered(tried, data.measured, len(data.catalogue))
    names = list(tried)
    usual, _ = chosen_partners(pool._replace(scores=pool.scores[:, :-1]), names[:-1])
    chosen, steps = chosen_partners(pool, names)
    columns = [names.index(name) for name in usual]
    everybody = np.ones(len(pool.sizes), np.bool_)
    weights = fit_weights(pool, [*columns, len(names) - 1], everybody)
    with_text = dict(zip([*usual, best], weights.tolist(), strict=True))
    mixes = {base: {base: 1.0}, "usual hybrid": usual, "with users as text": with_text}
    lists = {name: data.ndcg(Hybrid(tried, mix), "test") for name, mix in mixes.items()}
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


if __name__ == "__main__":
    main()
