"""`palate simulate`: policies of recommending side by side on simulated people, over a long run."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from jobs.cli.options import AsJson, ConfigFile
from jobs.cli.output import show_json, show_line, show_table, write_page
from palate.config import load_config
from palate.errors import PalateError

if TYPE_CHECKING:
    from palate.simulate.sensitivity import Variation
    from palate.simulate.settings import StudySettings, WorldSettings
    from palate.simulate.study import StudyResult
    from palate.simulate.tables import Table

S = TypeVar("S", bound=BaseModel)

Settings = Annotated[
    list[str] | None,
    typer.Argument(metavar="[KEY=VALUE]...", help="Settings to change, such as people=200 or churn=0.1."),
]
Folder = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="For simulation.json and .html.")]
Sensitivity = Annotated[
    bool, typer.Option("--sensitivity", help="Also halve and double each parameter; takes long.")
]


def simulate(
    settings: Settings = None,
    config: ConfigFile = None,
    sensitivity: Sensitivity = False,
    out: Folder = Path("runs/simulation"),
    as_json: AsJson = False,
) -> None:
    """Run policies on simulated people whose interests drift, who get bored, and who may leave.

    It shows what recommending from live histories brings over a model that is never retrained, beside
    nightly retrains, a moving average, exploration, diversity, chance and what is most popular.
    With [bold]--config[/bold] the skew of popularity is that of your log.

    [bold]Examples[/bold]

      palate simulate

      palate simulate people=200 items=2000 seeds=3

      palate simulate --config shop.yaml --sensitivity
    """
    world, study = _settings(settings or (), config)
    result, variations = _run(world, study, sensitivity)
    content = _content(result, variations)
    _write(out, content, result, variations)
    if as_json:
        show_json(content)
    else:
        _show(result, variations)
        show_line(f"written: {out / 'simulation.json'} and {out / 'simulation.html'}")


def _settings(words: Sequence[str], config: str | None) -> tuple[WorldSettings, StudySettings]:
    from palate.simulate.settings import StudySettings, WorldSettings

    given = dict(_pair(word) for word in words)
    sections = (WorldSettings, StudySettings)
    known = [name for section in sections for name in section.model_fields]
    for name in given.keys() - set(known):
        raise PalateError(f"{name} is no setting of a simulation; there are: {', '.join(known)}")
    if config is not None and "popularity_skew" not in given:
        given["popularity_skew"] = str(_skew_of(config))
    return _section(WorldSettings, given), _section(StudySettings, given)


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise PalateError(f"{word!r} is no setting; write KEY=VALUE, such as people=200")
    return name, value


def _section(section: type[S], given: dict[str, str]) -> S:
    mine = {name: value for name, value in given.items() if name in section.model_fields}
    try:
        return section.model_validate(mine)
    except ValidationError as error:
        first = error.errors()[0]
        raise PalateError(f"{first['loc'][0]}={first['input']}: {first['msg']}") from error


def _skew_of(config: str) -> float:
    """Exponent of the popularity of the items in the configuration's log."""
    import numpy as np

    from palate.data.inspection.reading import read_data
    from palate.simulate.world import popularity_skew
    from palate.storage import Folder

    with tempfile.TemporaryDirectory() as scratch:
        data = read_data(load_config(config, ()), Folder(scratch))
        return popularity_skew(np.bincount(data.histories.items))


def _run(
    world: WorldSettings, study: StudySettings, sensitivity: bool
) -> tuple[StudyResult, list[Variation]]:
    from jobs.runtime.progress import Work, progress_bar
    from palate.simulate.policies import POLICY_NAMES
    from palate.simulate.sensitivity import COMPARED, varied_worlds
    from palate.simulate.sensitivity import sensitivity as run_sensitivity
    from palate.simulate.study import run_study

    rounds = len(POLICY_NAMES) + (len(COMPARED) * len(list(varied_worlds(world))) if sensitivity else 0)
    with progress_bar(Work("simulating", "rounds"), rounds * world.rounds * study.seeds) as counter:
        counter.advance(0)
        result = run_study(world, study, after_round=lambda: counter.advance(1))
        variations = run_sensitivity(world, study, lambda: counter.advance(1)) if sensitivity else []
    return result, variations


def _content(result: StudyResult, variations: Sequence[Variation]) -> dict[str, Any]:
    rows = [
        {"parameter": row.parameter, "value": row.value, "gain": row.gain._asdict()} for row in variations
    ]
    return result.to_json() | {"sensitivity": rows}


def _write(out: Path, content: dict[str, Any], result: StudyResult, variations: Sequence[Variation]) -> None:
    from palate.simulate.page import render_study

    files = {
        "simulation.json": json.dumps(content, indent=1),
        "simulation.html": render_study(result, variations),
    }
    for name, text in files.items():
        write_page(out / name, text)


def _show(result: StudyResult, variations: Sequence[Variation]) -> None:
    from palate.simulate.tables import gain_sentence, policy_table, sensitivity_table

    tables: list[Table] = [policy_table(result, brief=True)]
    if variations:
        tables.append(sensitivity_table(variations))
    for table in tables:
        show_table(table.title, table.columns, table.rows)
        show_line(table.note)
    show_line(gain_sentence(result))
