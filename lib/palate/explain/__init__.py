"""Why an item was recommended: evidence, a sentence about it, and a checker that lets only true ones through.

`palate.explain.relevance` has what needs the models of a release; nothing here loads them.
"""

from palate.explain.checker import Verdict, check
from palate.explain.evidence import Carrier, Contribution, Evidence, Recommended, contributions_of, gather
from palate.explain.facts import Attribute, Description, Descriptions
from palate.explain.influence import EXPLAINED_EVENTS, Score, latest, leave_one_out, shapley
from palate.explain.phrases import Phrase
from palate.explain.prompt import explanation_prompt, safe
from palate.explain.request import WARM_UP, TextRequest, explanation_request
from palate.explain.sentences import true_sentences
from palate.explain.sentiment import EventReading, Sentiment
from palate.explain.template import template_sentence
from palate.explain.vocabulary import Vocabulary
from palate.explain.writer import Attempt, Written, write_texts

__all__ = [
    "EXPLAINED_EVENTS",
    "WARM_UP",
    "Attempt",
    "Attribute",
    "Carrier",
    "Contribution",
    "Description",
    "Descriptions",
    "EventReading",
    "Evidence",
    "Phrase",
    "Recommended",
    "Score",
    "Sentiment",
    "TextRequest",
    "Verdict",
    "Vocabulary",
    "Written",
    "check",
    "contributions_of",
    "explanation_prompt",
    "explanation_request",
    "gather",
    "latest",
    "leave_one_out",
    "safe",
    "shapley",
    "template_sentence",
    "true_sentences",
    "write_texts",
]
