"""Dislikes: a category's share of people's lists before and after they turn against ten of its items.

For a sample of the users of a finished run the most frequent category of their lists is taken, and ten of
its items that they would be shown are disliked through the endpoint's application. An update of the current
release learns that, and the category's share in the same people's lists after is divided by that before.
The application answers in this process, with a store and releases of its own: the run stays as it is.

Rivals are the dislikes as the endpoint takes them in by itself, before any update; the same update without
the dislikes; and that update with the ten items left out of each list, which learns nothing from them.

    python -m benchmarks.loop.dislikes --run FOLDER [--users 100]
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np

from benchmarks.loop.ratios import ratio_of_sums
from benchmarks.loop.results import write_figure
from benchmarks.serving.in_process import application
from jobs.retrain import retrain
from jobs.runtime.progress import Work, progress_bar
from jobs.update import update_config
from palate.config import Config, load_config
from palate.config.data import NegativeRule
from palate.errors import PalateError
from palate.rank.filters import ItemFacts
from palate.recommender.artefacts import Artefacts
from palate.recommender.users import KnownUsers
from palate.release import promote, verified_release
from palate.schema import ITEM
from palate.storage import Folder

COMMAND = "python -m benchmarks.loop.dislikes --run FOLDER"
USERS = 100
K = 10
CHOSEN_FROM = 100
"""Length of the list that the disliked items are taken from: the longest that the endpoint gives."""
DISLIKED = 10

Lists = dict[str, list[str]]
"""Item ids of each user's list, best first."""
NOTHING: Mapping[str, list[str]] = {}
Categories = dict[str, frozenset[str]]
"""Categories by item id."""


class Dislike(NamedTuple):
    """What one user turns against."""

    user: str
    category: str
    items: list[str]


def main() -> None:
    """Measure, and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True, type=Path, help="folder of a finished `palate retrain`")
    parser.add_argument("--users", type=int, default=USERS, help=f"how many are asked ({USERS})")
    arguments = parser.parse_args()
    config = load_config(arguments.run / "config.yaml")
    with tempfile.TemporaryDirectory(prefix="palate-bench-") as name:
        Path(name).chmod(0o755)
        found = _measured(config, Path(name), arguments.users)
    write_figure("disliked_genre_share_ratio", COMMAND, found)


def _measured(config: Config, place: Path, users: int) -> dict[str, Any]:
    release = Artefacts.of(verified_release(Folder(config.release.uri)))
    _require_fit(config, release)
    categories, store = _categories(release), place / "store"
    sample = KnownUsers(release).drawn(users)
    print("1/3 lists before and after the dislikes", flush=True)
    dislikes, lists = asyncio.run(
        _told(config.release.uri, store, sample, categories, negative=release.negative[0])
    )
    asked = [dislike.user for dislike in dislikes]
    print("2/3 the update without the dislikes", flush=True)
    updated, nothing = _updated(config, place / "idle"), place / "nothing"
    lists["update alone"] = asyncio.run(_lists(updated, nothing, asked))
    ten = {dislike.user: dislike.items for dislike in dislikes}
    lists["update alone, the ten left out"] = asyncio.run(_lists(updated, nothing, asked, ten))
    print("3/3 the same update with them, which takes about as long", flush=True)
    updated = _updated(config, place / "disliking", str(store))
    lists["after"] = asyncio.run(_lists(updated, store, asked))
    return _summary(config, dislikes, lists, categories) | {"left_out": len(sample) - len(dislikes)}


def _require_fit(config: Config, release: Artefacts) -> None:
    """Raise `PalateError` for a run in which this cannot be measured."""
    if release.rerank.columns.category is None:
        raise PalateError("The run has no categories (rerank.columns.category)")
    if not config.data.negative:
        raise PalateError("In this run no event speaks against its item (data.negative)")
    if config.release.refit:
        raise PalateError("An update cannot go on from refitted models (release.refit)")
    if config.data.anonymise or config.data.store is not None:
        raise PalateError("Users of an anonymised run, or of a store, are not those of the update here")


def _categories(release: Artefacts) -> Categories:
    facts = ItemFacts.of(release.catalogue, release.rerank.columns, release.item_vectors)
    return dict(zip(release.catalogue[ITEM].to_pylist(), facts.categories, strict=True))


def _updated(config: Config, place: Path, store: str | None = None) -> str:
    """Releases of a run of its own: a copy of the current one, and what it becomes by an update.

    It is what `palate update` does where something is new, and it does so in any case.
    """
    earlier, releases = verified_release(Folder(config.release.uri)), Folder(str(place / "releases"))
    earlier.folder.download(place / "releases" / earlier.manifest.id)
    copy = promote(releases, earlier.manifest.id)
    settings = {
        "run": str(place / "run"),
        "data": config.data.model_copy(update={"store": store}),
        "release": config.release.model_copy(update={"uri": releases.uri, "promote": True, "guard_users": 0}),
    }
    with tempfile.TemporaryDirectory() as encoder:
        retrain(update_config(config.model_copy(update=settings), copy, Path(encoder)))
    return releases.uri


async def _told(
    releases: str, store: Path, users: Sequence[str], categories: Categories, *, negative: NegativeRule
) -> tuple[list[Dislike], dict[str, Lists]]:
    """Everybody's dislikes, which the store then has, and the lists just before and just after them."""
    value = 1.0 if negative.max_value is None else negative.max_value
    async with application(releases, store) as (client, _):
        before, long = await _asked(client, users, K), await _asked(client, users, CHOSEN_FROM)
        told = (dislike_of(user, before[user], long[user], categories) for user in users)
        dislikes = [dislike for dislike in told if dislike is not None]
        for dislike in dislikes:
            await _send(client, dislike, negative.kinds[0], value)
        after = await _asked(client, [dislike.user for dislike in dislikes], K)
    return dislikes, {"before": before, "live alone": after}


