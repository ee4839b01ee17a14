"""Tagging: short tags of an item, such as "tense thriller, 1970s science fiction", as a text request."""

from __future__ import annotations

from functools import partial
from itertools import combinations

from palate.explain.evidence.descriptions import Description
from palate.explain.generate.request import TextRequest
from palate.explain.sentences.phrase_tree import Phrase, one_of, row
from palate.profile.prompt import tags_prompt
from palate.profile.tagcheck import check_tags
from palate.profile.tags import JOINT, MAX_TAGS, plain_tags, tag_groups


def tags_request(item: str, description: Description, noun: str = "") -> TextRequest | None:
    """The tags of an item; None for an item of which nothing is known that a tag could say.

    `noun` is what an item is called, such as "film"; by default no tag says that.
    """
    plain, groups = plain_tags(description, noun), tag_groups(description, noun)
    if not plain:
        return None
    return TextRequest(
        id=item,
        prompt=tags_prompt(description),
        permitted=_permitted(groups),
        verdict=partial(check_tags, description=description, noun=noun),
        template=JOINT.join(plain[:MAX_TAGS]),
    )


def tags_of(text: str) -> list[str]:
    """The tags of a text, such as a request's template or what passed its verdict."""
    return [tag.strip() for tag in text.split(",") if tag.strip()]


def _permitted(groups: list[list[str]]) -> Phrase:
    """A tag of some of the groups, in their order: as the groups are disjoint, no tag is said twice."""
    chosen = [some for size in range(1, MAX_TAGS + 1) for some in combinations(groups, size)]
    return one_of(*(_joined(some) for some in chosen))


def _joined(groups: tuple[list[str], ...]) -> Phrase:
    first, *others = [one_of(*group) for group in groups]
    return row(first, *(part for other in others for part in (JOINT, other)))
