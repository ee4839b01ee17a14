"""A thousand explanations of a MovieLens-100K release, checked twice more, and what they are like."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.explanations.job import Job
from benchmarks.explanations.recheck import films_of, problems
from benchmarks.explanations.text_metrics import distinct_ngrams, distinct_share
from benchmarks.explanations.text_metrics.fluency import perplexities
from palate.config import LanguageModelConfig
from palate.explain import Evidence, check, template_sentence
from palate.explain.evidence.reader import EvidenceReader
from palate.explain.evidence.serialisation import evidence_of
from palate.recommender.artefacts import Artefacts
from palate.recommender.lookup.catalogue import Catalogue
from palate.recommender.recommender import Recommender
from palate.recommender.users import KnownUsers
from palate.release import verified_release
from palate.stated.list_inputs import ListInputs
from palate.storage import Folder

FREE = ("explain.users=30", "explain.language_model.grammar=false")
FLUENCY = 300
SHOWN = 20


class World:
    """The release, and what the job wrote about it."""

    def __init__(self, releases: str, run: Path) -> None:
        self._releases = releases
        self.job, self.free = Job(releases, run / "grammar"), Job(releases, run / "free", *FREE)

    @cached_property
    def artefacts(self) -> Artefacts:
        """Of the current release."""
        return Artefacts.of(verified_release(Folder(self._releases)))

    @cached_property
    def users(self) -> KnownUsers:
        """Histories."""
        return KnownUsers(self.artefacts)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Items by their ids."""
        return Catalogue(self.artefacts.catalogue)

    @cached_property
    def reader(self) -> EvidenceReader:
        """Evidence afresh, from the models."""
        return EvidenceReader(Recommender(self.artefacts))

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """What was written; it is written first if need be."""
        self.job.finish()
        return self.job.texts().to_pylist()

    def evidence(self, row: dict[str, Any]) -> Evidence:
        """Evidence for a row, gathered anew."""
        place = np.array([self.catalogue.index(row["item"])], np.int32)
        inputs = ListInputs(self.reader.recommender.user_query(row["user"]))
        return self.reader.evidence(inputs, place)[0]


def movielens(world: World) -> dict[str, Any]:
    """Where the texts come from, and whether two other looks at them find something wrong."""
    report, rows = world.job.finish(), world.rows
    wrong = [(row["text"], found) for row in rows if (found := list(_wrong(world, row)))]
    return {
        "texts": len(rows),
        "users": len({row["user"] for row in rows}),
        "items": len({row["item"] for row in rows}),
        "sources": report["texts"]["explanation"],
        "rejected_for": report["rejected_for"],
        "wrong_on_second_look": len(wrong),
        "wrong": wrong[:SHOWN],
        "examples": [row["text"] for row in rows[:: max(1, len(rows) // SHOWN)]],
    }


def free(world: World) -> dict[str, Any]:
    """The same without the grammar: what the default model writes by itself, and why it is rejected."""
    report = world.free.finish()
    rows = world.free.texts().to_pylist()
    rejected = [attempt["text"] for row in rows for attempt in row["rejected"]]
    wrong = [(row["text"], found) for row in rows if (found := list(_wrong(world, row)))]
    return {
        "sources": report["texts"]["explanation"],
        "rejected_for": report["rejected_for"],
        "rejected": rejected[:SHOWN],
        "wrong_on_second_look": len(wrong),
        "wrong": wrong[:SHOWN],
    }


def distinct(world: World) -> dict[str, Any]:
    """Different people, the same item."""
    written: dict[str, list[str]] = defaultdict(list)
    templates: dict[str, list[str]] = defaultdict(list)
    for row in world.rows:
        written[row["item"]].append(row["text"])
        templates[row["item"]].append(template_sentence(evidence_of(row["evidence"])))
    plain = [text for texts in templates.values() for text in texts]
    shared = Counter(len(texts) > 1 for texts in written.values())
    return {
        "items_explained_to_several_people": shared[True],
        "different_pairs": distinct_share(written.values()),
        "different_pairs_of_templates": distinct_share(templates.values()),
        "distinct_2": distinct_ngrams((row["text"] for row in world.rows), 2),
        "distinct_2_of_templates": distinct_ngrams(plain, 2),
    }


def fluency(world: World) -> dict[str, Any]:
    """Perplexity under the default model of its constrained sentences, of templates, and of free ones."""
    rows = world.rows[:: max(1, len(world.rows) // FLUENCY)]
    templates = [template_sentence(evidence_of(row["evidence"])) for row in rows]
    first_pass_rate = [
        attempt["text"] for row in world.free.texts().to_pylist() for attempt in row["rejected"][:1]
    ]
    groups = {
        "constrained": [row["text"] for row in rows],
        "template": templates,
        "free_and_rejected": first_pass_rate,
    }
    return {name: _perplexity(list(filter(None, texts))) for name, texts in groups.items()}


def _perplexity(texts: Sequence[str]) -> dict[str, float]:
    found = perplexities(texts, LanguageModelConfig().model)
    return {
        "texts": len(texts),
        "median": round(float(np.median(found)), 2),
        "mean": round(float(found.mean()), 2),
    }


def _wrong(world: World, row: dict[str, Any]) -> Iterator[str]:
    """What the checker says with evidence gathered anew, and what the second look says."""
    yield from check(row["text"], world.evidence(row), world.reader.vocabulary).reasons
    history = world.users.history(row["user"])
    seen = zip(history.items.tolist(), history.feedback, strict=True)
    ratings = {world.catalogue.items[item]: signal.value for item, signal in seen}
    yield from problems(row["text"], row["item"], ratings, films_of(world.artefacts.catalogue))
