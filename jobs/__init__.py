"""What runs as a Ray job, a file a stage. Here the library meets Ray; no algorithm lives here."""

import sys
from pathlib import Path

# `ray job submit --working-dir .` ships a checkout without installing it: let it find its own library.
_LIBRARY = str(Path(__file__).parent.parent / "lib")
if _LIBRARY not in sys.path and Path(_LIBRARY).is_dir():
    sys.path.insert(0, _LIBRARY)
