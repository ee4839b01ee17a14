"""Why an item was recommended: evidence, a sentence about it, and a checker that lets only true ones through.

`palate.explain.relevance` has what needs the models of a release; nothing here loads them.
"""

from palate.explain.checker import Verdict, check
from palate.explain.evidence import Carrier, Contribution, Evidence, Recommended, contributions_of, gather
from palate.explain.facts import Attribute, Description, Descriptions
from palate.explain.influence import EXPLAINED_EVENTS, Score, latest, leave_one_out, shapley
from palate.explain.prompt import explanation_prompt, safe
from palate.explain.sentiment import EventReading, Sentiment, signals_of
from palate.explain.template import template_sentence
from palate.explain.vocabulary import Vocabulary

__all__ = [
    "EXPLAINED_EVENTS",
    "Attribute",
    "Carrier",
    "Contribution",
    "Description",
    "Descriptions",
    "EventReading",
    "Evidence",
    "Recommended",
    "Score",
    "Sentiment",
    "Verdict",
    "Vocabulary",
    "check",
    "contributions_of",
    "explanation_prompt",
    "gather",
    "latest",
    "leave_one_out",
    "safe",
    "shapley",
    "signals_of",
    "template_sentence",
]
