"""Actions have names of the user's own, and the target is one of them."""

from __future__ import annotations

import pytest

from palate.config import ActionConfig, ColumnsConfig, RerankConfig, load_config
from palate.errors import PalateError


def test_the_first_action_is_the_target_unless_another_is_named() -> None:
    actions = ["rerank.actions={watch: {}, like: {min_value: 4}}"]
    assert load_config(None, actions).rerank.target_action() == "watch"
    assert load_config(None, [*actions, "rerank.target=like"]).rerank.target_action() == "like"
    assert RerankConfig().target_action() == "act"


def test_a_target_that_is_no_action_is_refused() -> None:
    with pytest.raises(PalateError, match=r"rerank\.target: .*no such action; rerank\.actions has act"):
        load_config(None, ["rerank.target=buy"])


def test_a_misspelt_setting_of_an_action_is_refused_with_the_right_one() -> None:
    with pytest.raises(PalateError, match=r"did you mean rerank\.actions\.like\.min_value"):
        load_config(None, ["rerank.actions.like.min_valu=4"])


def test_no_action_at_all_is_refused() -> None:
    with pytest.raises(PalateError, match=r"rerank\.actions"):
        load_config(None, ["rerank.actions={}"])


@pytest.mark.parametrize("section", [ActionConfig, ColumnsConfig])
def test_every_nested_setting_is_documented(section: type[ActionConfig]) -> None:
    assert all(field.description for field in section.model_fields.values())
