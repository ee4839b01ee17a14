"""Model settings: the text encoder and the sequence model, and how they are trained."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from palate.config.section import Section

Augmentation = Literal["crop", "mask", "reorder"]
EncoderObjective = Literal["neighbours", "item-space"]


BUNDLED_ENCODER = "all-MiniLM-L6-v2"
"""The text encoder whose weights come with the installation, in a data package."""
MULTILINGUAL_ENCODER = "multilingual-e5-small"
"""A text encoder of a hundred languages, whose weights come with the extra `multilingual`."""


class EncoderPrompts(Section):
    """What is put before a text, where a model was trained with it; `""` puts nothing.

    By default what the model's own files say (`config_sentence_transformers.json`). Some say it only on their
    card, as E5, which wants `query: "query: "` and `document: "passage: "`.
    """

    query: str | None = None
    """Before what a person looks for or turns down in words."""
    document: str | None = None
    """Before the text of an item, in training and after."""


class EncoderConfig(Section):
    """The text encoder and its contrastive fine-tuning."""

    model: str = BUNDLED_ENCODER
    """A sentence-transformers model: a hub id, a local folder, `all-MiniLM-L6-v2`, which comes with the
    installation, or `multilingual-e5-small`, which comes with `palate[multilingual]`. A bare transformers
    checkpoint does too: of a decoder the last token is read, else the mean of all. A model that brings Python
    code of its own is refused."""
    prompts: EncoderPrompts = EncoderPrompts()
    """What is put before texts, if not what the model's own files say."""
    dimensions: int | None = Field(None, ge=1)
    """Keep only so many of the first entries of a vector, and scale it to unit length again: for models that
    were trained for it (Matryoshka). Training looks at the same entries."""
    method: Literal["full", "lora", "frozen"] = "full"
    """Train all weights, low-rank adapters (merged into the weights at the end), or nothing."""
    lora_rank: int = Field(16, ge=1)
    """Rank of the adapters of `method: lora`, which every linear map of every layer gets."""
    lora_learning_rate: float = Field(2e-4, gt=0)
    """Peak learning rate of `method: lora`: adapters begin at zero, and want more than weights."""
    interpolation: float = Field(1.0, gt=0, le=1)
    """How far the weights that are written lie from the model as it came (0) to what it has learned (1). What
    lies between keeps more of what the model knew before, as for search in words (WiSE-FT)."""
    objective: EncoderObjective = "neighbours"
    """What is learned: to bring `neighbours` in histories close, or to foretell from an item's text where it
    lies in the `item-space` of a small sequence model, which is trained for that before. The second finds
    new items better in a large catalogue (12,101 items), worse in a small one (1,682), and should see each
    item about once."""
    steps: int = Field(120, ge=1)
    """Optimiser steps."""
    batch_size: int = Field(64, ge=2)
    """Pairs of neighbouring items a step, over all workers, each the others' negative; or single items."""
    texts_at_once: int | None = Field(None, ge=1)
    """Memory of a step is that of so many texts, however large the batch: the encoder reads them part by
    part, and each part once more for its gradient, which is that of the whole batch. By default at once."""
    gradient_checkpointing: bool = False
    """Keep what goes into a layer alone, and compute its inside once more for the gradient: less memory, a
    third more time."""
    window: int = Field(3, ge=1)
    """Two items of a history are `neighbours` when they are at most this many events apart."""
    learning_rate: float = Field(3e-5, gt=0)
    """Peak learning rate of `method: full`; both warm up over a tenth of the steps and fall linearly
    to zero."""
    temperature: float = Field(0.05, gt=0)
    """Divides the cosine similarities in the loss of `neighbours`."""
    paraphrases: tuple[str, ...] = ()
    """More templates like `data.text_template`: in training a text of a step is written by that or by one of
    these, as chance will have it, so that no field and no order of fields is relied upon."""
    max_tokens: int = Field(64, ge=8)
    """Longer texts are cut; what `prompts` puts before a text counts."""
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    """Number format of the forward pass: `auto` is bfloat16 where the card or processor is fast in it."""
    checkpoint_steps: int | None = Field(None, ge=1)
    """Steps between checkpoints, beside those by time (`resources.checkpoint_s`); by default these alone."""

    @model_validator(mode="after")
    def _what_is_interpolated_has_been_trained(self) -> Self:
        if self.method == "frozen" and self.interpolation < 1:
            raise ValueError(
                "method: frozen learns nothing that interpolation could take a part of; leave it 1"
            )
        return self


