"""User table: every user's history in memory-mapped files, of which a look-up touches one user's alone."""

from palate.data.user_table.build import USER_FILES, write_user_table
from palate.data.user_table.lookup import FoundUser, UserTable, open_user_table

__all__ = ["USER_FILES", "FoundUser", "UserTable", "open_user_table", "write_user_table"]
