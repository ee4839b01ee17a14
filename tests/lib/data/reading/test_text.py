"""An item's text has no trace of its empty fields; titles read naturally."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.data.sources.titles import natural_title, split_year
from palate.data.text import parse_template
from palate.errors import PalateError

FIELDS = ["title", "year", "genres", "plot"]
FULL = {"title": "Heat", "year": "1995", "genres": "Crime", "plot": "A thief and a detective."}


def render(template: str, **changes: str | None) -> str:
    return parse_template(template, FIELDS).fill(FULL | changes)


@pytest.mark.parametrize(
    ("empty", "expected"),
    [
        ((), "Heat (1995). Crime. A thief and a detective."),
        (("year",), "Heat. Crime. A thief and a detective."),
        (("genres",), "Heat (1995). A thief and a detective."),
        (("plot",), "Heat (1995). Crime"),
        (("genres", "plot"), "Heat (1995)"),
        (("year", "genres", "plot"), "Heat"),
        (("title",), "(1995). Crime. A thief and a detective."),
        (("title", "year"), "Crime. A thief and a detective."),
        (("title", "year", "genres", "plot"), ""),
    ],
)
def test_an_empty_field_leaves_no_gap(empty: tuple[str, ...], expected: str) -> None:
    assert render("{title} ({year}). {genres}. {plot}", **dict.fromkeys(empty)) == expected


@pytest.mark.parametrize(
    ("template", "empty", "expected"),
    [
        ("{title} ({year}, {genres})", "genres", "Heat 1995"),
        ("{title} ({year}, {genres})", "year", "Heat, Crime"),
        ("{title}, a film of {year}; {genres}.", "year", "Heat; Crime."),
        ('"{title}" [{year}] {{{genres}}}', "year", '"Heat" {Crime}'),
    ],
)
def test_brackets_and_words_go_with_their_field(template: str, empty: str, expected: str) -> None:
    assert render(template, **{empty: ""}) == expected


def test_a_form_cuts_a_field_and_white_space_becomes_one_space() -> None:
    assert render("{title}: {plot:.7}", plot="A\n\tthief  and") == "Heat: A thief"


def test_an_unknown_field_is_refused_with_the_nearest_and_all_others() -> None:
    with pytest.raises(PalateError) as refused:
        parse_template("{title} {genre}", FIELDS)
    assert "no field 'genre'; did you mean 'genres'? It has: genres, plot, title, year" in str(refused.value)


def test_what_cannot_be_read_is_told_by_the_name_of_its_setting() -> None:
    with pytest.raises(PalateError, match=r"encoder\.paraphrases '\{plt\}'"):
        parse_template("{plt}", FIELDS, "encoder.paraphrases")


@pytest.mark.parametrize("template", ["{title", "{title!r}", "{title:5d}", "{}"])
def test_a_template_that_cannot_be_filled_is_refused(template: str) -> None:
    with pytest.raises(PalateError, match="text_template"):
        parse_template(template, FIELDS)


@given(st.fixed_dictionaries({field: st.text(max_size=8) for field in FIELDS}))
def test_the_text_is_one_line_without_double_spaces(item: dict[str, str]) -> None:
    text = parse_template("{title} ({year}). {genres}. {plot}", FIELDS).fill(item)
    assert text == " ".join(text.split())


@pytest.mark.parametrize(
    ("sorted_title", "natural"),
    [
        ("Matrix, The", "The Matrix"),
        ("Enfer, L'", "L'Enfer"),
        ("Old Lady, The (Vieille, La)", "The Old Lady (La Vieille)"),
        ("Fille seule, La (A Single Girl)", "La Fille seule (A Single Girl)"),
        ("Paris, Texas", "Paris, Texas"),
        ("Good, The Bad and The Ugly, The", "The Good, The Bad and The Ugly"),
        ("Seven (Se7en)", "Seven (Se7en)"),
    ],
)
def test_titles_are_put_in_natural_order(sorted_title: str, natural: str) -> None:
    assert natural_title(sorted_title) == natural


def test_the_year_is_split_off() -> None:
    assert split_year("Heat (1995)") == ("Heat", "1995")
    assert split_year("2001: A Space Odyssey") == ("2001: A Space Odyssey", "")
