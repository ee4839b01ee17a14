"""Evaluation: ranks the whole catalogue for every user with a held-out event, by all methods, and reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import ray.data
from ray.data import ActorPoolStrategy

from jobs.runtime.pipeline import STAGES
from jobs.runtime.progress import Work, progress_bar
from jobs.runtime.stage import STAGE_MANIFEST, Stage, StageCounts, stage_command, stage_folder
from jobs.runtime.stage_inputs import (
    COLD_START,
    METRICS,
    REPORT_PAGE,
    SUMMARY,
    catalogue,
    evaluated_users,
    history_shards,
    text_users,
    text_vectors,
    user_count,
)
from palate.config import Config, dump_config
from palate.data.held_out import users_of_repeats
from palate.data.repeats import RepeatRules
from palate.errors import PalateError
from palate.evaluate import (
    CatalogueFacts,
    Evaluator,
    Sums,
    add_sums,
    evaluated_parts,
    lorenz_curves,
    metrics_summary,
    sums_from_bytes,
    sums_to_bytes,
)
from palate.evaluate.report import ReportData, StageCost, UserExample, examples, render_report
from palate.evaluate.users import METHOD
from palate.retrieve import Popularity, Scorer, load_models, saved_methods
from palate.retrieve.hybrid import HYBRID, SEQUENCE, Hybrid, load_weights
from palate.schema import TITLE
from palate.sequence import MovingAverage, load_sequence
from palate.storage import Folder

EXAMPLES = "examples.json"
USERS, SUMS = "users", "sums"
"""Folders of what was measured of each shard: its users, and the sums over them."""


def load_methods(config: Config) -> dict[str, Scorer]:
    """Every method of the run by its name, in the order of tables."""
    folder = stage_folder(config, "train_baselines")
    baselines = load_models(folder, saved_methods(folder))
    sequence = load_sequence(stage_folder(config, "train_sequence"))
    average = MovingAverage(text_vectors(config), config.sequence.recency_rate)
    vectors = {SEQUENCE: sequence, "moving-average": average, **text_users(config)}
    return with_hybrid({**vectors, **baselines}, config)


def with_hybrid(methods: Mapping[str, Scorer], config: Config) -> dict[str, Scorer]:
    """The methods, and before them the sum that the run chose; where no partner pays there is none."""
    weights = load_weights(stage_folder(config, "fuse"))
    return {HYBRID: Hybrid(methods, weights), **methods} if len(weights) > 1 else dict(methods)


def load_facts(config: Config) -> CatalogueFacts:
    """Training users and text vectors of the items."""
    popularity = load_models(stage_folder(config, "train_baselines"), [Popularity.method])
    return CatalogueFacts(popularity[Popularity.method].state()["counts"], text_vectors(config))


class Ranker:
    """An actor with all methods; evaluates a shard of the users at a time."""

    def __init__(self, config: Config, folder: Folder) -> None:
        self._folder = folder
        self._part, self._rules = config.evaluation.part, RepeatRules.of(config)
        self._shards, self._sample = history_shards(config), evaluated_users(config)
        self._evaluator = Evaluator(
            load_methods(config),
            load_facts(config),
            config.evaluation,
            seed=config.seed,
            rules=self._rules,
            sample=self._sample,
        )

    def __call__(self, shards: pa.Table) -> pa.Table:
        """Write the results of the users of one shard, and return the sums over them."""
        number = shards["shard"][0].as_py()
        name = f"{SUMS}/part-{number:05d}.parquet"
        # A run that was killed has left what it had measured.
        if not self._folder.exists(name):
            self._folder.write_table(name, self._measured(number))
        return self._folder.read_table(name)

    def _measured(self, number: int) -> pa.Table:
        histories = self._shards[number]()
        evaluation = self._evaluator.evaluate(histories)
        self._folder.write_table(f"{USERS}/part-{number:05d}.parquet", evaluation.users)
        return pa.table(
            {
                "sums": pa.array([sums_to_bytes(evaluation.sums)], pa.large_binary()),
                "methods": [evaluation.users[METHOD].unique().to_pylist()],
                "users": [len(histories)],
                "repeats": [users_of_repeats(histories, self._part, self._rules, self._sample)],
            }
        )


def evaluate(config: Config, folder: Folder) -> StageCounts:
    """The work of the stage: leaves the metrics, the report and the per-user results in its folder."""
    sums, measured, repeats = _evaluated(config, folder)
    _require_users(sums, config)
    # Of two equal methods the first is selected.
    methods = sorted(measured)
    part, k = config.evaluation.part, config.evaluation.k
    metrics = {
        "dataset": config.data.name,
        "split": config.data.split,
        "items": len(catalogue(config)),
        "sampled_share": evaluated_users(config).share,
        "cold": _optional(config, "cold_probe", COLD_START),
        "repeats": {"protocol": config.evaluation.repeats, "users": repeats},
        **metrics_summary(sums, part, methods, k),
    }
    shown = _examples(config, folder, metrics["selected"])
    folder.write_json(METRICS, metrics)
    folder.write_json(EXAMPLES, [example._asdict() for example in shown])
    data = ReportData(
        metrics=metrics,
        lorenz=lorenz_curves(sums, part, methods),
        summary=_optional(config, "prepare", SUMMARY),
        training_curve=_optional(config, "train_sequence", "model.json").get("curve", []),
        examples=shown,
        stages=_stage_costs(config),
        config=dump_config(config),
    )
    folder.write_bytes(REPORT_PAGE, render_report(data).encode())
    return StageCounts(rows_in=metrics["users"], rows_out=metrics["users"])


def _require_users(sums: Sums, config: Config) -> None:
    """Raise `PalateError` unless each part that is evaluated has somebody with an item to find."""
    for part in evaluated_parts(config.evaluation):
        if not any(key.part == part for key in sums):
            raise PalateError(
                f"No user has an item to find among the {part} events. Give users more events "
                "(data.min_user_events), split otherwise (data.split), or count held-out items that were had "
                "before as not found (evaluation.repeats=count)"
            )


def _evaluated(config: Config, folder: Folder) -> tuple[Sums, set[str], int]:
    """Sums over all shards, the methods measured, and users whose held-out items are all repeats.

    Shards are added in their order, so that the last digit does not depend on chance.
    """
    shards = [{"shard": number} for number in range(len(history_shards(config)))]
    ranked = ray.data.from_items(shards, override_num_blocks=len(shards)).map_batches(
        Ranker,
        fn_constructor_args=(config, folder),
        batch_size=1,
        batch_format="pyarrow",
        compute=ActorPoolStrategy(size=min(config.resources.evaluate_actors, len(shards))),
        num_cpus=config.resources.data_cpus,
    )
    ranked.context.execution_options.preserve_order = True
    total: Sums = {}
    methods: set[str] = set()
    repeats = 0
    with progress_bar(Work("evaluation", "users"), total=user_count(config)) as progress:
        for row in ranked.iter_rows():
            total = add_sums(total, sums_from_bytes(row["sums"]))
            methods |= set(row["methods"])
            repeats += row["repeats"]
            progress.advance(row["users"])
    return total, methods, repeats


def _examples(config: Config, folder: Folder, method: str) -> list[UserExample]:
    """The first users of the first shards; as users are sharded by hash, they are any users."""
    titles, settings = catalogue(config)[TITLE].to_pylist(), config.evaluation
    shown: list[UserExample] = []
    for number, shard in enumerate(history_shards(config)):
        missing = settings.users_shown - len(shown)
        if missing <= 0:
            break
        results = folder.read_table(f"{USERS}/part-{number:05d}.parquet")
        shown += examples(results, shard(), titles, part=settings.part, method=method, count=missing)
    return shown


def _stage_costs(config: Config) -> list[StageCost]:
    """What the stages before this one took."""
    before = STAGES[: STAGES.index(STAGE.name)]
    manifests = [_optional(config, name, STAGE_MANIFEST) for name in before]
    return [_cost(manifest) for manifest in manifests if manifest]


def _cost(manifest: dict[str, Any]) -> StageCost:
    return StageCost(**{name: manifest[name] for name in StageCost._fields})


def _optional(config: Config, stage: str, name: str) -> dict[str, Any]:
    """A JSON file of an earlier stage; empty where that stage wrote none."""
    folder = stage_folder(config, stage)
    return folder.read_json(name) if folder.exists(name) else {}


STAGE = Stage(
    "evaluate",
    work=evaluate,
    inputs=(
        "prepare",
        "train_encoder",
        "embed_catalogue",
        "train_sequence",
        "cold_probe",
        "train_baselines",
        "fuse",
    ),
    sections=("evaluation", "users_as_text"),
    keeps_progress=True,
)

if __name__ == "__main__":
    stage_command(STAGE)
