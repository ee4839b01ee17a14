"""Expressions mean what they say, and a wrong one is told with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.errors import PalateError
from palate.rank.conditions import Category, Every, Expression, Not, Some, folded
from palate.rank.expressions import MAX_DEPTH, MAX_LENGTH, parse_expression
from palate.rank.rules import Boost, Rules

NAMES = ("comedy", "film noir", "children's", "sci-fi", "r&b", "not", 'the "best"', "a\\b", "straße")

names = st.sampled_from(NAMES).map(lambda name: Category(folded(name)))


def wider(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.builds(Not, parts) | st.builds(Every, several) | st.builds(Some, several)


trees = st.recursive(names, wider, max_leaves=8)


def printed(tree: Expression, draw: st.DataObject) -> str:
    """The tree as text; signs, case and quotes are drawn, parentheses stand round every part."""
    match tree:
        case Category(name):
            escaped = name.replace("\\", "\\\\").replace('"', '\\"')
            shouted = escaped.upper() if draw.draw(st.booleans()) else escaped
            bare = name.replace("-", "").replace("'", "").isalnum() and name != "not"
            return shouted if bare and draw.draw(st.booleans()) else f'"{shouted}"'
        case Not(part):
            return f"{draw.draw(st.sampled_from(['not ', '!', 'NOT ']))}({printed(part, draw)})"
        case Every(parts) | Some(parts):
            signs = ["and", "&", "And"] if isinstance(tree, Every) else ["or", "|", "OR"]
            return f" {draw.draw(st.sampled_from(signs))} ".join(f"({printed(part, draw)})" for part in parts)
        case _:
            raise AssertionError(tree)


@given(tree=trees, categories=st.frozensets(names.map(lambda category: category.name)), draw=st.data())
def test_tree_printed_and_parsed_again_matches_as_the_tree_does(
    tree: Expression, categories: frozenset[str], draw: st.DataObject
) -> None:
    text = printed(tree, draw)
    if len(text) <= MAX_LENGTH:
        assert parse_expression(text).matches(categories) == tree.matches(categories)


@given(st.text(alphabet='ab &|!()"\\not', max_size=30))
def test_any_text_is_an_expression_or_a_mistake_that_is_told(text: str) -> None:
    mistake = None
    try:
        parse_expression(text).matches(frozenset({"a"}))
    except PalateError as error:
        mistake = error
    assert mistake is None or "at character" in str(mistake)


@pytest.mark.parametrize(
    ("text", "matching", "failing"),
    [
        ('Comedy and not (Horror or "Film Noir")', {"comedy", "drama"}, {"comedy", "film noir"}),
        ("comedy & !horror", {"comedy"}, {"comedy", "horror"}),
        ("a or b and c", {"a"}, {"b"}),
        ("not a and b", {"b"}, {"a", "b"}),
        ("not not a", {"a"}, {"b"}),
        ("Children's|Sci-Fi", {"children's"}, {"sci"}),
        ('"  FILM \t noir "', {"film noir"}, {"film"}),
        ('"R&B"', {"r&b"}, {"r", "b"}),
        ("STRASSE", {"strasse"}, {"stra"}),
        (r'"7\" singles"', {'7" singles'}, {"singles"}),
        ("nothing & oregano & android", {"nothing", "oregano", "android"}, {"nothing"}),
    ],
)
def test_expression_means_what_it_says(text: str, matching: set[str], failing: set[str]) -> None:
    expression = parse_expression(text)
    assert expression.matches(frozenset(matching))
    assert not expression.matches(frozenset(failing))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r'character 1: it needs a category, "not" or "\(", but there is the end'),
        ("a and", r"character 6: it needs a category.* there is the end"),
        ("a & & b", r"character 5: .* there is '&'"),
        ("(a or b", r'character 8: it needs "and", "or" or "\)"'),
        ("a) or b", r'character 2: it needs "and", "or" or the end, but'),
        ("film noir", r"character 6: .*several words stands in double quotes, but there is 'noir'"),
        ('a or "film noir', r"character 6: it needs a closing \" behind the name"),
        ('a or ""', r"character 6: it needs a name between the quotes, but there is none"),
        ('a or " "', r"character 6: it needs a name between"),
        ("!" * (MAX_DEPTH + 1) + "a", f"character {MAX_DEPTH + 2}: it needs at most {MAX_DEPTH}"),
        ("(" * (MAX_DEPTH + 1) + "a", f"character {MAX_DEPTH + 2}: it needs at most {MAX_DEPTH}"),
        ("a" * (MAX_LENGTH + 1), f"at most {MAX_LENGTH} characters, not {MAX_LENGTH + 1}"),
    ],
)
def test_wrong_expression_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(PalateError, match=message):
        parse_expression(text)


def test_greatest_depth_can_be_read() -> None:
    text = "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH
    assert parse_expression(text).matches(frozenset({"a"}))


def test_same_text_is_compiled_once() -> None:
    assert parse_expression("a or b") is parse_expression("a or b")


@pytest.mark.parametrize(
    "rules", [{"allow": "a or"}, {"deny": "("}, {"boosts": [{"match": "", "factor": 2}]}]
)
def test_rules_refuse_a_wrong_expression_at_once(rules: dict[str, object]) -> None:
    with pytest.raises(PalateError, match="at character"):
        Rules.model_validate(rules)


def test_rules_refuse_what_is_out_of_range() -> None:
    for wrong in ({"diversity": 1.1}, {"per_category": 0}, {"explore": -0.1}, {"not_before": float("nan")}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Rules.model_validate(wrong)
    with pytest.raises(ValueError, match="factor"):
        Boost(match="a", factor=0)
