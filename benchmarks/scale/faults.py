"""Faults in a retrain on a cluster of three nodes: what becomes of the run, and how long it takes to recover.

The nodes are Ray's own cluster for trials, a head without processors and two nodes with two each, all on this
machine: their processes die as those of a lost machine do, their network is shared. Each fault meets a run of
its own in one of its stages, and its metrics are held against those of a run that nothing befell. `seconds`
are the run's, after the same command was typed again where `outcome` says so; what the fault cost is what
they are above the undisturbed ones. `said` is the line that a run ended with which could not go on.

The full disk is a file system of its own in memory, which only root can mount.

    python -m benchmarks.scale faults
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import psutil
from ray.cluster_utils import Cluster

from benchmarks.scale.results import record
from palate.generate import DataShape, generate_tables
from palate.storage import Folder

SHAPE = DataShape(users=300, items=200, events=6_000, seed=0)
NODE: dict[str, Any] = {"num_cpus": 2, "object_store_memory": 200_000_000}
SETTINGS = (
    "encoder.steps=12",
    "encoder.checkpoint_steps=3",
    "sequence.epochs=6",
    "sequence.patience=6",
    "sequence.width=16",
    "evaluation.cold_share=0",
    "resources.train_workers=2",
    "resources.threads=1",
)
INTO_STAGE_S, LOOK_S, GIVE_UP_S = 4.0, 0.2, 900.0
DISK_BYTES = 300_000_000
TIMES = 3
"""Nodes that are lost one after another."""


class Raylets:
    """The nodes, of which the busiest can be lost, or all of them at once."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        head = {"num_cpus": 0, "object_store_memory": NODE["object_store_memory"], "include_dashboard": False}
        self._cluster = Cluster(initialize_head=True, head_node_args=head)
        self._nodes = [self._cluster.add_node(**NODE) for _ in range(2)]
        self.address = self._cluster.address

    def lose(self) -> None:
        """`kill -9` of all processes of the node with the most work."""
        lost = max(self._nodes, key=_work_of)
        self._nodes.remove(lost)
        self._cluster.remove_node(lost, allow_graceful=False)

    def replace(self) -> None:
        """Lose one, and add another."""
        self.lose()
        self._nodes.append(self._cluster.add_node(**NODE))

    def restart(self) -> None:
        """Lose the head, and with it all others, and start anew."""
        self._cluster.remove_node(self._cluster.head_node, allow_graceful=False)
        self.close()
        self._start()

    def close(self) -> None:
        """End them all."""
        self._cluster.shutdown()  # type: ignore[no-untyped-call]


def _work_of(node: Any) -> float:
    """Processor seconds of a node's workers so far."""
    raylet = psutil.Process(node.all_processes["raylet"][0].process.pid)
    return float(sum(sum(child.cpu_times()[:2]) for child in raylet.children(recursive=True)))


@contextmanager
def raylets() -> Iterator[Raylets]:
    """A cluster for one run."""
    nodes = Raylets()
    try:
        yield nodes
    finally:
        nodes.close()


class Run:
    """A retrain on the cluster, with a folder of its own."""

    def __init__(self, shop: Path, folder: Path, nodes: Raylets) -> None:
        self.folder, self._nodes = folder, nodes
        settings = (f"run={folder}", f"release.uri={folder}/releases", *SETTINGS)
        self._command = [
            sys.executable,
            "-m",
            "jobs.retrain",
            "--config",
            str(shop / "config.yaml"),
            *settings,
        ]
        self._log = folder.parent / f"{folder.name}.log"

    @contextmanager
    def started(self) -> Iterator[subprocess.Popen[str]]:
        """The process; ended with all that it started."""
        environment = os.environ | {"RAY_ADDRESS": self._nodes.address}
        with self._log.open("a") as log:
            process = subprocess.Popen(
                self._command, env=environment, stdout=log, stderr=subprocess.STDOUT, text=True
            )
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait()

    def finish(self) -> None:
        """Run to the end."""
        with self.started() as process:
            self.awaited(process)

    def awaited(self, process: subprocess.Popen[str]) -> None:
        """Wait for the end; `RuntimeError` if that is no success."""
        if process.wait(GIVE_UP_S):
            raise RuntimeError(f"the run in {self.folder} failed")

    def failed(self, process: subprocess.Popen[str]) -> str:
        """Wait for the end, which is no success, and give the last line that was said."""
        if not process.wait(GIVE_UP_S) or self.releases():
            raise RuntimeError(f"the run in {self.folder.name} should have failed, and published nothing")
        return self._log.read_text().strip().splitlines()[-1].replace(str(self.folder), "RUN")

    def await_stage(self, stage: str, process: subprocess.Popen[str]) -> None:
        """Wait until the stage has been at work for a while."""
        deadline = time.monotonic() + GIVE_UP_S
        while not (self.folder / stage / "attempt.json").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{stage} did not begin in {self.folder}")
            time.sleep(LOOK_S)
        time.sleep(INTO_STAGE_S)

    def scores(self) -> dict[str, float]:
        """NDCG@10 of each method."""
        metrics = json.loads((self.folder / "metrics.json").read_text())
        return {name: one["ndcg@10"] for name, one in metrics["methods"].items()}

    def releases(self) -> int:
        """Releases that were published."""
        return len(list(Folder(str(self.folder / "releases")).folders()))


