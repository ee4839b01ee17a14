"""The rule of the house: the library never imports Ray; jobs and serving hold no algorithm.

What counts as an algorithm is judged by its tools: code that fits, ranks or searches needs a library
for models, matrices or vectors. A job may hand arrays around, so NumPy and PyArrow are allowed, and it
may move a model to a device, so torch is; defining a network, a loss or a step of mathematics is not.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Set
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


MOST_MODULES = 16
"""Modules of one folder that a reader can still take in."""
MOST_POSITIONAL = 4
"""Arguments that a call may give without saying what they are."""
PRODUCT = [*LIBRARY, *WIRING]


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in (parts[1:] if parts[0] == "lib" else parts) if part != "__init__")


def test_no_folder_has_more_modules_than_a_reader_can_take_in() -> None:
    beside = [path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    modules = [path for path in [*PRODUCT, *beside] if not path.name.startswith("__")]
    sizes = Counter(str(path.parent.relative_to(ROOT)) for path in modules)
    assert {folder: size for folder, size in sizes.items() if size > MOST_MODULES} == {}


def test_no_class_name_is_borne_by_two_classes() -> None:
    names = Counter(
        node.name for path in PRODUCT for node in ast.walk(parsed(path)) if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []


def import_circles(imports: Mapping[str, set[str]]) -> set[str]:
    """The modules that are part of a circle: what imports nothing that is left goes, until nothing goes."""
    left = {module: set(names) for module, names in imports.items()}
    for graph in (left, reversed_graph(left)):
        while leaves := [module for module in graph if module in left and not graph[module] & left.keys()]:
            for module in leaves:
                del left[module]
    return set(left)


def reversed_graph(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    importers: dict[str, set[str]] = {module: set() for module in graph}
    for module, names in graph.items():
        for name in names & graph.keys():
            importers[name].add(module)
    return importers


def imports_at_load(path: Path) -> set[str]:
    """What a module imports as it is loaded: not what a function imports, nor what types alone need."""
    body = [node for node in parsed(path).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return set(imported(ast.Module(body, []))) - {module_of(path)}


def test_no_module_is_part_of_an_import_circle() -> None:
    assert import_circles({module_of(path): imports_at_load(path) for path in PRODUCT}) == set()


def test_rule_notices_a_circle() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}
    assert import_circles(graph) == {"b", "c"}


def unnamed_arguments(tree: ast.AST, own: Set[str]) -> list[int]:
    """Lines of calls to our own functions with more positional arguments than a reader can tell apart."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [
        call.lineno
        for call in calls
        if len(call.args) > MOST_POSITIONAL and dotted(call.func).rsplit(".", 1)[-1] in own
    ]


def own_callables() -> set[str]:
    """Names of our classes and functions, less those that take any number of arguments."""
    nodes = [node for path in PRODUCT for node in ast.walk(parsed(path))]
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    variadic = {node.name for node in functions if node.args.vararg}
    classes = {node.name for node in nodes if isinstance(node, ast.ClassDef)}
    return (classes | {node.name for node in functions}) - variadic


def test_calls_with_many_arguments_name_them() -> None:
    own = own_callables()
    found = {module_of(path): unnamed_arguments(parsed(path), own) for path in PRODUCT}
    assert {module: lines for module, lines in found.items() if lines} == {}


def test_rule_notices_unnamed_arguments() -> None:
    assert unnamed_arguments(ast.parse("fit(1, 2, 3, 4, 5)"), {"fit"}) == [1]
    assert unnamed_arguments(ast.parse("fit(1, 2, 3, 4, rate=5)"), {"fit"}) == []
