"""Version of Palate, as every release and stage records it."""

from __future__ import annotations

__version__ = "0.2.0"
