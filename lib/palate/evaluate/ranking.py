"""Ranking without ties: from scores to ranks of the targets and the top of the list, masked items last."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from palate.data.held_out import Cases
from palate.schema import NO_ITEM

SEEN = np.iinfo(np.int64).min
"""Key of an item that must not be recommended; every real score has a larger one."""

KEY_BYTES = 2**20
"""Bytes of keys that are worked on at a time: what stays in the processor's cache."""

Keys = NDArray[np.int64]


class TieOrder:
    """The order of items with equal scores: a random permutation of the catalogue, fixed by a seed.

    With the items' own order a method that scores all alike would recommend the first rows of the
    catalogue, which are often the oldest and most popular; with this one it is as good as chance.
    """

    def __init__(self, n_items: int, seed: int) -> None:
        self.item_at = np.random.default_rng(seed).permutation(n_items).astype(np.int32)
        self.position = np.argsort(self.item_at)

    def keys(self, scores: NDArray[np.float32]) -> Keys:
        """Unique integers [users, items] in the order of the scores, ties by the permutation.

        The high half is the score's bits, with a negative number's turned so that as integers they
        compare as the numbers do; the low half is the item's position.
        """
        bits = (scores + np.float32(0)).view(np.int32)  # adding 0 makes -0 and 0 equal in bits as well
        # All bits but the sign of a negative number, none of another one's, are turned.
        turned = bits >> 31
        turned &= 0x7FFFFFFF
        bits ^= turned
        # Two halves of 32 bits, in place: an array of keys is large.
        keys: Keys = bits.astype(np.int64)
        keys <<= 32
        keys |= self.position
        return keys

    def items(self, keys: Keys) -> NDArray[np.int32]:
        """The items of keys, `NO_ITEM` for a seen one."""
        items = self.item_at[keys & 0xFFFFFFFF]
        return np.where(keys == SEEN, np.int32(NO_ITEM), items)


def ranking(
    scores: NDArray[np.float32], cases: Cases, ties: TieOrder, k: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Rank of each target among the items that may be recommended, from 1, [targets], and lists, [users, k].

    `scores` are float32 [users, items]. A list with fewer such items than places ends in `NO_ITEM`.
    """
    rows = max(1, KEY_BYTES // (8 * scores.shape[1]))
    ranks, lists = np.empty(len(cases.targets), np.int64), np.empty((len(cases), k), np.int32)
    for start in range(0, len(cases), rows):
        end = min(start + rows, len(cases))
        # The targets of these users stand together.
        pairs = slice(*np.searchsorted(cases.owners, (start, end)))
        keys = ties.keys(scores[start:end])
        mask_items(keys, cases.not_again[start:end])
        ranks[pairs] = target_ranks(keys, cases.owners[pairs] - start, cases.targets[pairs])
        lists[start:end] = ties.items(top_keys(keys, k))
    return ranks, lists


def mask_items(keys: Keys, masked: Sequence[NDArray[np.int32]]) -> None:
    """Put some items of each row, such as those of its history, behind all others, in place."""
    rows = np.repeat(np.arange(len(masked)), [len(items) for items in masked])
    keys[rows, np.concatenate([np.zeros(0, np.int32), *masked])] = SEEN


def target_ranks(keys: Keys, owners: NDArray[np.int64], targets: NDArray[np.int32]) -> NDArray[np.int64]:
    """Ranks from 1 of `targets`, int64 [pairs], each in the order of the row that `owners` names."""
    # As many targets at a time as there are rows, so that their copied rows take no more than the keys do.
    ranks = np.empty(len(targets), np.int64)
    for start in range(0, len(targets), len(keys)):
        pairs = slice(start, start + len(keys))
        own = keys[owners[pairs], targets[pairs]]
        ranks[pairs] = 1 + np.count_nonzero(keys[owners[pairs]] > own[:, None], axis=1)
    return ranks


def top_keys(keys: Keys, k: int) -> Keys:
    """The k largest keys of each row, largest first, [users, k]; reorders `keys` in place."""
    # Only what comes among the first is sorted: a partition takes time in proportion to the items.
    count = min(k, keys.shape[1])
    keys.partition(keys.shape[1] - count, axis=1)
    top = np.sort(keys[:, -count:], axis=1)[:, ::-1]
    return np.pad(top, ((0, 0), (0, k - count)), constant_values=SEEN)
