"""What publication adds to the files of a run, so that a release maps them."""

from __future__ import annotations

from palate.config import SteeringConfig
from palate.data.user_table import USER_FILES, write_user_table
from palate.data.vectors import vector_matrix
from palate.recommender.artefacts import CONTENT, MATRICES
from palate.recommender.lookup.files import LOOKUP_FILES, write_lookup
from palate.retrieve.hybrid import SEQUENCE
from palate.retrieve.item_vectors import load_item_vectors, write_vectors
from palate.retrieve.lexical import WORD_FILES, write_lexical_index
from palate.schema import TEXT
from palate.storage import Folder


def add_mapped_files(run: Folder) -> None:
    """Write users, vectors, look-ups by name and counted words beside what they are made of."""
    catalogue = run.read_table("catalogue.parquet")
    write_user_table(run / USER_FILES, run.tables("histories"))
    write_vectors(run / MATRICES, SEQUENCE, load_item_vectors(run / "sequence"))
    write_vectors(run / MATRICES, CONTENT, vector_matrix(run.read_table("vectors")))
    write_lookup(run / LOOKUP_FILES, catalogue, SteeringConfig().languages)
    write_lexical_index(run / WORD_FILES, catalogue[TEXT].to_pylist())
