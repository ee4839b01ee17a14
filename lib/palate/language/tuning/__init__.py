"""LoRA fine-tuning of a language model with low-rank adapters, on prompts and their answers.

What makes it quick enough for a processor, without changing a gradient:

* What the prompts of a batch begin with, such as instructions, is read once for all of them.
* Scores over the vocabulary are computed only where an answer is to be written.
* Prompts of like length are batched together.
"""

from palate.language.tuning.examples import Chat, TuningExample, batches_by_length
from palate.language.tuning.trainer import AnswerTrainer

__all__ = ["AnswerTrainer", "Chat", "TuningExample", "batches_by_length"]
