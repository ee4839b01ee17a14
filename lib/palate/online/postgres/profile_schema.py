"""Schema of profiles: the lines that people wrote about themselves, and their functions.

They are kept under the lock of their user's row, as everything of a user is; an erasure deletes them.
"""

from __future__ import annotations

LINES_OF_USER = 20
"""Lines that one user can write."""

TABLE = """
CREATE TABLE palate_profile_lines (
    user_id text COLLATE "C" NOT NULL,
    line text COLLATE "C" NOT NULL,  -- of an interest whose line was rewritten the interest
    text text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, line)
);
"""

WRITE = f"""
CREATE FUNCTION palate_write_line(writing_user text, written_line text, written text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM palate_lock_users(ARRAY[writing_user]);
    IF NOT EXISTS (SELECT FROM palate_profile_lines WHERE user_id = writing_user AND line = written_line)
        AND (SELECT count(*) FROM palate_profile_lines WHERE user_id = writing_user) >= {LINES_OF_USER} THEN
        RETURN false;
    END IF;
    INSERT INTO palate_profile_lines (user_id, line, text) VALUES (writing_user, written_line, written)
        ON CONFLICT (user_id, line) DO UPDATE SET text = excluded.text;
    UPDATE palate_users SET version = nextval('palate_versions') WHERE user_id = writing_user;
    RETURN true;
END $$;
"""

REMOVE = """
CREATE FUNCTION palate_remove_line(writing_user text, written_line text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM palate_lock_users(ARRAY[writing_user]);
    DELETE FROM palate_profile_lines WHERE user_id = writing_user AND line = written_line;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE palate_users SET version = nextval('palate_versions') WHERE user_id = writing_user;
    RETURN true;
END $$;
"""

PROFILES = (TABLE, WRITE, REMOVE)
