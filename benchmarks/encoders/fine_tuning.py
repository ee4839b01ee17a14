"""What fine-tuning gives: new items found and requests answered by an encoder as it came, tuned, and between.

    python -m benchmarks.encoders.fine_tuning MiniLM --search FOLDER
    python -m benchmarks.encoders.fine_tuning mpnet --model FOLDER --method lora --steps 30 --shares 0 1

Each row of the figure `new_items_recall` is one encoder on one data set with so much of what it learned
(`encoder.interpolation`; 0 is the encoder as it came). `--search` is MovieLens-1M with plots, of which 800
films are searched; `--beauty FOLDER` takes Amazon Beauty for MovieLens-100K. What is left out stays.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray

from benchmarks.encoders.interpolation import FILMS, between, requests_ranked
from benchmarks.encoders.movielens import DATA
from benchmarks.encoders.new_items import NewItems, Vectors, halves
from benchmarks.encoders.results import RESULTS, write_figure
from benchmarks.encoders.search import films, sample
from palate.config import DataConfig, EncoderConfig
from palate.encode import BUNDLED_ENCODER, TextEncoder, load_encoder

FIGURE = "new_items_recall"
BEAUTY, SECONDS = "amazon-beauty", "seconds.json"
COMMAND = "python -m benchmarks.encoders.fine_tuning NAME"
HOW = (
    "Recall@10 among all items of the last hidden item (a tenth, by hash) that each user turned to, by a "
    "sequence model of 8 epochs and by a moving average of text vectors, neither of which nor the encoder "
    "has seen one; held_out: every other user. Search: MRR@10 of 30 development and 30 held-out requests "
    "among 800 films, by vectors alone and with words at the default weight of .4. One seed."
)


def main() -> None:
    """Measure the encoder at each share, and write its rows."""
    options = _options()
    torch.set_num_threads(options.threads)
    settings = EncoderConfig(model=options.model, method=options.method, steps=options.steps)
    settings = settings.model_copy(update={"batch_size": options.batch_size})
    data, source = (BEAUTY, _beauty(options.beauty)) if options.beauty else (DATA.source, DATA)
    new = NewItems.of(source)
    tuned = Path(options.folder) / f"{data}-{options.name}-{options.method}-{options.steps}"
    if max(options.shares) > 0:
        _tune(new, settings, tuned)
    table = sample(films(options.search), FILMS) if options.search else None
    for share in options.shares:
        encoder = _encoder(settings, tuned, share)
        row = {"data": data, "encoder": options.name, "share": share, **_training(settings, tuned, share)}
        vectors, measured = _by_text(new, encoder)
        row |= measured | ({"search": _search(table, encoder)} if table is not None else {})
        _keep(row)
        if options.sequence:
            _keep(row | _by_sequence(new, vectors))


def _tune(new: NewItems, settings: EncoderConfig, folder: Path) -> None:
    """Leave what the encoder has learned in the folder, unless it is there, and the seconds of its steps."""
    if (folder / SECONDS).exists():
        return
    encoder, began = load_encoder(settings.model, settings), time.monotonic()
    trainer = new.fine_tuned(encoder, settings)
    seconds = time.monotonic() - began
    trainer.export(folder)
    (folder / SECONDS).write_text(json.dumps(round(seconds, 1)))


def _training(settings: EncoderConfig, tuned: Path, share: float) -> dict[str, Any]:
    """How the encoder was trained; nothing of one as it came."""
    if not share:
        return {"method": "frozen"}
    seconds = json.loads((tuned / SECONDS).read_text())
    return {
        "method": settings.method,
        "steps": settings.steps,
        "batch": settings.batch_size,
        "training_s": seconds,
    }


def _by_text(new: NewItems, encoder: TextEncoder) -> tuple[Vectors, dict[str, Any]]:
    """The vectors of the texts, and what they find without any more training."""
    began = time.monotonic()
    vectors = encoder.encode(new.texts)
    speed = len(vectors) / (time.monotonic() - began)
    found = _recall(new.found_by_text(vectors))
    return vectors, {"chance": round(new.chance, 4), "texts_a_second": round(speed, 1), "by text": found}


def _by_sequence(new: NewItems, vectors: Vectors) -> dict[str, Any]:
    found, known = new.found_by_sequence(vectors)
    return {"by sequence": _recall(found), "known items ndcg, validation": round(known, 4)}


def _search(table: pa.Table, encoder: TextEncoder) -> dict[str, Any]:
    ranks = requests_ranked(table, encoder)
    return {part: {way: _mean(of) for way, of in ways.items()} for part, ways in ranks.items()}


def _encoder(settings: EncoderConfig, tuned: Path, share: float) -> TextEncoder:
    """The encoder with so much of what it learned; without any in the number format of its files."""
    if not share:
        return load_encoder(settings.model, settings, weights="auto")
    return between(str(tuned), share, base=settings.model)


def _recall(found: NDArray[np.bool_]) -> dict[str, Any]:
    parts = {name: _mean(values) for name, values in halves(found).items()}
    error = float(found[1::2].std() / np.sqrt(len(found[1::2])))
    return parts | {"standard error": round(error, 4), "cases": len(found)}


def _mean(values: NDArray[Any]) -> float:
    return round(float(values.mean()), 4)


def _keep(row: dict[str, Any]) -> None:
    """Put what was measured in the place of its earlier measurement."""
    known = json.loads(RESULTS.read_text("utf-8")).get(FIGURE, {}).get("rows", [])
    rows = {_identity(old): old for old in known}
    rows[_identity(row)] = rows.get(_identity(row), {}) | row
    ordered = [rows[identity] for identity in sorted(rows)]
    values = {"value": _bundled(ordered, EncoderConfig().interpolation), "as it came": _bundled(ordered, 0)}
    found = values | {"trivial_rival": row["chance"], "how": HOW, "rows": ordered}
    write_figure(FIGURE, COMMAND, found)
    print(json.dumps(row, indent=1), flush=True)


def _identity(row: dict[str, Any]) -> str:
    return " ".join(str(row[name]) for name in ("data", "encoder", "method", "share"))


def _bundled(rows: list[dict[str, Any]], share: float) -> float | None:
    """Held-out recall by the sequence model with the bundled encoder on the demonstration's data."""
    asked = {"data": DATA.source, "encoder": "MiniLM", "share": share}
    fitting = [row for row in rows if all(row[name] == value for name, value in asked.items())]
    return fitting[0].get("by sequence", {}).get("held_out") if fitting else None


def _beauty(folder: str) -> DataConfig:
    return DataConfig(source="amazon-beauty", folder=folder, text_template="{title}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("name", help="what the encoder is called in the table")
    parser.add_argument("--model", default=BUNDLED_ENCODER, help="a folder, or the name of a bundled encoder")
    parser.add_argument("--method", choices=("full", "lora"), default="full")
    parser.add_argument("--steps", type=int, default=EncoderConfig().steps)
    parser.add_argument("--batch-size", type=int, default=EncoderConfig().batch_size)
    parser.add_argument("--shares", type=float, nargs="+", default=[0, 0.25, 0.5, 0.75, 1])
    parser.add_argument("--search", metavar="FOLDER", help="MovieLens-1M with plots")
    parser.add_argument("--beauty", metavar="FOLDER", help="Amazon Beauty, in place of MovieLens-100K")
    sequence = "whether a sequence model is trained on the vectors, too"
    parser.add_argument("--sequence", action=argparse.BooleanOptionalAction, default=True, help=sequence)
    parser.add_argument("--folder", default="build/encoders", help="where tuned encoders are kept")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
