"""Why an item was recommended: evidence, a sentence about it, and a checker that lets only true ones through.

`palate.explain.evidence.reader` has what needs the models of a release; nothing here loads them.
"""

from palate.explain.checks.checker import Verdict, check
from palate.explain.evidence.descriptions import Attribute, Description, Descriptions
from palate.explain.evidence.evidence import (
    Contribution,
    Evidence,
    ItemInfluence,
    RecommendedItem,
    StatedReason,
    SupportingItem,
    build_evidence,
    contributions_of,
)
from palate.explain.evidence.influence import (
    EXPLAINED_EVENTS,
    Score,
    leave_one_out,
    recent_items,
    shapley,
)
from palate.explain.evidence.sentiment import EventReading, Sentiment
from palate.explain.evidence.vocabulary import Vocabulary
from palate.explain.generate.prompt import explanation_prompt
from palate.explain.generate.request import WARM_UP, TextRequest, explanation_request
from palate.explain.generate.writer import Attempt, WrittenText, write_texts
from palate.explain.sentences.phrase_tree import Phrase
from palate.explain.sentences.template import template_sentence
from palate.explain.sentences.true_sentences import true_sentences
from palate.explain.text.prompt_guard import safe

__all__ = [
    "EXPLAINED_EVENTS",
    "WARM_UP",
    "Attempt",
    "Attribute",
    "Contribution",
    "Description",
    "Descriptions",
    "EventReading",
    "Evidence",
    "ItemInfluence",
    "Phrase",
    "RecommendedItem",
    "Score",
    "Sentiment",
    "StatedReason",
    "SupportingItem",
    "TextRequest",
    "Verdict",
    "Vocabulary",
    "WrittenText",
    "build_evidence",
    "check",
    "contributions_of",
    "explanation_prompt",
    "explanation_request",
    "leave_one_out",
    "recent_items",
    "safe",
    "shapley",
    "template_sentence",
    "true_sentences",
    "write_texts",
]
