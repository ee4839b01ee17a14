"""Processes below another: found by their titles, and killed as a whole."""

from __future__ import annotations

import subprocess

import psutil

from tests.support.processes.wait import PATIENCE_S


def title(process: psutil.Process) -> str:
    """The command line of a process, which Ray's workers make their title; nothing for one that has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def below(driver: psutil.Process, word: str) -> list[psutil.Process]:
    """Processes below `driver` that have `word` in their title."""
    return [process for process in driver.children(recursive=True) if word in title(process)]


def kill(process: psutil.Process) -> None:
    """`kill -9`, and wait until it is gone."""
    process.kill()
    process.wait(PATIENCE_S)


def kill_tree(driver: int) -> None:
    """`kill -9` of a process and of all below it; nothing of it stays behind."""
    if not psutil.pid_exists(driver):
        return
    processes = [*psutil.Process(driver).children(recursive=True), psutil.Process(driver)]
    for process in processes:
        if process.is_running():
            process.kill()
    psutil.wait_procs(processes, timeout=30)


def require_running(process: subprocess.Popen[str]) -> None:
    """Raise `RuntimeError` if a process has ended although it is still needed."""
    if process.poll() is not None:
        raise RuntimeError(f"{process.args!r} has ended with status {process.returncode}")
