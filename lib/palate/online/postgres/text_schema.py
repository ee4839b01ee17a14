"""Schema of texts: tables of what was written for people and what they struck, and their functions.

Whatever is kept of a user is kept under the lock of that user's row, so that an erasure leaves nothing
behind: a text that was made from what an erasure deleted comes too late and is not kept.
"""

from __future__ import annotations

from palate.online.postgres.list_schema import LISTS_LOCK

TEXTS_OF_USER = 1000
"""Texts of one user that are held; the oldest go first."""
STRUCK_OF_USER = 100
"""Lines that one user can strike."""

TABLES = """
CREATE TABLE palate_texts (
    release text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,  -- empty: not about a user
    kind text COLLATE "C" NOT NULL,
    item text COLLATE "C" NOT NULL,
    text text NOT NULL,
    source text NOT NULL,
    evidence text NOT NULL,  -- JSON
    made_for_version bigint NOT NULL,  -- of the user
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (release, user_id, kind, item)
);
CREATE INDEX palate_texts_of_user ON palate_texts (user_id, at);

CREATE TABLE palate_struck (
    user_id text COLLATE "C" NOT NULL,
    interest text COLLATE "C" NOT NULL,
    categories text[] NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, interest)
);
"""

KEEP = f"""
CREATE FUNCTION palate_keep_texts(
    releases text[], users text[], kinds text[], items text[],
    contents text[], sources text[], proofs text[], versions bigint[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM palate_lock_users(array_remove(users, ''));
    INSERT INTO palate_texts AS t (release, user_id, kind, item, text, source, evidence, made_for_version)
        SELECT b.* FROM unnest(releases, users, kinds, items, contents, sources, proofs, versions)
            AS b (release, user_id, kind, item, text, source, evidence, version)
        LEFT JOIN palate_users AS u ON u.user_id = b.user_id
        WHERE b.version >= coalesce(u.erased_at, 0)
        ORDER BY b.release COLLATE "C", b.user_id COLLATE "C", b.kind COLLATE "C", b.item COLLATE "C"
        ON CONFLICT (release, user_id, kind, item) DO UPDATE SET text = excluded.text,
            source = excluded.source, evidence = excluded.evidence,
            made_for_version = excluded.made_for_version, at = excluded.at;
    DELETE FROM palate_texts AS t USING (
        SELECT o.*, row_number() OVER (PARTITION BY o.user_id ORDER BY o.at DESC) AS place
        FROM palate_texts AS o WHERE o.user_id = ANY (users) AND o.user_id <> ''
    ) AS old
    WHERE old.place > {TEXTS_OF_USER}
        AND (t.release, t.user_id, t.kind, t.item) = (old.release, old.user_id, old.kind, old.item);
END $$;
"""

STRIKE = f"""
CREATE FUNCTION palate_strike(striking_user text, line text, line_categories text[]) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM palate_lock_users(ARRAY[striking_user]);
    IF EXISTS (
        SELECT FROM palate_struck
        WHERE user_id = striking_user AND interest = line AND categories = line_categories
    ) THEN
        RETURN true;
    ELSIF (SELECT count(*) FROM palate_struck WHERE user_id = striking_user) >= {STRUCK_OF_USER} THEN
        RETURN false;
    END IF;
    INSERT INTO palate_struck (user_id, interest, categories) VALUES (striking_user, line, line_categories)
        ON CONFLICT (user_id, interest) DO UPDATE SET categories = excluded.categories;
    UPDATE palate_users SET version = nextval('palate_versions') WHERE user_id = striking_user;
    RETURN true;
END $$;
"""

RESTORE = """
CREATE FUNCTION palate_restore(restoring_user text, line text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM palate_lock_users(ARRAY[restoring_user]);
    DELETE FROM palate_struck WHERE user_id = restoring_user AND interest = line;
    IF FOUND THEN
        UPDATE palate_users SET version = nextval('palate_versions') WHERE user_id = restoring_user;
    END IF;
END $$;
"""

ERASE = f"""
CREATE OR REPLACE FUNCTION palate_erase(erased_user text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    stamp bigint;
    deleted bigint;
BEGIN
    PERFORM pg_advisory_xact_lock({LISTS_LOCK});  -- before the user's: keepers of lists hold no user
    PERFORM palate_lock_users(ARRAY[erased_user]);
    stamp := nextval('palate_versions');
    DELETE FROM palate_texts WHERE user_id = erased_user;
    DELETE FROM palate_struck WHERE user_id = erased_user;
    DELETE FROM palate_profile_lines WHERE user_id = erased_user;
    IF erased_user <> '' THEN
        DELETE FROM palate_lists WHERE user_id = erased_user;
    END IF;
    DELETE FROM palate_events WHERE user_id = erased_user;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    UPDATE palate_users SET version = stamp, erased_at = stamp, events = 0
        WHERE user_id = erased_user;
    RETURN deleted;
END $$;
"""

TEXTS = (TABLES, KEEP, STRIKE, RESTORE, ERASE)
