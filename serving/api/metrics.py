"""Metrics: counters and latency histograms of one app, for Prometheus."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from palate.online.impressions import LogCounts
from serving.api.schemas.catalogue import ReadyResponse
from serving.api.schemas.events import EventsResponse
from serving.api.schemas.explanations import ExplanationResponse
from serving.api.schemas.responses import RecommendResponse, StageTimingsMs

LATENCY_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the histograms' buckets."""
STAGE_LABELS = {name: name.removesuffix("_ms") for name in StageTimingsMs.model_fields}
MEDIA_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """What has happened since the app was made; in a registry of its own, so that two apps do not mix."""

    def __init__(self) -> None:
        self._registry = here = CollectorRegistry()
        labels = ("route", "method", "status")
        self._requests = Counter("palate_requests_total", "Requests", labels, registry=here)
        self._seconds = Histogram(
            "palate_request_seconds", "Time to answer", ("route",), registry=here, buckets=LATENCY_BUCKETS_S
        )
        self._stages = Histogram(
            "palate_stage_seconds", "Time in a stage", ("stage",), registry=here, buckets=LATENCY_BUCKETS_S
        )
        self._cached = Counter("palate_cached_total", "Lists that were remembered", registry=here)
        self._events = Counter("palate_events_total", "Events", ("result",), registry=here)
        self._explained = Counter(
            "palate_explanations_total",
            "Explanations by who wrote them, and why nobody did",
            ("source", "reason", "cached"),
            registry=here,
        )
        self._release = Gauge(
            "palate_release_info", "The release that answers", ("release", "method"), registry=here
        )
        self._cache = Gauge("palate_cache_bytes", "Memory of remembered users and lists", registry=here)
        self._ready = Gauge(
            "palate_ready", "Whether a part works: store, release, stages", ("part",), registry=here
        )
        self._degraded = Counter("palate_degraded_total", "Lists without the store's events", registry=here)
        self._shown = Counter(
            "palate_shown_lists_total", "Lists written to the impression log or dropped", ("result",),
            registry=here,
        )  # fmt: skip
        self._waiting = Gauge(
            "palate_shown_lists_waiting_bytes", "Memory of lists that wait to be written", registry=here
        )
        self._arms = Counter(
            "palate_arm_lists_total", "Lists of the arms of experiments", ("experiment", "arm"), registry=here
        )
        self._stopped = Gauge(
            "palate_arm_stopped", "Whether an arm is stopped", ("experiment", "arm"), registry=here
        )
        self._logged = LogCounts(0, 0, 0)
        self._serving = ""

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def recommended(self, response: RecommendResponse) -> None:
        """Count a list; a remembered one says nothing of the stages."""
        self._note_release(response.release, response.method)
        for experiment, arm in response.arms.items():
            self._arms.labels(experiment, arm).inc()
        if response.degraded:
            self._degraded.inc()
        if response.cached:
            self._cached.inc()
            return
        for field, stage in STAGE_LABELS.items():
            self._stages.labels(stage).observe(getattr(response.stages, field) / 1000)

    def recorded(self, response: EventsResponse) -> None:
        """Count events by whether they were new."""
        self._events.labels("accepted").inc(response.accepted)
        self._events.labels("known").inc(response.known)

    def explained(self, response: ExplanationResponse) -> None:
        """Count an explanation."""
        cached = "yes" if response.cached else "no"
        self._explained.labels(response.source, response.reason or "", cached).inc()

    def looked(self, ready: ReadyResponse) -> None:
        """Note what works, and which release answers."""
        self._note_release(ready.serving, ready.method)
        for part in ("store", "release", "stages"):
            self._ready.labels(part).set(getattr(ready, part).ok)

    def logged(self, counts: LogCounts) -> None:
        """Note what has become of the lists that were to be logged."""
        self._shown.labels("written").inc(counts.written - self._logged.written)
        self._shown.labels("dropped").inc(counts.dropped - self._logged.dropped)
        self._waiting.set(counts.waiting_bytes)
        self._logged = counts

    def experimented(self, stopped: Mapping[tuple[str, str], bool]) -> None:
        """Note which arms are stopped."""
        for (experiment, arm), is_stopped in stopped.items():
            self._stopped.labels(experiment, arm).set(is_stopped)

    def text(self, cached_bytes: int) -> bytes:
        """Everything in Prometheus' text format; `cached_bytes` is what caches take now."""
        self._cache.set(cached_bytes)
        return generate_latest(self._registry)

    def _note_release(self, release: str, method: str) -> None:
        if release != self._serving:
            self._release.clear()
            self._serving = release
        self._release.labels(release, method).set(1)
