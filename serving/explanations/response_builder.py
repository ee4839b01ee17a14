"""From evidence and texts to what a client is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from palate.explain import Attempt, Evidence, SupportingItem
from palate.online import UserState
from palate.profile import Interest
from serving.api.schemas import (
    Carried,
    EvidenceBody,
    EvidenceHistoryItem,
    ExplanationResponse,
    ProfileLine,
    ProfileResponse,
    RejectedText,
    ShownText,
    SourceAmount,
    StruckLine,
)
from serving.explanations.protocol import Explanation
from serving.explanations.text_cache import Remembered
from serving.live_users import LiveUser
from serving.releases.release_view import ReleaseView

TAGS = 10
"""Tags of a profile at most."""


def to_explanation_response(live_user: LiveUser, item: int, explained: Explanation) -> ExplanationResponse:
    """An explanation that was just written."""
    written = explained.written
    return ExplanationResponse(
        release=live_user.release,
        user=live_user.id,
        item=live_user.view.catalogue.items[item],
        title=live_user.view.catalogue.titles[item],
        text=written.text,
        source=written.source,
        cached=False,
        reason=explained.lack,
        evidence=_evidence(live_user.view, explained.evidence),
        rejected=[_rejected(attempt) for attempt in written.rejected],
    )


def remembered(live_user: LiveUser, item: int, text: Remembered) -> ExplanationResponse:
    """An explanation from before; of what was rejected then nothing is kept."""
    kept = to_text(text)
    return ExplanationResponse(
        release=live_user.release,
        user=live_user.id,
        item=live_user.view.catalogue.items[item],
        title=live_user.view.catalogue.titles[item],
        text=kept.text,
        source=kept.source,
        cached=True,
        reason="rejected" if kept.source == "template" else None,
        evidence=_evidence(live_user.view, text.evidence),
        rejected=[],
    )


def to_text(text: Remembered) -> ShownText:
    """A text from before, as a place of a list has it."""
    return ShownText.model_validate({"text": text.kept.text, "source": text.kept.source})


def profile(
    live_user: LiveUser,
    interests: Sequence[Interest],
    texts: Mapping[str, ShownText],
    tags: Mapping[str, list[str]],
) -> ProfileResponse:
    """A profile; `texts` has one for each of the interests, `tags` are by item."""
    lines = [_line(live_user.view, one, texts[one.id], tags) for one in interests]
    counts = Counter(tag for line in lines for tag in line.tags)
    return ProfileResponse(
        release=live_user.release,
        user=live_user.id,
        version=live_user.state.version,
        lines=lines,
        struck=struck_lines(live_user.state),
        tags=[tag for tag, _ in counts.most_common(TAGS)],
    )


def struck_lines(state: UserState) -> list[StruckLine]:
    """What a user struck."""
    return [StruckLine(id=line.interest, categories=list(line.categories)) for line in state.dismissed]


def _line(
    view: ReleaseView, interest: Interest, text: ShownText, tags: Mapping[str, list[str]]
) -> ProfileLine:
    taken = [_taken(view, supporting_item) for supporting_item in interest.evidence.supporting_items]
    return ProfileLine(
        id=interest.id,
        text=text.text,
        source=text.source,
        share=round(interest.share, 4),
        categories=list(interest.categories),
        evidence=taken,
        tags=list(dict.fromkeys(tag for one in taken for tag in tags.get(one.item, []))),
    )


def _evidence(view: ReleaseView, evidence: Evidence) -> EvidenceBody:
    return EvidenceBody(
        history=[
            Carried(
                **_taken(view, supporting_item).model_dump(), influence=round(supporting_item.influence, 6)
            )
            for supporting_item in evidence.supporting_items
        ],
        contributions=[
            SourceAmount(source=one.source, amount=round(one.amount, 6)) for one in evidence.contributions
        ],
        shared=list(evidence.shared_categories),
        popular=evidence.popular,
    )


def _taken(view: ReleaseView, supporting_item: SupportingItem) -> EvidenceHistoryItem:
    items, titles = view.catalogue.items, view.catalogue.titles
    return EvidenceHistoryItem(
        item=items[supporting_item.item],
        title=titles[supporting_item.item],
        sentiment=supporting_item.sentiment.value,
    )


def _rejected(attempt: Attempt) -> RejectedText:
    return RejectedText(text=attempt.text, reasons=list(attempt.reasons))
