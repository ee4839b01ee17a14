"""What a person sees at the end of a run."""

from __future__ import annotations

import shlex
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from jobs.runtime.stage import stage_folder
from palate.config import Config, ReleaseConfig

_METRICS = ("ndcg", "hr", "mrr", "coverage", "novelty")
_TITLES = 4


def show_summary(config: Config, metrics: dict[str, Any]) -> None:
    """Print the methods' metrics, some users' recommendations, and where everything is."""
    console = Console()
    console.print(_methods(metrics))
    examples = stage_folder(config, "evaluate").read_json("examples.json")
    console.print(_recommendations(examples, metrics))
    lines = [*_outcome(config, metrics), "next     " + "\n         ".join(next_commands(config, examples))]
    console.print(Text("\n".join(lines)), soft_wrap=True)  # Text: a path may look like markup


def _methods(metrics: dict[str, Any]) -> Table:
    """The methods, best first by NDCG."""
    k = metrics["k"]
    table = Table(title=f"{metrics['dataset']}, {metrics['part']} ({metrics['users']:,} users), lists of {k}")
    table.add_column("method", no_wrap=True)
    for name in _METRICS:
        table.add_column(name, justify="right", no_wrap=True)
    by_ndcg = sorted(metrics["methods"].items(), key=lambda pair: -pair[1][f"ndcg@{k}"])
    for name, values in by_ndcg:
        chosen = name == metrics["selected"]
        cells = [f"{values[f'{metric}@{k}']:.4f}" for metric in _METRICS]
        table.add_row(f"{name} *" if chosen else name, *cells, style="bold" if chosen else "")
    table.caption = "* selected on the validation events"
    return table


def _recommendations(examples: list[dict[str, Any]], metrics: dict[str, Any]) -> Table:
    """Some users' latest items beside the top of their lists."""
    table = Table(title=f"Recommended by {metrics['selected']}", show_lines=True)
    for column in ("user", "latest in the history", "recommended"):
        table.add_column(column, overflow="fold")
    for example in examples:
        # Text: titles may hold what looks like markup.
        lists = (Text("\n".join(example[name][:_TITLES])) for name in ("history", "recommended"))
        table.add_row(Text(example["user"]), *lists)
    return table


def _order(metrics: dict[str, Any]) -> str:
    """What serving orders by, and why."""
    if "rerank" not in metrics:
        return "relevance (no user has a validation event)"
    measured = metrics["rerank"]["ndcg@10"]
    values = ", ".join(f"{name} {measured[name]:.4f}" for name in sorted(measured))
    return f"{metrics['rerank']['score']} (validation NDCG@10 of unseen users: {values})"


def _outcome(config: Config, metrics: dict[str, Any]) -> list[str]:
    release = metrics["release"]
    memory = metrics["peak_memory_bytes"] / 2**30
    return [
        f"{metrics['seconds']:.0f} s of work, at most {memory:.1f} GiB of memory",
        f"order    {_order(metrics)}",
        f"metrics  {config.run}/metrics.json",
        f"report   {config.run}/report.html",
        f"release  {release['uri']} (serves {release['method']})",
        *([f"NOT made current: {release['kept_back']}"] if "kept_back" in release else []),
    ]


def next_commands(config: Config, examples: list[dict[str, Any]]) -> list[str]:
    """What to ask of the release, of a user and an item of this very data."""
    place = [] if config.release.uri == ReleaseConfig().uri else ["--releases", config.release.uri]
    if not config.release.promote:
        return [shlex.join(["palate", "releases", "list", *place])]
    asked = [["recommend", "--user", example["user"], "--explain"] for example in examples[:1]]
    asked += [["search", example["history"][0]] for example in examples[:1]]
    return [shlex.join(["palate", *words, *place]) for words in [*asked, ["serve"]]]
