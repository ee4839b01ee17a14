"""Schema: tables of the store, and functions that change them in one round trip; texts: `text_schema`.

Text is compared byte by byte (collation "C"), so that an order is the same on every server.

What keeps concurrent writers apart: every change of a user first locks that user's row, in the order of the
ids of users, and draws its numbers from the sequence while it holds the lock. So numbers of one user rise in
the order in which transactions commit. Events are inserted in the order of their ids, so that two batches
that hold the same ids wait for each other in one direction only.
"""

from __future__ import annotations

from palate.online.postgres.text_schema import TEXTS

SCHEMA_VERSION = 2
SCHEMA_LOCK = 7_025_283_616
"""Key of the advisory lock under which the schema is made; any number that nobody else uses."""

TABLES = """
CREATE TABLE palate_schema (version int PRIMARY KEY);

CREATE SEQUENCE palate_versions;

CREATE TABLE palate_users (
    user_id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,  -- number of the latest event, erasure or change of the profile
    erased_at bigint NOT NULL  -- number of the latest erasure; 0: never
);

CREATE TABLE palate_events (
    id text COLLATE "C" PRIMARY KEY,
    user_id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,  -- order of acceptance
    item text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    value double precision NOT NULL,
    time bigint NOT NULL
);
CREATE UNIQUE INDEX palate_events_of_user ON palate_events (user_id, number);

CREATE TABLE palate_keys (
    name text COLLATE "C" PRIMARY KEY,
    role text COLLATE "C" NOT NULL,
    digest bytea NOT NULL UNIQUE,  -- SHA-256 of the secret, which is kept nowhere
    created timestamptz NOT NULL DEFAULT now()
);
"""

LOCK_USERS = """
CREATE FUNCTION palate_lock_users(ids text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO palate_users (user_id, version, erased_at)
        SELECT DISTINCT u COLLATE "C" AS id, 0, 0 FROM unnest(ids) AS u ORDER BY id
        ON CONFLICT (user_id) DO NOTHING;
    PERFORM 1 FROM palate_users WHERE user_id = ANY (ids) ORDER BY user_id FOR UPDATE;
END $$;
"""

APPEND = """
CREATE FUNCTION palate_append(
    ids text[], users text[], items text[], kinds text[], vals double precision[], times bigint[]
) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    numbers bigint[];
    accepted text[];
BEGIN
    PERFORM palate_lock_users(users);
    numbers := ARRAY(SELECT nextval('palate_versions') FROM generate_series(1, cardinality(ids)));
    WITH fresh AS (
        INSERT INTO palate_events AS e (id, user_id, number, item, kind, value, time)
            SELECT DISTINCT ON (b.id COLLATE "C") b.*
            FROM unnest(ids, users, numbers, items, kinds, vals, times)
                AS b (id, user_id, number, item, kind, value, time)
            ORDER BY b.id COLLATE "C", b.number
            ON CONFLICT (id) DO NOTHING
            RETURNING e.id, e.user_id, e.number
    ), raised AS (
        UPDATE palate_users AS u SET version = latest.number
            FROM (SELECT f.user_id, max(f.number) AS number FROM fresh AS f GROUP BY f.user_id) AS latest
            WHERE u.user_id = latest.user_id
    )
    SELECT coalesce(array_agg(f.id), '{}') INTO accepted FROM fresh AS f;
    RETURN accepted;
END $$;
"""

STATE = """
SELECT u.version, u.erased_at > 0 AS erased, since.number AS since, e.*,
    (
        SELECT json_agg(json_build_array(s.interest, s.categories) ORDER BY s.interest)
        FROM palate_struck AS s WHERE s.user_id = $1
    ) AS struck
FROM palate_users AS u
CROSS JOIN LATERAL (
    -- What the reader knows of counts unless the user was erased since, or the store is an older copy.
    SELECT CASE WHEN $2 BETWEEN u.erased_at AND u.version THEN $2 ELSE 0 END AS number
) AS since
CROSS JOIN LATERAL (
    SELECT array_agg(n.id) AS ids, array_agg(n.item) AS items, array_agg(n.kind) AS kinds,
        array_agg(n.value) AS vals, array_agg(n.time) AS times
    FROM (
        SELECT * FROM palate_events WHERE user_id = $1 AND number > since.number ORDER BY number
    ) AS n
) AS e
WHERE u.user_id = $1
"""
"""State of user $1 for a reader who knows version $2: one row, or none; only events after `since`."""

SCHEMA = (TABLES, LOCK_USERS, APPEND, *TEXTS)
"""What an empty database is given."""

UPGRADES = {1: TEXTS}
"""What tables of each earlier version lack of the next one."""
