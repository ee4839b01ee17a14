"""Lines of a profile are true, and the verdict refuses those that are not."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.explain import Description, Evidence
from palate.explain.english.category_names import CategoryLexicon
from palate.explain.generate.prompt import CLOSE, OPEN
from palate.explain.sentences.phrase_tree import count, grammar, sample
from palate.profile import Interest, interest_request
from palate.profile.lines import plural_kind
from palate.profile.prompt import LINE_INSTRUCTIONS
from tests.support.worlds.profiles import FILMS, OPINIONS, VOCABULARY, WORDING, interests, liking

SCIENCE_FICTION = ("Alien", "The Terminator", "Blade Runner")


def interest(share: float = 0.3, *titles: str) -> Interest:
    (found, *_) = liking(*(titles or SCIENCE_FICTION))
    return found._replace(share=share)


def reasons(line: str, about: Interest) -> str:
    return " | ".join(interest_request(about, VOCABULARY).verdict(line).reasons)


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (
            interest(),
            "You liked Blade Runner and The Terminator: "
            "science-fiction thrillers seem to be your kind of film.",
        ),
        (
            interests(("Chinatown", "neutral"), ("Gilda", "neutral"))[0],
            "You rated Gilda and Chinatown: film noirs seem to be your kind of film.",
        ),
        (
            liking("Bubble Bath", "Rubber Duck")[0],
            "You liked Rubber Duck and Bubble Bath: bath films seem to be your kind of film.",
        ),
    ],
)
def test_template_is_as_expected(found: Interest, line: str) -> None:
    assert interest_request(found, VOCABULARY).template == line


NATIVE = {
    "de": "Dein Geschmack: science fiction und Thriller, zum Beispiel „Blade Runner“ und „The Terminator“.",
    "zh": "你的口味：science fiction和Thriller，例如“Blade Runner”和“The Terminator”。",  # noqa: RUF001
}


def in_language(found: Interest, language: str) -> Interest:
    return found._replace(evidence=replace(found.evidence, language=language))


@pytest.mark.parametrize("language", NATIVE)
def test_line_is_written_natively_and_read_again(language: str) -> None:
    about = in_language(interest(), language)
    assert interest_request(about, VOCABULARY).template == NATIVE[language]
    assert reasons(NATIVE[language], about) == ""
    assert "names the title 'Heat'" in reasons(NATIVE[language].replace("Blade Runner", "Heat"), about)
    assert "'Comedy' of what is recommended" in reasons(NATIVE[language].replace("Thriller", "Comedy"), about)
    assert "does not name the category 'thriller'" in reasons(
        NATIVE[language].replace("Thriller", "Comedy"), about
    )
    assert "cannot be read" in reasons("You keep coming back to thrillers.", about)


def test_interest_whose_titles_cannot_be_said_has_a_line_all_the_same() -> None:
    found = interest()
    supporting_items = tuple(
        replace(each, description=each.description._replace(title="???"))
        for each in found.evidence.supporting_items
    )
    request = interest_request(
        found._replace(evidence=replace(found.evidence, supporting_items=supporting_items)), VOCABULARY
    )
    assert request.template == "You keep coming back to science-fiction thrillers."
    assert request.verdict(request.template).passed
    assert all(request.verdict(sample(request.permitted, Random(seed))).passed for seed in range(20))


@pytest.mark.parametrize(
    ("categories", "kind"),
    [
        (("comedy", "romance"), "romantic comedies"),
        (("science fiction",), "science-fiction films"),
        (("mystery",), "mysteries"),
        (("crime", "film noir"), "crime film noirs"),
        (("children's",), "children's films"),
        (("bath", "skin care"), "films filed under bath and skin care"),
    ],
)
def test_kinds_are_in_the_plural(categories: tuple[str, ...], kind: str) -> None:
    lexicon = CategoryLexicon(WORDING)
    names = {lexicon.natural(name): name for name in WORDING}
    words = tuple(lexicon.words(names.get(name, name)) for name in categories)
    assert plural_kind(Evidence(Description("", words=words), noun="film"), categories) == kind


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(FILMS)), st.sampled_from(sorted(OPINIONS))), min_size=2, max_size=30
    ),
    st.integers(0, 2**32),
)
def test_permitted_lines_pass(events: list[tuple[str, str]], seed: int) -> None:
    for each in interests(*events):
        request = interest_request(each, VOCABULARY)
        assert request.verdict(request.template).reasons == ()
        for turn in range(5):
            assert request.verdict(sample(request.permitted, Random(seed + turn))).reasons == ()


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60), st.integers(0, 2**32))
def test_permitted_lines_pass_whatever_the_titles_are(first: str, second: str, seed: int) -> None:
    found = interest()
    supporting_items = tuple(
        replace(each, description=each.description._replace(title=title))
        for each, title in zip(found.evidence.supporting_items, (first, second), strict=False)
    )
    renamed = found._replace(evidence=replace(found.evidence, supporting_items=supporting_items))
    request = interest_request(renamed, VOCABULARY)
    assert request.verdict(request.template).reasons == ()
    assert request.verdict(sample(request.permitted, Random(seed))).reasons == ()


def test_there_are_many_lines_to_choose_from() -> None:
    permitted = interest_request(interest(), VOCABULARY).permitted
    assert count(permitted) > 100
    assert grammar(permitted).startswith("root ::= ")


@pytest.mark.parametrize(
    "line",
    [
        "You often come back to tense science-fiction thrillers such as Alien and The Terminator.",
        "You clearly enjoy science-fiction thrillers like Alien.",
        "Science-fiction thrillers such as Alien are what you enjoyed.",
    ],
)
def test_free_line_that_is_true_passes(line: str) -> None:
    assert reasons(line, interest()) == ""


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("You liked Casablanca: science-fiction thrillers seem to be your kind of film.", "title"),
        ("You liked Alien: romantic science-fiction thrillers seem to be your kind of film.", "category"),
        ("You liked Alien: thrillers seem to be your kind of film.", "does not name the category"),
        ("You disliked Alien, a film among science-fiction thrillers in your history.", "disliked"),
        ("You never liked science-fiction thrillers such as Alien.", "denies"),
        ("You liked 12 science-fiction thrillers such as Alien.", "number"),
        ("Everyone you know liked science-fiction thrillers such as Alien.", "Everyone"),
        ("You liked Alien and other award winning science-fiction thrillers.", "award"),
        (f"You liked science-fiction thrillers. {LINE_INSTRUCTIONS[:80]}", "repeats the prompt"),
    ],
)
def test_line_that_is_not_true_is_refused(line: str, reason: str) -> None:
    assert reason in reasons(line, interest())


@pytest.mark.parametrize(
    ("share", "word", "holds"),
    [
        (0.24, "often", False),
        (0.25, "often", True),
        (0.24, "frequently", False),
        (0.5, "mostly", False),
        (0.51, "mostly", True),
        (0.5, "usually", False),
        (0.99, "always", False),
        (1.0, "always", True),
        (1.0, "rarely", False),
    ],
)
def test_word_for_how_often_needs_the_share(share: float, word: str, holds: bool) -> None:
    found = reasons(f"You {word} come back to science-fiction thrillers such as Alien.", interest(share))
    assert (f"says {word!r}" not in found) is holds


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_permitted_lines_say_how_often_only_as_the_share_has_it(share: float) -> None:
    request = interest_request(interest(share), VOCABULARY)
    said = {sample(request.permitted, Random(seed)) for seed in range(400)}
    assert all(request.verdict(line).passed for line in said)
    assert any("often" in line for line in said) is (share >= 0.25)
    assert any("More than half" in line or "mostly" in line for line in said) is (share > 0.5)


def test_prompt_shows_the_evidence_between_delimiters() -> None:
    prompt = interest_request(interest(), VOCABULARY).prompt
    instructions, shown = prompt.split(f"\n{OPEN}\n")
    assert instructions == LINE_INSTRUCTIONS
    assert shown.splitlines() == [
        'taste: category "science fiction", "thriller"',
        "how frequent: often",
        'an entry is called: "film"',
        'history 1, liked: "Blade Runner"; shares category "science fiction", "thriller"',
        'history 2, liked: "The Terminator"; shares category "science fiction", "thriller"',
        CLOSE,
    ]
