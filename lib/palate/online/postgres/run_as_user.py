"""Privilege drop: PostgreSQL refuses to run as root, so under root it runs as somebody without rights."""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path
from typing import Any, NamedTuple

UNPRIVILEGED = "nobody"


class Account(NamedTuple):
    """Who runs a program; None is whoever runs this."""

    uid: int | None = None
    gid: int | None = None
    groups: tuple[int, ...] = ()

    @property
    def options(self) -> dict[str, Any]:
        """Arguments of `subprocess.run`."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": list(self.groups)}

    def own(self, path: Path) -> None:
        """Hand a file or folder over to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def server_account(data: Path, programs: Path) -> Account:
    """Who runs the server: whoever runs this; under root the owner of the data, or nobody.

    A folder above the data or the programs that is closed to others is opened to its group, for passing
    through but not for reading, and the server gets that group. So nobody else gains a right.
    """
    if os.geteuid() != 0:
        return Account()
    uid, gid = _owner(data) or pwd.getpwnam(UNPRIVILEGED)[2:4]
    groups = {_opened(folder) for path in (data, programs) for folder in _closed_folders(path, uid)}
    return Account(uid, gid, tuple(sorted(groups)))


def _owner(path: Path) -> tuple[int, int] | None:
    if not path.exists() or path.stat().st_uid == 0:
        return None
    return path.stat().st_uid, path.stat().st_gid


def _closed_folders(path: Path, uid: int) -> list[Path]:
    above = [(folder, folder.stat()) for folder in path.parents]
    return [folder for folder, info in above if not info.st_mode & stat.S_IXOTH and info.st_uid != uid]


def _opened(folder: Path) -> int:
    """Let the folder's group pass through it; returns the group."""
    info = folder.stat()
    folder.chmod(stat.S_IMODE(info.st_mode) | stat.S_IXGRP)
    return info.st_gid
