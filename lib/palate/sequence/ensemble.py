"""Deep ensemble: several sequence models as one."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Self

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History
from palate.retrieve.item_vectors import concatenate_normalised
from palate.sequence.scorer import LiveUserModel

Vectors = NDArray[np.float32]


class Ensemble:
    """The mean of the scores of models that differ in their seeds: their errors partly cancel.

    With the members' user vectors u_m and unit item vectors v_m side by side, each divided by the root of
    their number n, one product is the mean: (u_1 .. u_n)(v_1 .. v_n) / n = sum_m u_m v_m / n. So whatever
    searches among vectors needs to know nothing of members (Lakshminarayanan et al., "Simple and scalable
    predictive uncertainty estimation using deep ensembles", NeurIPS 2017, average probabilities instead).
    """

    def __init__(self, members: Sequence[LiveUserModel]) -> None:
        self._members = members
        self._item_vectors = concatenate_normalised([member.item_vectors for member in members])

    @property
    def item_vectors(self) -> Vectors:
        """Unit vectors, float32 [items, width of all members together]."""
        return self._item_vectors

    @property
    def item_inputs(self) -> tuple[Vectors, ...]:
        """What each member reads of the known items, float32 [items, width]."""
        return tuple(inputs for member in self._members for inputs in member.item_inputs)

    def cold_inputs(self, texts: Sequence[str], text: Vectors, known_text: Vectors) -> tuple[Vectors, ...]:
        """The same of items without events, float32 [texts, width]; as `ColdTower.vectors` takes them."""
        rows = (member.cold_inputs(texts, text, known_text) for member in self._members)
        return tuple(inputs for of_member in rows for inputs in of_member)

    def over(self, indices: NDArray[np.int32], inputs: Sequence[Vectors]) -> Self:
        """The model for histories that may hold `indices` (rising), with each member's `inputs` of them."""
        layered = copy(self)
        pairs = zip(self._members, inputs, strict=True)
        layered._members = [member.over(indices, [rows]) for member, rows in pairs]
        return layered

    def user_vectors(self, histories: Sequence[History]) -> Vectors:
        """Float32 [histories, width of all members together]; zeros for an empty history."""
        return concatenate_normalised([member.user_vectors(histories) for member in self._members])

    def scores(self, histories: Sequence[History]) -> Vectors:
        """Float32 [histories, items]; seen items are not masked."""
        return self.user_vectors(histories) @ self._item_vectors.T
