"""Records what an endpoint answers to a fixed sequence of requests, and compares two recordings.

Serve one release with the two versions in turn, each with an empty store and without a language model
(`palate serve explainer.enabled=false store=/tmp/store-a`), and record each:

    python -m benchmarks.replay record --url http://127.0.0.1:8000 --run runs/demo before.jsonl
    python -m benchmarks.replay compare before.jsonl after.jsonl
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

import httpx

from benchmarks.replay.answers import Answer, ask_all, differences, read, write
from benchmarks.replay.requests import questions, users_and_items


def main() -> int:
    """Record, or compare; 1 if two recordings differ."""
    options = _options().parse_args()
    if options.command == "record":
        answers = asyncio.run(_answers(options.url, options.run, options.count))
        write(options.file, answers)
        print(f"{len(answers)} answers in {options.file}")
        return 0
    before, after = read(options.before), read(options.after)
    found = differences(before, after)
    print("\n".join([*found[:20], f"{len(before) - len(found)} of {len(before)} answers are equal"]))
    return 1 if found else 0


async def _answers(url: str, run: str, count: int) -> list[Answer]:
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        return await ask_all(client, questions(*users_and_items(run), count))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "benchmarks.replay", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    record = commands.add_parser("record", help="ask a running endpoint and keep its answers")
    record.add_argument("--url", default="http://127.0.0.1:8000")
    record.add_argument("--run", default="runs/demo", help="the run whose users and items are asked about")
    record.add_argument("--count", type=int, default=200, help="requests")
    record.add_argument("file", type=Path)
    compare = commands.add_parser("compare", help="say what two recordings differ in")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
