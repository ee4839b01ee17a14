"""Turn: what one thing that was said in a session asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from palate.steering import Steering

TurnKind = Literal["refine", "undo", "restart", "why_not"]

NOTHING_ASKED = Steering()


@dataclass(frozen=True)
class Turn:
    """One thing that was said, read with the list that was shown then."""

    kind: TurnKind
    steering: Steering = NOTHING_ASKED
    """Of `refine`: what it asks for."""
    items: tuple[int, ...] = ()
    """Of `why_not`: catalogue indices that are asked about; none where no item is called so."""
    named: str = ""
    """Of `why_not`: the words that name them."""
    topic: tuple[int, ...] = ()
    """What "that one" means afterwards: catalogue indices."""
