"""An S3 server in a process of its own, and the environment by which programs find it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pyarrow.fs import S3FileSystem

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv-s3" / "bin" / "python"
BUCKET = "palate-tests"

Fault = Literal["none", "half"]


@contextmanager
def s3_server(fault: Fault = "none") -> Iterator[dict[str, str]]:
    """Environment variables of a server with one empty bucket, which ends with the block.

    With `half`, one of ten requests gets half its answer.
    """
    assert PYTHON.exists(), "the S3 server is not installed: make .venv-s3/ready"
    command = [PYTHON, Path(__file__).with_name("s3_app.py"), fault]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, "the S3 server did not start"
        keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
        _make_bucket(address, keys)
        yield {**keys, "AWS_ENDPOINT_URL": address}
    finally:
        process.kill()
        process.wait()


def _make_bucket(address: str, keys: dict[str, str]) -> None:
    store = S3FileSystem(
        access_key=keys["AWS_ACCESS_KEY_ID"],
        secret_key=keys["AWS_SECRET_ACCESS_KEY"],
        region=keys["AWS_REGION"],
        endpoint_override=address,
        allow_bucket_creation=True,
    )
    store.create_dir(BUCKET)
