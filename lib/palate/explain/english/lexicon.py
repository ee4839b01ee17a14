"""Lexicon: English words that the checker knows the meaning of, as folded words."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a list that is written as text."""
    return frozenset(text.split())


ARTICLES = words("the a an")

SMALL_WORDS = ARTICLES | words("and or of in to for with from at by on but as s t d m ll re ve")
"""What titles write in lower case, and what apostrophes leave."""

FUNCTION_WORDS = ARTICLES | words("""
    about after again all also always and another any are as at be because been before but by can chosen
    could did do does during each every few filed first for from had has have he her here him his how i
    if in into is it its just last like made many may me might more most much my near new next no now of
    on one only or other our out over own people popular see she should since so some something still
    such than that their them then there these they this those through to too try under until up us very
    was we well were what when where which while who why will with would yes you your
""")
"""Words that open English sentences or hold them together; a title of such words looks like any sentence."""

POSITIVE = words("""
    liked loved enjoyed adored appreciated praised favourite favourites favorite favorites fan fans fond
""")
"""What says that somebody liked what is named beside it."""

NEGATIVE = words("disliked hated loathed detested despised skipped")

NEUTRAL = words("""
    watched took viewed bought read played listened chose picked saw seen tried ordered rated
""")
"""What says no more than that somebody took what is named beside it."""

NEGATIONS = words("""
    no not never without hardly neither nor cannot didn don doesn wasn weren isn aren hasn haven hadn won
    wouldn couldn shouldn
""")
"""With apostrophes divided: "didn't" is "didn" and "t"."""

SAMENESS = words("another same both share shares shared sharing similar common likewise alike")
"""What says that the recommended item has something in common with those named."""

POPULARITY = words("""
    popular popularity many everyone everybody millions thousands most trending hit blockbuster bestselling
    bestseller
""")

CLAIMS = {
    **dict.fromkeys(
        words("""
        award awards winning winner oscar oscars acclaimed critically critics reviewers reviews
        masterpiece classic classics best greatest finest worst sequel prequel remake franchise trilogy
        series novel book soundtrack plot ending true story famous renowned legendary celebrated newest
        latest recent recently brand brandnew free win prize click visit www http https com password
        exclusive discount price cheap guaranteed
        swashbuckling playful witty gritty serious enchanted mysterious futuristic harrowing
    """),
        "",
    ),
    **dict.fromkeys(words("directed director filmmaker"), "director"),
    **dict.fromkeys(words("starring stars star actor actors actress cast"), "actor"),
    **dict.fromkeys(words("written writer author authored"), "author"),
}
"""Words that claim what evidence seldom holds, and the attribute that must be there for them; often none."""

NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "hundred": 100, "hundreds": 100,
    "thousand": 1000, "million": 1_000_000,
}  # fmt: skip

DECADES = {
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70,
    "eighties": 80, "nineties": 90,
}  # fmt: skip
"""Last two digits of the first year."""
