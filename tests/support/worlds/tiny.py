"""A data set small enough to know by heart."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa

from palate.data.histories import Histories


class Tiny(NamedTuple):
    """A catalogue and its histories."""

    catalogue: pa.Table
    histories: Histories