def dislike_of(
    user: str, items: Sequence[str], long: Sequence[str], categories: Categories
) -> Dislike | None:
    """The first ten of a long list that are of the most frequent category of `items`; None for fewer."""
    counts = Counter(category for item in items for category in sorted(categories[item]))
    if not counts:
        return None
    ((category, _),) = counts.most_common(1)
    of_category = [item for item in long if category in categories[item]][:DISLIKED]
    return Dislike(user, category, of_category) if len(of_category) == DISLIKED else None


async def _send(client: httpx.AsyncClient, dislike: Dislike, kind: str, value: float) -> None:
    events = [
        {"id": f"against-{item}", "user": dislike.user, "item": item, "kind": kind, "value": value}
        for item in dislike.items
    ]
    (await client.post("/v1/events", json={"events": events})).raise_for_status()


async def _lists(releases: str, store: Path, users: Sequence[str], left_out: Lists | None = None) -> Lists:
    async with application(releases, store) as (client, _):
        return await _asked(client, users, K, left_out or {})


async def _asked(
    client: httpx.AsyncClient, users: Sequence[str], k: int, left_out: Mapping[str, list[str]] = NOTHING
) -> Lists:
    lists: Lists = {}
    with progress_bar(Work("lists", "lists"), total=len(users)) as progress:
        for user in users:
            answer = await client.post(
                "/v1/recommend", json={"user": user, "k": k, "exclude": left_out.get(user, [])}
            )
            answer.raise_for_status()
            lists[user] = [place["item"] for place in answer.json()["items"]]
            progress.advance(1)
    return lists


def _summary(
    config: Config, dislikes: Sequence[Dislike], lists: dict[str, Lists], categories: Categories
) -> dict[str, Any]:
    """Shares of each user's category in each kind of list, and their ratios to those before."""
    shares = {
        name: [_share(of_users[dislike.user], dislike.category, categories) for dislike in dislikes]
        for name, of_users in lists.items()
    }
    ratios = {name: ratio_of_sums(of_users, shares["before"]) for name, of_users in shares.items()}
    after = ratios.pop("after")
    return {
        "value": after["value"],
        "interval": [after["low"], after["high"]],
        "wanted": "0.5 or less",
        "rivals": {name: ratio for name, ratio in ratios.items() if name != "before"},
        "share": {name: round(float(np.mean(of_users)), 4) for name, of_users in shares.items()},
        "users": len(dislikes),
        "dataset": config.data.name,
        "how": f"share of the category that is most frequent in a user's {K} items, after {DISLIKED} of its "
        "items were disliked and an update learned that, over the share before; mean over users",
    }


def _share(items: Sequence[str], category: str, categories: Categories) -> float:
    return sum(category in categories[item] for item in items) / max(1, len(items))


if __name__ == "__main__":
    main()
