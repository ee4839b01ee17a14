"""Training pairs: evidence with a true sentence on it: what a language model learns to explain from."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import NamedTuple

from palate.errors import PalateError
from palate.explain.evidence.evidence import Evidence
from palate.explain.evidence.vocabulary import Vocabulary
from palate.explain.generate.first_pass_rate import kind_of_reason
from palate.explain.generate.request import TextRequest, explanation_request
from palate.explain.sentences.phrase_tree import sample
from palate.explain.text.style import PLAIN_STYLE, TextStyle

MOST_DROPPED = 10
"""Sentences that are dropped for each that is kept, at most."""


class Pair(NamedTuple):
    """What the model is asked, and a sentence that it may answer with."""

    prompt: str
    answer: str


class Paired(NamedTuple):
    """Pairs, and the sentences that were dropped because the checker refused them."""

    pairs: list[Pair]
    dropped: int
    reasons: Counter[str]
    """Sentences that were dropped for each kind of reason; one may have several."""


def split_users(users: Iterable[str], share: float, seed: int) -> tuple[list[str], list[str]]:
    """The users to learn from and those kept to measure with, about `share` of them, by a hash of their ids.

    `PalateError` if either are none.
    """
    parts: tuple[list[str], list[str]] = ([], [])
    for user in users:
        digest = hashlib.blake2b(f"{seed}:{user}".encode(), digest_size=8).digest()
        parts[int.from_bytes(digest, "big") / 2**64 < share].append(user)
    if not all(parts):
        raise PalateError(
            f"Of the users {len(parts[0])} are left to learn from and {len(parts[1])} to measure with; "
            "change explainer_tuning.eval_share, or make a release with more users"
        )
    return parts


def true_pairs(
    evidence: Iterable[Evidence],
    vocabulary: Vocabulary,
    count: int,
    seed: int,
    *,
    style: TextStyle = PLAIN_STYLE,
) -> Paired:
    """`count` pairs of evidence and one of the sentences that it makes true, drawn with the seed.

    `PalateError` if the checker refuses far more of them, for then something is wrong with the catalogue.
    """
    random, pairs, dropped = Random(seed), list[Pair](), 0
    reasons: Counter[str] = Counter()
    for piece in evidence:
        if len(pairs) == count:
            break
        request = explanation_request("", piece, vocabulary, style)
        answer = sample(request.permitted, random)
        verdict = request.verdict(answer)
        if verdict.passed:
            pairs.append(Pair(request.prompt, answer))
            continue
        dropped += 1
        reasons.update({kind_of_reason(reason) for reason in verdict.reasons})
        if dropped > MOST_DROPPED * count:
            often = ", ".join(reason for reason, _ in reasons.most_common(3))
            raise PalateError(f"Hardly any true sentence on this catalogue passes the checker: {often}")
    return Paired(pairs, dropped, reasons)


def requests(
    evidence: Iterable[Evidence], vocabulary: Vocabulary, count: int, style: TextStyle = PLAIN_STYLE
) -> list[TextRequest]:
    """What is asked about the first `count` pieces of evidence."""
    numbered = zip(range(count), evidence, strict=False)
    return [explanation_request(str(number), piece, vocabulary, style) for number, piece in numbered]
