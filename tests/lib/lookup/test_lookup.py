"""Look-ups by name find the same whether they are made now or mapped from a release."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from palate.mapped.columns import RowFields, TextColumn
from palate.recommender.lookup.catalogue import Catalogue
from palate.recommender.lookup.files import StoredLookup, open_lookup, write_lookup
from palate.recommender.lookup.name_index import NameIndex
from palate.schema import ITEM, TITLE
from palate.storage import Folder

TABLE = pa.table(
    {
        ITEM: ["c", "a", "b", "é"],
        TITLE: ["Heat", "Éclair", "Alien", "alien 3"],
        "genre": ["Crime", None, "", "Horror"],
    }
)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    write_lookup(Folder(str(tmp_path)), TABLE, ("en",))
    return Folder(str(tmp_path))


@pytest.fixture
def stored(folder: Folder) -> StoredLookup:
    found = open_lookup(folder)
    assert found is not None
    return found


@pytest.fixture(params=["made now", "mapped"])
def catalogue(request: pytest.FixtureRequest, stored: StoredLookup) -> Catalogue:
    return Catalogue(TABLE) if request.param == "made now" else Catalogue(stored.catalogue, stored.names)


def test_every_item_is_found_by_its_id_and_no_other(catalogue: Catalogue) -> None:
    assert [catalogue.find(item) for item in ["c", "a", "b", "é", "", "d"]] == [0, 1, 2, 3, None, None]


def test_items_are_found_by_title_and_near_titles_are_told(catalogue: Catalogue) -> None:
    assert catalogue.index("eclair") == 1
    assert "alien 3" in catalogue.unknown("aliem 3")


def test_ids_of_one_hash_are_told_apart() -> None:
    index = NameIndex.of(["x", "y"], ["X", "Y"])
    of_y = index.id_hashes[index.id_items.tolist().index(1)]
    both = index._replace(id_hashes=np.full(2, of_y), id_items=np.array([0, 1], np.int32))
    assert both.find(["x", "y"], "y") == 1
    assert both.find(["x", "other"], "y") is None


def test_columns_read_as_lists_do(stored: StoredLookup) -> None:
    titles = TextColumn(pa.chunked_array([TABLE[TITLE].chunk(0), TABLE[TITLE].chunk(0)]))
    assert list(titles) == TABLE[TITLE].to_pylist() * 2
    assert (len(titles), titles[5], titles[-1], titles[3:5]) == (8, "Éclair", "alien 3", ["alien 3", "Heat"])
    assert list(TextColumn(stored.catalogue[TITLE])) == TABLE[TITLE].to_pylist()


def test_fields_of_an_item_are_those_that_are_not_empty(stored: StoredLookup) -> None:
    fields = RowFields(stored.catalogue.select(["genre"]))
    assert [fields[row] for row in range(len(fields))] == [{"genre": "Crime"}, {}, {}, {"genre": "Horror"}]


def test_all_that_grows_with_the_catalogue_is_mapped(stored: StoredLookup) -> None:
    before = pa.total_allocated_bytes()
    table = stored.catalogue
    assert pa.total_allocated_bytes() == before
    assert table.equals(TABLE)
    assert all(isinstance(array.base, np.memmap) for array in (*stored.names, *stored.titles))


def test_look_ups_of_another_version_are_not_read(folder: Folder, tmp_path: Path) -> None:
    folder.write_json("lookup.json", folder.read_json("lookup.json") | {"version": 0})
    assert open_lookup(folder) is None
    assert open_lookup(Folder(str(tmp_path / "empty"))) is None


def test_an_empty_catalogue_has_look_ups(tmp_path: Path) -> None:
    write_lookup(Folder(str(tmp_path)), TABLE.slice(0, 0), ("en",))
    stored = open_lookup(Folder(str(tmp_path)))
    assert stored is not None
    assert Catalogue(stored.catalogue, stored.names).find("a") is None
