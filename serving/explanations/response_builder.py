"""Response: from evidence and texts to what a client is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

from palate.explain import Attempt, Evidence, StatedReason, SupportingItem
from palate.online import UserState
from palate.online.history import SaidText
from palate.profile import Interest
from serving.api.schemas import (
    Carried,
    EvidenceBody,
    EvidenceHistoryItem,
    ExplanationResponse,
    ProfileLine,
    ProfileResponse,
    Recommended,
    RejectedText,
    SaidLine,
    ShownText,
    SourceAmount,
    StatedBody,
    StruckLine,
    WordBody,
)
from serving.explanations.protocol import Explanation
from serving.explanations.text_cache import CachedText
from serving.releases.release_view import ReleaseView
from serving.users.live_users import LiveUser

MAX_PROFILE_TAGS = 10
"""Tags of a profile at most."""


def to_explanation_response(user: LiveUser, item: int, explanation: Explanation) -> ExplanationResponse:
    """An explanation that was just written, or is still what the list rests on."""
    written = explanation.written
    return ExplanationResponse(
        release=user.release,
        user=user.id,
        item=user.view.names.items[item],
        title=user.view.names.titles[item],
        text=written.text,
        source=written.source,
        cached=explanation.from_before,
        reason=explanation.fallback_reason,
        evidence=_evidence(user.view, explanation.evidence),
        rejected=[_rejected(attempt) for attempt in written.rejected],
    )


def to_cached_explanation_response(user: LiveUser, item: int, cached: CachedText) -> ExplanationResponse:
    """An explanation from before; of what was rejected then nothing is kept."""
    shown = to_text(cached)
    return ExplanationResponse(
        release=user.release,
        user=user.id,
        item=user.view.names.items[item],
        title=user.view.names.titles[item],
        text=shown.text,
        source=shown.source,
        cached=True,
        reason="rejected" if shown.source == "template" else None,
        evidence=_evidence(user.view, cached.evidence),
        rejected=[],
    )


def with_text(listed: Recommended, view: ReleaseView, cached: CachedText) -> Recommended:
    """A place of a list with a sentence from before and its reasons, in place of what is only similar."""
    reasons = [_carried(view, supporting) for supporting in cached.evidence.named]
    stated = [_stated(one) for one in cached.evidence.named_stated]
    told = {"explanation": to_text(cached), "reasons": reasons, "stated": stated, "because": None}
    return listed.model_copy(update=told)


def to_text(cached: CachedText) -> ShownText:
    """A text from before, as an item of a list has it."""
    return ShownText.model_validate({"text": cached.stored.text, "source": cached.stored.source})


def profile(
    user: LiveUser,
    interests: Sequence[Interest],
    texts: Mapping[str, ShownText],
    tags: Mapping[str, list[str]],
) -> ProfileResponse:
    """A profile; `texts` has one for each of the interests, `tags` are by item."""
    lines = [_line(user.view, interest, texts[interest.id], tags) for interest in interests]
    counts = Counter(tag for line in lines for tag in line.tags)
    return ProfileResponse(
        release=user.release,
        user=user.id,
        version=user.state.version,
        lines=lines,
        struck=struck_lines(user.state),
        tags=[tag for tag, _ in counts.most_common(MAX_PROFILE_TAGS)],
        said=[_said_line(user.view, said) for said in reversed(user.live.said)],
    )


def struck_lines(state: UserState) -> list[StruckLine]:
    """What a user struck."""
    return [StruckLine(id=line.interest, categories=list(line.categories)) for line in state.dismissed]


def _line(
    view: ReleaseView, interest: Interest, text: ShownText, tags: Mapping[str, list[str]]
) -> ProfileLine:
    history = [_history_item(view, supporting) for supporting in interest.evidence.supporting_items]
    return ProfileLine(
        id=interest.id,
        text=text.text,
        source=text.source,
        share=round(interest.share, 4),
        categories=list(interest.categories),
        evidence=history,
        tags=list(dict.fromkeys(tag for item in history for tag in tags.get(item.item, []))),
    )


def _said_line(view: ReleaseView, said: SaidText) -> SaidLine:
    asked = view.requests.read(said.text).constraints
    wanted = (one.names for one in asked if one.kind == "category" and not one.negative)
    return SaidLine(
        text=said.text,
        kind=said.event.kind,
        item=said.event.item or None,
        time=said.event.time,
        categories=list(dict.fromkeys(chain.from_iterable(wanted))),
    )


def _evidence(view: ReleaseView, evidence: Evidence) -> EvidenceBody:
    return EvidenceBody(
        place=evidence.place,
        place_without=evidence.place_without,
        reasons=[_carried(view, supporting) for supporting in evidence.supporting_items],
        stated=[_stated(one) for one in evidence.stated],
        others=[_carried(view, supporting) for supporting in evidence.others],
        other_stated=[_stated(one) for one in evidence.other_stated],
        fidelity=None if evidence.fidelity is None else round(evidence.fidelity, 4),
        contributions=[
            SourceAmount(source=source, amount=round(amount, 6), place_without=place)
            for source, amount, place in evidence.contributions
        ],
        shared=list(evidence.shared_categories),
        popular=evidence.popular,
    )


def _stated(reason: StatedReason) -> StatedBody:
    return StatedBody(
        kind=reason.kind,
        text=reason.text,
        influence=round(reason.influence, 6),
        place_without=reason.place_without,
        words=[WordBody(word=word, influence=round(influence, 6)) for word, influence in reason.words],
    )


def _carried(view: ReleaseView, supporting: SupportingItem) -> Carried:
    item = _history_item(view, supporting).model_dump()
    return Carried(**item, influence=round(supporting.influence, 6), place_without=supporting.place_without)


def _history_item(view: ReleaseView, supporting: SupportingItem) -> EvidenceHistoryItem:
    items, titles = view.names.items, view.names.titles
    return EvidenceHistoryItem(
        item=items[supporting.item],
        title=titles[supporting.item],
        sentiment=supporting.sentiment.value,
    )


def _rejected(attempt: Attempt) -> RejectedText:
    return RejectedText(text=attempt.text, reasons=list(attempt.reasons))
