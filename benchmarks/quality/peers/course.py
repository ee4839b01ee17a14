"""The course of a neural peer's training: its clock, its validation curve, its best weights, its end.

The clock stands still while the peer is validated, so all peers pay for their training alone.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

from benchmarks.quality.peers.lists import completed, ndcg
from benchmarks.quality.peers.split import Split
from benchmarks.quality.peers.trained import Limits, Recommend


class Course:
    """Call `start`, then `after_epoch` until it says why to stop, then `restore`."""

    def __init__(self, split: Split, limits: Limits, epochs: int, patience: int) -> None:
        self.split, self.limits, self.epochs, self.patience = split, limits, epochs, patience
        self.curve: list[dict[str, float]] = []
        self.stopped_by = ""
        self.seconds = 0.0
        self.epoch = 0
        self._best: dict[str, Any] = {}
        self._best_epoch = 0

    def start(self) -> None:
        """Let the clock run."""
        self._since = perf_counter()

    def after_epoch(self, network: Any, recommend: Recommend) -> str:
        """Note an epoch of this torch module; why training ends, or an empty string."""
        self.seconds += perf_counter() - self._since
        self.epoch += 1
        self.stopped_by = self._end_of_means()
        if self.stopped_by or self.epoch % self.limits.validate_every == 0:
            self._validate(network, recommend)
            network.train()
        if not self.stopped_by and self.epoch - self._best_epoch >= self.patience:
            self.stopped_by = "patience"
        self.start()
        return self.stopped_by

    def restore(self, network: Any) -> None:
        """Put back the weights of the epoch that validation liked best."""
        network.load_state_dict(self._best)

    def _end_of_means(self) -> str:
        if self.seconds >= self.limits.seconds:
            return "seconds"
        return "epochs" if self.epoch >= self.epochs else ""

    def _validate(self, network: Any, recommend: Recommend) -> None:
        question = self.split.validation
        found = ndcg(completed(recommend(question), question, self.split.train.popular), question.answers)
        if found > max((point["ndcg@10"] for point in self.curve), default=-1.0):
            self._best = {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
            self._best_epoch = self.epoch
        self.curve.append(
            {"epoch": self.epoch, "seconds": round(self.seconds, 2), "ndcg@10": round(found, 5)}
        )
        print(f"epoch {self.epoch}: {self.seconds:.1f} s, validation NDCG@10 {found:.4f}", flush=True)
