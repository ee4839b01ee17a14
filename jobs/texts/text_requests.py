"""Text requests: rows of kind, user and item, in files of one block each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from palate.config import ExplainConfig
from palate.data.files.discovery import RawFiles, raw_files
from palate.errors import PalateError
from palate.online.text_store import EXPLANATION, NO_USER, PROFILE, TAGS
from palate.recommender.artefacts import Artefacts
from palate.recommender.recommender import Recommender
from palate.recommender.users import KnownUsers
from palate.schema import ITEM, KIND, USER
from palate.storage import Folder

WANTED = "wanted"
AT_ONCE = 64
"""Users whose lists are made together."""

T = TypeVar("T")

_ALL = "wanted.json"
_SCHEMA = pa.schema([(name, pa.string()) for name in (KIND, USER, ITEM)])


class TextJob(NamedTuple):
    """A text that is wanted; for a profile all lines of it, and the item is empty."""

    kind: str
    user: str | None
    item: str | None


class Amount(NamedTuple):
    """Everything that is wanted."""

    rows: int
    blocks: int
    repeated: int
    """Rows of the given pairs that an earlier row says already."""


def write_wanted(settings: ExplainConfig, artefacts: Artefacts, folder: Folder) -> Amount:
    """Write the blocks, unless an earlier attempt has; the same settings and release give the same ones."""
    if not folder.exists(_ALL):
        pairs, repeated = _pairs(settings, artefacts)
        rows = blocks = 0
        for block in _blocks(_wanted(pairs, settings, artefacts), settings.block):
            columns = [pa.array(column, pa.string()) for column in zip(*block, strict=True)]
            folder.write_table(block_file(blocks), pa.Table.from_arrays(columns, schema=_SCHEMA))
            rows, blocks = rows + len(block), blocks + 1
        folder.write_json(_ALL, Amount(rows, blocks, repeated)._asdict())
    return Amount(**folder.read_json(_ALL))


def block_file(number: int) -> str:
    """Name of the file of a block."""
    return f"{WANTED}/{number:06d}.parquet"


def _wanted(
    pairs: Iterable[tuple[str | None, str | None]], settings: ExplainConfig, artefacts: Artefacts
) -> Iterator[TextJob]:
    users: dict[str, None] = {}
    for user, item in pairs:
        users |= {user: None} if user is not None else {}
        if EXPLANATION in settings.kinds:
            yield TextJob(EXPLANATION, user, item)
    if PROFILE in settings.kinds:
        yield from (TextJob(PROFILE, user, "") for user in users)
    if TAGS in settings.kinds:
        yield from (TextJob(TAGS, NO_USER, item) for item in artefacts.catalogue[ITEM].to_pylist())


def _pairs(
    settings: ExplainConfig, artefacts: Artefacts
) -> tuple[Iterable[tuple[str | None, str | None]], int]:
    """Users and items, and how many of them were given more than once."""
    if settings.pairs is None:
        return _top_lists(settings, artefacts), 0
    given = _given(settings.pairs)
    single = given.group_by([USER, ITEM], use_threads=False).aggregate([])
    return zip(single[USER].to_pylist(), single[ITEM].to_pylist(), strict=True), len(given) - len(single)


def _given(uri: str) -> pa.Table:
    files = pair_files(uri)
    try:
        table = pq.read_table(files.paths, filesystem=files.fs)
        missing = {USER, ITEM} - set(table.column_names)
        if missing:
            raise PalateError(f"explain.pairs ({uri}) lacks the column {' and '.join(sorted(missing))}")
        return table.select([USER, ITEM]).cast(pa.schema([(USER, pa.string()), (ITEM, pa.string())]))
    except (OSError, pa.ArrowException) as error:
        raise PalateError(f"explain.pairs ({uri}) cannot be read as Parquet: {error}") from error


def pair_files(uri: str) -> RawFiles:
    """The files of `explain.pairs`; `PalateError` if there are none."""
    return raw_files(uri, "explain.pairs")


def _top_lists(settings: ExplainConfig, artefacts: Artefacts) -> Iterator[tuple[str, str]]:
    """The top of the lists of some users, drawn by a hash of their ids."""
    released_users, recommender = KnownUsers(artefacts), Recommender(artefacts)
    items = recommender.catalogue.items
    for users in _blocks(released_users.drawn(settings.users), AT_ONCE):
        queries = [
            recommender.query(released_users.history(user), settings.items)._replace(
                disliked=released_users.disliked(user)
            )
            for user in users
        ]
        for user, ranking in zip(users, recommender.answer(queries).rankings, strict=True):
            yield from ((user, items[item]) for item in ranking.items.tolist() if item >= 0)


def _blocks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(rows)
    while block := list(islice(source, size)):
        yield block
