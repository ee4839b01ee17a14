"""The configuration goes to YAML and back, takes overrides, and refuses what it does not know."""

from __future__ import annotations

from pathlib import Path

import pytest

from palate.config import Config, DataConfig, dump_config, load_config
from palate.errors import PalateError

CONFIGS = sorted((Path(__file__).parents[3] / "configs").glob("*.yaml"))


def write(folder: Path, text: str) -> Path:
    path = folder / "run.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_survive_a_round_trip(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, dump_config(Config()))) == Config()


def test_nested_tables_survive_a_round_trip(tmp_path: Path) -> None:
    events = {
        "path": "s3://logs/events",
        "format": "jsonl",
        "columns": {"user": "customer_id"},
        "time_unit": "iso",
    }
    config = Config(data=DataConfig.model_validate({"source": "tables", "events": events, "min_value": 3.5}))
    assert load_config(write(tmp_path, dump_config(config))) == config


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_config_that_comes_along_is_valid_and_relative(path: Path) -> None:
    config = load_config(path)
    assert config.data.source == path.stem
    assert not config.run.startswith("/")
    assert not (config.data.folder or "").startswith("/")


def test_overrides_are_read_as_yaml_and_win_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "data: {min_user_events: 5}\n")
    overrides = [
        "data.min_user_events=7",
        "data.anonymise=true",
        "data.min_value=4",
        "data.events.path=a=b.csv",
    ]
    data = load_config(path, overrides).data
    assert (data.min_user_events, data.anonymise, data.min_value) == (7, True, 4.0)
    assert data.events is not None
    assert data.events.path == "a=b.csv"


def test_an_override_can_hold_a_column_map() -> None:
    data = load_config(None, ["data.events.path=x", "data.events.columns={user: who}"]).data
    assert data.events is not None
    assert data.events.columns == {"user": "who"}


@pytest.mark.parametrize("override", ["data.min_value", "=3", "data..x=1", "data.name=[1"])
def test_an_override_that_cannot_be_read_is_named(override: str) -> None:
    with pytest.raises(PalateError, match="Cannot read"):
        load_config(None, [override])


@pytest.mark.parametrize(
    ("override", "hint"),
    [
        ("dat.name=x", "dat: no such setting; did you mean data?"),
        ("data.min_user_event=3", "did you mean data.min_user_events?"),
        ("data.events.pth=x", "did you mean data.events.path?"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_right_one(override: str, hint: str) -> None:
    with pytest.raises(PalateError) as refused:
        load_config(None, [override])
    assert hint in str(refused.value)


def test_a_wrong_value_is_named_with_what_was_given() -> None:
    with pytest.raises(PalateError, match=r"data\.partitions.*got 'many'"):
        load_config(None, ["data.partitions=many"])


def test_heads_that_do_not_share_the_width_are_refused() -> None:
    with pytest.raises(PalateError, match="heads must divide width, and 64 is no multiple of 3"):
        load_config(None, ["sequence.heads=3"])


@pytest.mark.parametrize("text", ["[1, 2]", "a: [", "\xff"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.yaml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(PalateError, match=r"run\.yaml"):
        load_config(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PalateError, match=r"missing\.yaml"):
        load_config(tmp_path / "missing.yaml")


def test_every_setting_is_documented() -> None:
    sections = [Config, *(field.annotation for field in Config.model_fields.values())]
    models = [section for section in sections if hasattr(section, "model_fields")]
    silent = [name for model in models for name, field in model.model_fields.items() if not field.description]
    assert silent == []


def test_an_encoder_in_bytes_is_refused_on_a_gpu() -> None:
    with pytest.raises(PalateError, match=r"fit:\n  index.encoder_int8 is for CPUs.* is true$"):
        load_config(None, ["index.encoder_int8=true", "resources.gpu=true"])


def test_an_interpolation_with_what_a_frozen_encoder_learned_is_refused() -> None:
    with pytest.raises(PalateError, match=r"encoder.*learns nothing that interpolation could take a part of"):
        load_config(None, ["encoder.method=frozen", "encoder.interpolation=0.5"])
