"""Two-tower sequence model: from a history's item vectors to a user vector after each of its events."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from palate.config import SequenceConfig
from palate.sequence.network.dropout import ByteDropout
from palate.sequence.network.feedback import NO_FEEDBACK_BUCKETS, FeedbackBuckets
from palate.sequence.network.item_tower import ItemTower
from palate.sequence.network.layers import LAYERS
from palate.sequence.network.time_gaps import TIME_GAP_BUCKETS
from palate.sequence.network.words import WordBags
from palate.sequence.training.augment import MASKED

START_TEMPERATURE = 0.05


class UserTower(nn.Module):
    """A causal transformer over item vectors, after SASRec (Kang and McAuley, ICDM 2018).

    A disliked item's vector v is read as v + a v + b, with learned vectors a and b that begin at 0 (FiLM:
    Perez et al., AAAI 2018): so it may come to stand for its opposite.
    """

    def __init__(
        self,
        settings: SequenceConfig,
        feedback_buckets: FeedbackBuckets = NO_FEEDBACK_BUCKETS,
        reads_dislikes: bool = False,
    ) -> None:
        super().__init__()
        self.feedback_buckets = feedback_buckets
        self.input_norm = nn.LayerNorm(settings.width)
        self.gap = nn.Embedding(TIME_GAP_BUCKETS, settings.width)
        nn.init.normal_(self.gap.weight, std=0.02)
        self.signal = (
            nn.Embedding(feedback_buckets.numbers + 1, settings.width, padding_idx=0)
            if feedback_buckets.numbers
            else None
        )
        if self.signal is not None:
            nn.init.normal_(self.signal.weight[1:], std=0.02)
        # From 0 on, which draws nothing: a dislike begins as any event, and all else begins as without it.
        self.dislike = nn.Parameter(torch.zeros(2, settings.width)) if reads_dislikes else None
        self.input_dropout = ByteDropout(settings.dropout)
        self.layers = nn.ModuleList(LAYERS[settings.layer_kind](settings) for _ in range(settings.layers))
        self.output_norm = nn.LayerNorm(settings.width)
        self.log_scale = nn.Parameter(torch.tensor(-math.log(START_TEMPERATURE)))

    def forward(
        self, events: Tensor, time_gaps: Tensor, feedback: Tensor, against: Tensor | None = None
    ) -> Tensor:
        """User vectors of length exp(log_scale) after each event.

        Args:
            events: item vectors, float [users, events, width], the latest last; what pads a shorter
                history must stand at its end.
            time_gaps: what `time_gap_buckets` gives, int64 [users, events].
            feedback: what `FeedbackBuckets.of` gives, int64 [users, events].
            against: 1 for what the user turned against, int64 [users, events].

        Returns:
            Float of the shape of `events`.
        """
        items = self.input_norm(events)
        if self.dislike is not None and against is not None:
            items = items + against[..., None] * (self.dislike[0] * items + self.dislike[1])
        inputs = items + self.gap(time_gaps)
        if self.signal is not None:
            inputs = inputs + self.signal(feedback)
        hidden = self.input_dropout(inputs)
        for layer in self.layers:
            hidden = layer(hidden)
        return F.normalize(self.output_norm(hidden), dim=-1) * self.log_scale.exp()


class SequenceModel(nn.Module):
    """Item tower and user tower together.

    The score of item i after a history is `exp(s) cos(u, v_i)`: user vector u, item vector v_i and a
    learned scale s. Unit vectors keep popular items from growing long, and let an unseen item, which
    has its text alone, compete with the others.
    """

    def __init__(
        self,
        text: Tensor,
        warm: Tensor,
        settings: SequenceConfig,
        words: WordBags | None = None,
        feedback_buckets: FeedbackBuckets = NO_FEEDBACK_BUCKETS,
        reads_dislikes: bool = False,
        sparse_gradient: bool = False,
    ) -> None:
        """Take `text`, float32 [items, text width], `warm`, bool [items]: seen in training, and words.

        With `sparse_gradient` the gradient of the items' own vectors has the rows of a step's items alone.
        """
        super().__init__()
        self.items = ItemTower(text, warm, settings, words=words, sparse_gradient=sparse_gradient)
        self.users = UserTower(settings, feedback_buckets, reads_dislikes)

    def forward(
        self,
        vocabulary: Tensor,
        events: Tensor,
        time_gaps: Tensor,
        feedback: Tensor,
        has_target: Tensor,
        generator: torch.Generator | None = None,
        against: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """User vectors where `has_target`, and unit item vectors of the vocabulary.

        Args:
            vocabulary: catalogue indices, int64 [n].
            events: positions in the vocabulary, int64 [users, events], or `MASKED`.
            time_gaps: what `time_gap_buckets` gives, int64 [users, events].
            feedback: what `FeedbackBuckets.of` gives, int64 [users, events].
            has_target: bool [users, events].
            generator: draws the residuals that are left out.
            against: 1 for what the user turned against, int64 [users, events].

        Returns:
            Float [targets, width] and float [n, width]; their products are logits.
        """
        vectors = self.items(vocabulary, generator)
        users = self.users(shown_vectors(vectors, events), time_gaps, feedback, against)[has_target]
        return users, F.normalize(vectors, dim=-1)


def shown_vectors(vectors: Tensor, events: Tensor) -> Tensor:
    """Rows of `vectors`, float [n, width], for int64 [users, events]; zeros where an event is not shown."""
    return vectors[events.clamp(min=0)] * (events != MASKED)[..., None]
