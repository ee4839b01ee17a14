"""What an update keeps of the release that it goes on from, without Ray."""

from __future__ import annotations

from pathlib import Path

from jobs.update import update_config
from palate.config import Config, EncoderConfig
from palate.storage import Folder
from tests.support.encoders import narrow_bert
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny


def test_an_update_keeps_an_encoder_between_two_others_as_it_is(tmp_path: Path, tiny: Tiny) -> None:
    reading = EncoderConfig(model=str(narrow_bert()), max_tokens=16, interpolation=0.5)
    run = tiny_run(str(tmp_path / "run"), tiny.catalogue, tiny.histories, reading)
    release = publish_tiny(run, Folder(str(tmp_path / "releases")), "sequence")
    encoder = update_config(Config(), release, tmp_path / "update").encoder
    assert (encoder.method, encoder.interpolation, encoder.max_tokens) == ("frozen", 1.0, 16)
