"""Explainer interface: what a gateway asks of whoever explains, wherever that runs."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from palate.explain.evidence.evidence import Evidence
from palate.explain.generate.writer import Attempt, Source, WrittenText
from palate.live.overlay import Edition
from palate.stated.list_inputs import ListInputs
from serving.explanations.llm_worker import Readiness
from serving.pipeline.protocol import LiveStages

if TYPE_CHECKING:
    from palate.profile import Interest

FallbackReason = Literal["off", "loading", "failed", "deadline", "rejected"]
"""Why a text is a template: there is no language model, not yet, not any more; it took too long; or what it
wrote was not true."""


class UserContext(NamedTuple):
    """Somebody of a release, as they are now."""

    edition: Edition
    inputs: ListInputs
    """What their list is made of."""
    language: str | None = None
    """That the text is to be in; None for the release's."""


class TextBefore(NamedTuple):
    """A text that was written before."""

    text: str
    source: Source
    evidence: Evidence


class PartialText(NamedTuple):
    """What the model added to its answer, which nobody has checked yet."""

    text: str


class Explanation(NamedTuple):
    """A text that may be shown, and what makes it true."""

    evidence: Evidence
    written: WrittenText
    fallback_reason: FallbackReason | None
    """Why it is a template; None if it is none."""
    from_before: bool = False
    """Whether it was written before, and its reasons are still what the list rests on."""


GenerationEvent = PartialText | Attempt | Explanation
"""What is heard while a text is written: any number of drafts and attempts that were rejected, and then the
text."""


class ExplainerProtocol(LiveStages, Protocol):
    """Explains the items of any release, and reads profiles from histories."""

    async def readiness(self) -> Readiness | Literal["away"]:
        """Whether a language model writes, or templates are given; `away` if there is no answer at once."""
        ...

    def explain(
        self, context: UserContext, item: int, before: TextBefore | None = None
    ) -> AsyncGenerator[GenerationEvent]:
        """Write why a catalogue index is recommended; drafts on the way, and `Explanation` at the end.

        The text from before is the answer if the list still rests on the same reasons.
        """
        ...

    async def interests(self, context: UserContext) -> list[Interest]:
        """What the history is about, the greatest share first."""
        ...

    async def describe(self, edition: Edition, interests: Sequence[Interest]) -> list[Explanation]:
        """A line for each interest, in their order."""
        ...
