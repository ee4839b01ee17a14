"""Pattern sentences: all that evidence makes true in a language written by patterns, its template first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from palate.explain.english.category_names import FILED
from palate.explain.evidence.descriptions import Description
from palate.explain.evidence.evidence import Evidence, SupportingItem
from palate.explain.evidence.sentiment import Sentiment
from palate.explain.sentences.phrase_tree import Phrase, filled, one_of, row
from palate.explain.text.sanitising import shown_plainly
from palate.explain.text.sentence_patterns import SentencePatterns, slots_of
from palate.explain.text.stated_phrases import stated_phrases
from palate.explain.text.tokens import phrase_of


class PatternSentences:
    """The sentences on one piece of evidence; the first option of every choice is the template's."""

    def __init__(self, patterns: SentencePatterns, evidence: Evidence) -> None:
        """Take the language of the evidence."""
        self._patterns, self._evidence = patterns, evidence

    def sentences(self, facts: Sequence[str]) -> Phrase:
        """Every permitted sentence; each says one of these facts, which are phrases, if there is one."""
        item, patterns = self._item(facts), self._patterns
        if self._evidence.is_personal:
            return self._filled(patterns.because, reasons=self._reasons(), item=item)
        if self._evidence.popular:
            return self._filled(patterns.popular, item=item)
        return self._filled(patterns.plain, item=item) if item else one_of(*patterns.nothing)

    def bare_sentences(self) -> Phrase:
        """Sentences that say the reasons, or that many people took the item, and nothing of it."""
        patterns = self._patterns
        if self._evidence.is_personal:
            return self._filled(patterns.because, reasons=self._reasons(), item=None)
        return (
            self._filled(patterns.popular, item=None) if self._evidence.popular else one_of(*patterns.nothing)
        )

    def lines(self, examples: int) -> Phrase:
        """Lines of a profile about the categories of the evidence, with at most so many of its titles."""
        recommended, patterns = self._evidence.recommended, self._patterns
        names = self.listed(written_categories(recommended, recommended.categories))
        titles = dict.fromkeys(
            patterns.quoted(one.description.title) for one in self._evidence.named[:examples]
        )
        return self._filled(
            patterns.lines, categories=names, titles=self.listed(list(titles)) if titles else None
        )

    def _filled(self, patterns: Iterable[str], **slots: Phrase | None) -> Phrase:
        """The patterns that have a place for everything that is known, and for nothing else."""
        known = {name: phrase for name, phrase in slots.items() if phrase is not None}
        title = self._evidence.recommended.title
        spoken = known | ({"recommended": self._patterns.quoted(title)} if phrase_of(title) else {})
        fitting = [one for one in patterns if set(known) <= slots_of(one) <= set(spoken)]
        return one_of(*(filled(one, **{name: spoken[name] for name in slots_of(one)}) for one in fitting))

    def _reasons(self) -> Phrase:
        """What somebody said, did and thought, what was disliked last."""
        evidence = self._evidence
        stated = [one_of(*stated_phrases(one.stated, evidence.language)) for one in evidence.named_stated]
        done = [self._clause(items) for items in _grouped(evidence.named, self._patterns)]
        return self._joined([*stated, *done], self._patterns.clauses)

    def _clause(self, items: Sequence[SupportingItem]) -> Phrase:
        """Titles of which the same is said."""
        patterns, felt = self._patterns, items[0].sentiment
        titles = list(dict.fromkeys(patterns.quoted(item.description.title) for item in items))
        liked = felt is Sentiment.LIKED
        said = for_number(patterns.liked if liked else patterns.action(items[0].verb).said, len(titles))
        clause = one_of(*(filled(one, **dict.fromkeys(slots_of(one), self.listed(titles))) for one in said))
        return row(clause, one_of(*patterns.although)) if felt is Sentiment.DISLIKED else clause

    def listed(self, phrases: Sequence[Phrase]) -> Phrase:
        """Things of a list with what stands between them."""
        return self._joined(phrases, self._patterns.listed)

    def _joined(self, phrases: Sequence[Phrase], separators: Sequence[str]) -> Phrase:
        """With the first separator between the phrases, and the second before the last one."""
        between, last, *_ = separators
        if len(phrases) == 1:
            return phrases[0]
        first = [part for phrase in phrases[:-2] for part in (phrase, between)]
        return row(*first, phrases[-2], last, phrases[-1])

    def _item(self, facts: Sequence[str]) -> Phrase | None:
        """What is said of the recommended item: categories, year, a fact; None if nothing is known."""
        evidence, patterns = self._evidence, self._patterns
        shared = evidence.shared_categories
        names = written_categories(evidence.recommended, shared or evidence.recommended.categories)[:FILED]
        kind = (
            self._each(patterns.shared if shared else patterns.own, categories=self.listed(names))
            if names
            else None
        )
        year = (
            self._each(patterns.year, year=evidence.recommended.year) if evidence.recommended.year else None
        )
        fact = one_of(*facts) if facts else None
        parts = [part for part in (kind, year, fact) if part is not None]
        if not parts:
            return None
        # The template says all; without the year a sentence may be shorter.
        shorter = [part for part in (kind, fact) if part is not None]
        return one_of(self._parts(parts), *([self._parts(shorter)] if shorter else []))

    def _parts(self, parts: Sequence[Phrase]) -> Phrase:
        return row(*(piece for part in parts[:-1] for piece in (part, self._patterns.parts)), parts[-1])

    def _each(self, patterns: Sequence[str], **slots: Phrase) -> Phrase:
        return one_of(*(filled(one, **slots) for one in patterns))


def for_number(patterns: Sequence[str], titles: int) -> list[str]:
    """Patterns for one title, or for several; those for several where there are none for one."""
    single = [one for one in patterns if "title" in slots_of(one)]
    several = [one for one in patterns if "titles" in slots_of(one)]
    return single if titles == 1 and single else several


def written_categories(description: Description, names: Sequence[str]) -> list[str]:
    """Categories as the catalogue writes them, or as they are configured; on one line."""
    return [shown_plainly(description.written(name)) for name in names]


def _grouped(named: Sequence[SupportingItem], patterns: SentencePatterns) -> list[list[SupportingItem]]:
    """Items of which the same is said, in their order, but what was disliked comes last."""
    groups: dict[object, list[SupportingItem]] = {}
    for item in sorted(named, key=lambda one: one.sentiment is Sentiment.DISLIKED):
        said = "" if item.sentiment is Sentiment.LIKED else patterns.action(item.verb).said
        groups.setdefault((item.sentiment, said), []).append(item)
    return list(groups.values())