class SequenceConfig(Section):
    """The sequence model: history to user vector."""

    members: int = Field(1, ge=1)
    """Models trained from different seeds, one after the other, whose scores are averaged. Their vectors
    stand side by side: search is still one product, of vectors as many times as wide."""
    distil: float = Field(0.0, ge=0, le=1)
    """With more than 0 the members teach one more model, which takes their place: search is as cheap as with
    one member. This share of its loss is the divergence from what the members expect."""
    width: int = Field(64, ge=4)
    """Size of the item and user vectors in which the search takes place."""
    layer_kind: Literal["transformer", "ligr", "hstu"] = "transformer"
    """What a layer is: attention and a perceptron, the same with gates (LiGR), or gated pointwise attention
    (HSTU)."""
    layers: int = Field(2, ge=1)
    """Number of layers."""
    heads: int = Field(2, ge=1)
    """Attention heads a layer."""
    max_events: int = Field(200, ge=2)
    """Only the latest this many events of a history are read."""
    dropout: float = Field(0.2, ge=0, lt=1)
    """Dropout inside the transformer."""
    residual_dropout: float = Field(0.2, ge=0, lt=1)
    """Probability that an item's own vector is left out whole in a step, so that the model learns
    to do with text alone. 0 and `use_text: false` give a model by id only."""
    use_text: bool = True
    """Project the text vector into the item vector; without it items are ids only."""
    use_ids: bool = True
    """Add a learned vector of its own to each item; without it items are text only."""
    use_words: bool = True
    """Add learned vectors of the words of its text to each item, where there is `use_text`: a text encoder
    knows what words mean, but not what a brand or a series means to people."""
    use_signals: bool = False
    """Add a learned vector of its kind and value to each event: a click is not a purchase, and one star is
    not five. Values are told apart in eight ranges at most, those of each kind by themselves."""
    use_dislikes: bool = True
    """Read what somebody turned against (`data.negative`) as an input, with a learned vector that tells it
    from what they took. Where nobody turned against anything the model is the same."""
    augmentations: tuple[Augmentation, ...] = ()
    """What is done to histories in training: `crop` keeps a part of one, `mask` does not show some of its
    events, `reorder` shuffles a part."""
    augmented_share: float = Field(0.5, gt=0, le=1)
    """Share of the histories of each epoch to which one of `augmentations` is done."""
    negatives: int = Field(0, ge=0)
    """Items drawn as negatives for the softmax loss; 0 takes the whole catalogue."""
    dislike_weight: float = Field(1.0, ge=0)
    """Weight of a negative event (`data.negative`) beside a positive one in the loss, by which its item is to
    come behind what was taken next."""
    epochs: int = Field(50, ge=1)
    """Most passes over the users."""
    patience: int = Field(8, ge=1)
    """Stop after this many epochs without a better validation NDCG@10."""
    tokens_per_batch: int = Field(2048, ge=16)
    """Events a step, over all workers; users of like length are batched together."""
    learning_rate: float = Field(2e-3, gt=0)
    """Learning rate of AdamW, after a warm-up."""
    weight_decay: float = Field(0.01, ge=0)
    """Decoupled weight decay of AdamW."""
    average_decay: float = Field(0.98, ge=0, lt=1)
    """Weights are averaged over the steps, an older step's share shrinking by this factor each step;
    the average is what is validated and kept."""
    recency_rate: float = Field(0.3, gt=0, le=1)
    """Rate a of the second user model, the moving average U <- U + a (h - U) over text vectors h."""

    @model_validator(mode="after")
    def _heads_share_the_width(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"heads must divide width, and {self.width} is no multiple of {self.heads}")
        return self

    @model_validator(mode="after")
    def _distillation_is_about_the_whole_catalogue(self) -> Self:
        if self.distil and self.negatives:
            raise ValueError("distil needs negatives: 0, for the members teach about the whole catalogue")
        return self
