"""What a process does not use it does not import: whole libraries would be in the memory of each replica."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "vllm",
    "faiss",
    "implicit",
    "sklearn",
    "scipy.linalg",
)
"""Libraries that compute with models, each tens to hundreds of megabytes."""


def imported_with(module: str) -> list[str]:
    """The heavy libraries that a new process has when it has imported the module alone."""
    code = (
        f"import json, sys, {module}; print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=240
    )
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_application_with_all_deployments_imports_no_library_of_models() -> None:
    assert imported_with("serving.app") == []


def test_the_pipeline_of_a_gateway_that_does_everything_brings_them() -> None:
    assert "torch" in imported_with("serving.pipeline.local")