Act = Callable[[Raylets, Run, "subprocess.Popen[str]"], str | None]
"""What happens to a run; the line with which it ended, if it did."""


class Fault(NamedTuple):
    """What happens, in which stage, and whether the command is typed again afterwards."""

    name: str
    stage: str
    act: Act
    again: bool = False
    disk: Callable[[Path], AbstractContextManager[None]] = nullcontext


def lose_node(nodes: Raylets, run: Run, process: subprocess.Popen[str]) -> None:
    """A node is lost, and none comes in its place."""
    nodes.lose()


def replace_node(nodes: Raylets, run: Run, process: subprocess.Popen[str]) -> None:
    """A node is lost, and another comes in its place."""
    nodes.replace()


def replace_nodes(nodes: Raylets, run: Run, process: subprocess.Popen[str]) -> None:
    """One node after another is lost, and another comes in its place."""
    for _ in range(TIMES):
        nodes.replace()
        time.sleep(INTO_STAGE_S)


def restart_cluster(nodes: Raylets, run: Run, process: subprocess.Popen[str]) -> str:
    """The head is lost, and later there is another cluster."""
    nodes.restart()
    return run.failed(process)


def fill_disk(nodes: Raylets, run: Run, process: subprocess.Popen[str]) -> str:
    """There is no space left, and later there is again."""
    filler = run.folder / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1_000_000))
    said = run.failed(process)
    filler.unlink()
    return said


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of a folder's own, in memory."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def kill_driver(nodes: Raylets, run: Run, process: subprocess.Popen[str]) -> None:
    """The process that drives the run is killed."""
    process.kill()
    process.wait()


FAULTS = (
    *(Fault("a node lost, replaced", stage, replace_node) for stage in ("prepare", "train_encoder")),
    *(Fault("a node lost, replaced", stage, replace_node) for stage in ("embed_catalogue", "evaluate")),
    Fault("a node lost, replaced", "train_sequence", replace_node),
    Fault("a node lost, none in its place", "train_sequence", lose_node),
    Fault("three nodes lost one after another, replaced", "train_sequence", replace_nodes),
    Fault("the driver killed", "train_sequence", kill_driver, again=True),
    Fault("the head lost, another cluster", "train_sequence", restart_cluster, again=True),
    Fault("the disk full for a while", "embed_catalogue", fill_disk, again=True, disk=small_disk),
    Fault("the disk full for a while", "train_sequence", fill_disk, again=True, disk=small_disk),
)


def outcome(fault: Fault, shop: Path, folder: Path, undisturbed: dict[str, float]) -> dict[str, Any]:
    """What became of a run that the fault met."""
    began = time.monotonic()
    with raylets() as nodes, fault.disk(folder):
        run = Run(shop, folder, nodes)
        with run.started() as process:
            run.await_stage(fault.stage, process)
            said = fault.act(nodes, run, process)
            if not fault.again:
                run.awaited(process)
        if fault.again:
            run.finish()
        scores, releases = run.scores(), run.releases()
    apart = max(abs(score - undisturbed[name]) for name, score in scores.items())
    told = "the same metrics" if apart == 0 else f"NDCG@10 of a method apart by {apart:.4f}"
    again = ", by the same command again" if fault.again else ""
    found = {"fault": f"{fault.name} in {fault.stage}", "outcome": f"{told}{again}", "releases": releases}
    return found | ({"said": said} if said else {}) | {"seconds": round(time.monotonic() - began, 1)}


def told_of(fault: Fault, shop: Path, folder: Path, undisturbed: dict[str, float]) -> dict[str, Any]:
    """The outcome, or that there was none."""
    try:
        found = outcome(fault, shop, folder, undisturbed)
    except RuntimeError as error:
        found = {"fault": f"{fault.name} in {fault.stage}", "outcome": f"{error}", "seconds": None}
    print(found, file=sys.stderr, flush=True)
    return found


def measure() -> None:
    """Measure and record."""
    with TemporaryDirectory(prefix="palate-faults-") as name:
        place = Path(name)
        shop = place / "shop"
        generate_tables(SHAPE, Folder(str(shop)))
        began = time.monotonic()
        with raylets() as nodes:
            plain = Run(shop, place / "undisturbed", nodes)
            plain.finish()
        seconds = round(time.monotonic() - began, 1)
        print(f"undisturbed: {seconds} s", file=sys.stderr, flush=True)
        scores = plain.scores()
        found = [told_of(fault, shop, place / f"run-{n}", scores) for n, fault in enumerate(FAULTS)]
    record("faults", {"value": found, "undisturbed_s": seconds}, "python -m benchmarks.scale faults")
