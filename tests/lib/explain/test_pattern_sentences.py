"""Sentences of languages with patterns: the template reads as a native sentence, and all are read again."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.config.rerank import ColumnsConfig
from palate.explain import (
    Description,
    Evidence,
    Sentiment,
    check,
    explanation_request,
    template_sentence,
    true_sentences,
)
from palate.explain.checks.pattern_claims import PatternCheck
from palate.explain.evidence.descriptions import Descriptions
from palate.explain.evidence.evidence import SupportingItem
from palate.explain.evidence.vocabulary import Vocabulary
from palate.explain.sentences.pattern_sentences import PatternSentences
from palate.explain.sentences.phrase_tree import first, grammar, sample
from palate.explain.sentences.template import template_sentences
from palate.explain.text.sentence_pack import sentence_languages, sentence_pack
from palate.explain.text.sentence_patterns import ActionPatterns, SentencePatterns
from palate.facts import FactSpan
from tests.support.worlds.explanations import (
    BY_TITLE,
    FILMS,
    VOCABULARY,
    catalogue_of,
    evidence,
    supporting_item,
)
from tests.support.worlds.odd_titles import ODD_TITLES, told_of

PATTERNED = [name for name in sentence_languages() if sentence_pack(name).patterns]


def said(language: str, found: Evidence) -> str:
    return template_sentence(replace(found, language=language))


TWO_LIKED = evidence("Aliens", Alien="liked", The_Terminator="liked")
MIXED = evidence("Aliens", Alien="liked", Heat="neutral")
DISLIKED = evidence("Alien", Big="disliked", It="liked")


@pytest.mark.parametrize(
    ("given_evidence", "sentence"),
    [
        (
            MIXED,
            "Weil dir „Alien“ gefallen hat und du „Heat“ gesehen hast: "
            "ebenfalls Action und Thriller, von 1986.",
        ),
        (
            TWO_LIKED,
            "Weil dir „Alien“ und „The Terminator“ gefallen haben: "
            "ebenfalls Action, science fiction und Thriller, von 1986.",
        ),
        (
            DISLIKED,
            "Weil dir „It“ gefallen hat und du „Big“ gesehen hast, obwohl dir das nicht gefallen hat: "
            "Action, Horror und science fiction, von 1979.",
        ),
        (evidence("Casablanca", popular=True), "Das haben viele gewählt: Drama, Romance und War, von 1942."),
        (evidence("It"), "Ein Vorschlag: Horror."),
        (evidence("???", Alien="liked"), "Weil dir „Alien“ gefallen hat: von 2001."),
        (Evidence(Description("Etwas"), popular=True), "Das haben viele gewählt."),
        (Evidence(Description("Etwas")), "Das ist ein Vorschlag aus dem Katalog."),
    ],
)
def test_german_template_is_as_expected(given_evidence: Evidence, sentence: str) -> None:
    assert said("de", given_evidence) == sentence


@pytest.mark.parametrize(
    ("given_evidence", "sentence"),
    [
        (
            MIXED,
            "因为你喜欢“Alien”，也看过“Heat”，为你推荐这一项：同样属于Action和Thriller，出自1986年。",
        ),
        (
            TWO_LIKED,
            "因为你喜欢“Alien”和“The Terminator”，为你推荐这一项："
            "同样属于Action、science fiction和Thriller，出自1986年。",
        ),
        (
            DISLIKED,
            "因为你喜欢“It”，也看过“Big”（虽然并不喜欢），为你推荐这一项："
            "属于Action、Horror和science fiction，出自1979年。",
        ),
        (
            evidence("Casablanca", popular=True),
            "很多人选择了它：属于Drama、Romance和War，出自1942年。",
        ),
        (Evidence(Description("某物"), popular=True), "很多人选择了它。"),
        (Evidence(Description("某物")), "这是目录中的一项推荐。"),
    ],
)
def test_chinese_template_is_as_expected(given_evidence: Evidence, sentence: str) -> None:
    assert said("zh", given_evidence) == sentence


FACTS = {
    "de": ("Regie:", "Regie: Ridley Scott", "regie: Ridley Scott", "unter „plot“ steht „distress call“"),
    "zh": ("导演：", "导演：Ridley Scott", "regie：Ridley Scott", "“plot”里提到“distress call”"),
}


@pytest.mark.parametrize("language", PATTERNED)
def test_fact_is_said_behind_its_lead_or_in_quotation_marks(language: str) -> None:
    lead, with_lead, without, quoted = FACTS[language]
    spans = {
        with_lead: FactSpan("regie", "Ridley Scott", 0, 12, lead),
        without: FactSpan("regie", "Ridley Scott", 0, 12, "with the regie"),
        quoted: FactSpan("plot", "distress call", 3, 16),
    }
    for text, span in spans.items():
        found = Evidence(BY_TITLE["Alien"]._replace(facts=(span,)), MIXED.supporting_items, language=language)
        assert text in template_sentence(found)
        assert check(template_sentence(found), found, VOCABULARY).reasons == ()


@pytest.mark.parametrize(
    ("language", "verb", "clause"),
    [
        ("de", "bought", "du „Heat“ gekauft hast"),
        ("de", "listened to", "du „Heat“ gehört hast"),
        ("de", "gelesen", "du „Heat“ gelesen hast"),
        ("de", "streamed", "du „Heat“ gewählt hast"),
        ("zh", "bought", "买过“Heat”"),
        ("zh", "read", "读过“Heat”"),
        ("zh", "streamed", "选过“Heat”"),
    ],
)
def test_verbs_of_events_are_said_natively(language: str, verb: str, clause: str) -> None:
    item = supporting_item("Heat", BY_TITLE["Aliens"], Sentiment.NEUTRAL, verb)
    found = Evidence(BY_TITLE["Aliens"], (item,), language=language)
    assert clause in template_sentence(found)
    assert check(template_sentence(found), found, VOCABULARY).reasons == ()


@pytest.mark.parametrize("language", PATTERNED)
def test_quotation_marks_within_a_title_cannot_end_it(language: str) -> None:
    title = "Ende“ gefallen hat” und du „Heat"
    item = SupportingItem(0, Description(title), 1.0, Sentiment.LIKED, "watched", ())
    found = Evidence(BY_TITLE["Aliens"], (item,), language=language)
    assert title not in template_sentence(found)
    assert check(template_sentence(found), found, VOCABULARY).reasons == ()


def test_categories_keep_the_capitals_of_the_catalogue() -> None:
    table = catalogue_of({"Tatort": ("1999", "Krimi Drama"), "Derrick": ("1974", "Krimi")})
    columns = ColumnsConfig(category="genres", category_separator=" ", date="year")
    one, other = Descriptions.of(table, columns).items
    shared = tuple(each for each in one.attributes if each in other.attributes)
    item = SupportingItem(1, other, 1.0, Sentiment.LIKED, "watched", shared)
    found = Evidence(one, (item,), language="de")
    assert template_sentence(found) == "Weil dir „Derrick“ gefallen hat: ebenfalls Krimi, von 1999."
    assert check(template_sentence(found), found, Vocabulary.of(table, columns)).passed


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    """Any films of the catalogue, or titles of any signs, with any opinions, in a language with patterns."""
    titles = st.sampled_from(sorted(FILMS)) | ODD_TITLES
    recommended = BY_TITLE[draw(st.sampled_from(sorted(FILMS)))]
    felt, verbs = st.sampled_from(Sentiment), st.sampled_from(["watched", "took", "listened to", "streamed"])
    history = draw(
        st.lists(st.tuples(titles, felt, verbs), max_size=4, unique_by=lambda each: told_of(each[0]))
    )
    items = tuple(supporting_item(title, recommended, *rest) for title, *rest in history)
    popular, language = draw(st.booleans()), draw(st.sampled_from(PATTERNED))
    return Evidence(recommended, items, popular=popular, language=language)


@given(evidences(), st.integers(0, 1000))
def test_every_sentence_that_patterns_make_passes_the_checker(found: Evidence, seed: int) -> None:
    usable = found.named or found.popular or found.recommended.categories or found.recommended.year
    if not usable:
        return
    assert check(template_sentence(found), found, VOCABULARY).reasons == ()
    # By chance everything is said at once, of four items, in more words than a sentence may have.
    reasons = check(sample(true_sentences(found), Random(seed)), found, VOCABULARY).reasons
    assert [reason for reason in reasons if not reason.endswith("words, more than 40")] == []


@pytest.mark.parametrize("language", PATTERNED)
def test_grammar_holds_the_template(language: str) -> None:
    found = replace(MIXED, language=language)
    assert grammar(true_sentences(found)).startswith("root ::= ")
    assert first(true_sentences(found)) == template_sentence(found)


@pytest.mark.parametrize("language", PATTERNED)
def test_template_gets_shorter_until_it_fits_or_says_nothing(language: str) -> None:
    longest, *_, shortest = template_sentences(replace(MIXED, language=language))
    assert len(shortest) < len(longest)
    assert all("“Alien”" in text or "„Alien“" in text for text in (longest, shortest))
    nothing = explanation_request("1", Evidence(Description("x"), language=language), VOCABULARY).template
    assert nothing == NOTHING_KNOWN[language]


NOTHING_KNOWN = {"de": "Das ist ein Vorschlag aus dem Katalog.", "zh": "这是目录中的一项推荐。"}


SPANISH = SentencePatterns(
    quotes=("«»",),
    listed=(", ", " y "),
    clauses=(", ", " y "),
    parts=", ",
    because=("Porque {reasons}: {item}.", "Elegido porque {reasons}."),
    popular=("Muchos lo han elegido: {item}.", "Muchos lo han elegido."),
    plain=("Una propuesta: {item}.",),
    nothing=("Es una propuesta del catálogo.",),
    liked=("te gustó {title}", "te gustaron {titles}"),
    disliked=("no te gustó {title}", "no te gustaron {titles}"),
    although=(", aunque no te gustó",),
    actions=(
        ActionPatterns(verbs=("took",), said=("elegiste {titles}",)),
        ActionPatterns(verbs=("watched",), said=("viste {titles}",)),
    ),
    shared=("también {categories}",),
    own=("{categories}",),
    year=("de {year}",),
    fact=("{lead} {value}",),
    lead="{column}:",
    quotation=("en «{column}» pone «{value}»",),
    lines=("Tu gusto: {categories}, por ejemplo {titles}.", "Tu gusto: {categories}."),
    nothing_shown="Lo muestra tu historial.",
)  # fmt: skip


def test_another_language_needs_nothing_but_its_patterns() -> None:
    sentences = PatternSentences(SPANISH, MIXED)
    assert first(sentences.sentences([])) == (
        "Porque te gustó «Alien» y viste «Heat»: también Action y Thriller, de 1986."
    )
    held = PatternCheck(SPANISH, MIXED, VOCABULARY)
    assert list(held.sentence_reasons(first(sentences.sentences([])), 40)) == []
    assert list(held.sentence_reasons("Porque te gustaron «Alien» y «Heat»: de 1986.", 40)) == [
        "says that 'Heat' was liked, which it was not"
    ]
