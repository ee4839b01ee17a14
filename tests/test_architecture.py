"""The rule of the house: the library never imports Ray; jobs and serving hold no algorithm.

What counts as an algorithm is judged by its tools: code that fits, ranks or searches needs a library
for models, matrices or vectors. A job may hand arrays around, so NumPy and PyArrow are allowed, and it
may move a model to a device, so torch is; defining a network, a loss or a step of mathematics is not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIBRARY = sorted((ROOT / "lib").rglob("*.py"))
WIRING = sorted([*(ROOT / "jobs").rglob("*.py"), *(ROOT / "serving").rglob("*.py")])

ALGORITHM_TOOLS = {
    "faiss", "implicit", "scipy", "sklearn", "numba", "torch.nn", "torch.optim", "torch.autograd",
    "sentence_transformers", "peft",
}  # fmt: skip
HANDED_AROUND = {"scipy.sparse", "scipy.sparse.csr_matrix"}
"""What a job passes from one function of the library to the next."""
DISTRIBUTION = "torch.nn.parallel"
"""Spreads a network over processes, which is what jobs are for."""
ALGORITHM_BASES = {"Module", "Function", "Optimizer", "Dataset", "IterableDataset"}
MATHEMATICS = {
    "linalg",
    "einsum",
    "matmul",
    "dot",
    "softmax",
    "logsumexp",
    "argpartition",
    "argsort",
    "lexsort",
}
NUMERIC = {"np", "numpy", "torch"}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports_any(tree: ast.AST, forbidden: set[str]) -> list[str]:
    return [
        name
        for name in imported(tree)
        if any(name == module or name.startswith(f"{module}.") for module in forbidden)
        and name not in HANDED_AROUND
        and not name.startswith(DISTRIBUTION)
    ]


def dotted(node: ast.expr) -> str:
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def algorithms(tree: ast.AST) -> Iterator[str]:
    """What in a module looks like an algorithm."""
    yield from (f"imports {name}" for name in imports_any(tree, ALGORITHM_TOOLS))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            bases = {dotted(base).rsplit(".", 1)[-1] for base in node.bases}
            yield from (f"class {node.name} derives from {base}" for base in sorted(bases & ALGORITHM_BASES))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            yield f"multiplies matrices in line {node.lineno}"
        elif isinstance(node, ast.Attribute):
            root, *parts = dotted(node).split(".")
            if root in NUMERIC and MATHEMATICS & set(parts):
                yield f"computes {dotted(node)} in line {node.lineno}"


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(ROOT)))
def test_library_imports_neither_ray_nor_what_stands_on_it(path: Path) -> None:
    assert imports_any(parsed(path), {"ray", "jobs", "serving"}) == []


@pytest.mark.parametrize("path", WIRING, ids=lambda path: str(path.relative_to(ROOT)))
def test_jobs_and_serving_hold_no_algorithm(path: Path) -> None:
    assert list(algorithms(parsed(path))) == []


@pytest.mark.parametrize(
    "code",
    [
        "from scipy.sparse.linalg import svds",
        "import torch.nn as nn",
        "from torch import nn",
        "from torch.nn.functional import cross_entropy",
        "class Tower(torch.nn.Module): ...",
        "scores = users @ items.T",
        "best = np.argpartition(scores, -10)",
        "norms = np.linalg.norm(vectors, axis=1)",
    ],
)
def test_rule_notices_an_algorithm(code: str) -> None:
    assert list(algorithms(ast.parse(code)))


@pytest.mark.parametrize("code", ["import ray", "from ray import data", "from ray.train import report"])
def test_rule_notices_ray_in_the_library(code: str) -> None:
    assert imports_any(ast.parse(code), {"ray"})


def test_rule_looks_at_the_whole_house() -> None:
    assert ROOT / "lib" / "palate" / "storage.py" in LIBRARY
    assert ROOT / "jobs" / "runtime" / "stage.py" in WIRING
