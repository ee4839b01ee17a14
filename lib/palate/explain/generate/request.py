"""Text request: what a model is asked, what answers are permitted, and what is said without an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from palate.explain.checks.checker import Verdict, check
from palate.explain.evidence.evidence import Evidence
from palate.explain.evidence.vocabulary import Vocabulary
from palate.explain.generate.prompt import explanation_prompt, with_evidence
from palate.explain.sentences.phrase_tree import Phrase, grammar
from palate.explain.sentences.template import nothing_known, template_sentences
from palate.explain.sentences.true_sentences import true_sentences
from palate.explain.text.instructions import INSTRUCTIONS, instructions
from palate.explain.text.style import PLAIN_STYLE, TextStyle
from palate.language.prompt import Prompt

WARM_UP = Prompt(with_evidence(INSTRUCTIONS, ()), 'root ::= "yes"')
"""What to ask an engine before anything else: its first answer is slow, and it remembers the instructions."""


@dataclass(frozen=True)
class TextRequest:
    """One text that is to be written."""

    id: str
    prompt: str
    permitted: Phrase
    """All texts that a constrained model chooses from."""
    verdict: Callable[[str], Verdict]
    """Whether a text may be shown."""
    template: str
    """What is said where no text of the model passes."""

    def to_prompt(self, constrained: bool) -> Prompt:
        """What the language model is asked."""
        return Prompt(self.prompt, grammar(self.permitted) if constrained else None)


def first_passing(texts: Iterable[str], verdict: Callable[[str], Verdict], otherwise: str) -> str:
    """The first of our own texts that may be shown; `otherwise` must say nothing that could be false."""
    return next((text for text in texts if verdict(text).passed), otherwise)


def explanation_request(
    id_: str, evidence: Evidence, vocabulary: Vocabulary, style: TextStyle = PLAIN_STYLE
) -> TextRequest:
    """The sentence that says why the item of `evidence` was recommended; the template is checked too."""
    verdict = partial(
        check,
        evidence=evidence,
        vocabulary=vocabulary,
        prompt=instructions(evidence.language, style),
        words=style.words,
    )
    return TextRequest(
        id=id_,
        prompt=explanation_prompt(evidence, style),
        permitted=true_sentences(evidence),
        verdict=verdict,
        template=first_passing(template_sentences(evidence), verdict, nothing_known(evidence.language)),
    )
