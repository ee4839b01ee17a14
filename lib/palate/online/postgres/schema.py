"""Schema: tables of the store, and functions that change them in one round trip.

Texts are in `text_schema`, lines of profiles in `profile_schema`, live items in `item_schema`, lists that
were shown in `list_schema`, experiments in `experiment_schema`.

Text is compared byte by byte (collation "C"), so that an order is the same on every server.

What keeps concurrent writers apart: every change of a user first locks that user's row, in the order of the
ids of users, and draws its numbers from the sequence while it holds the lock. So numbers of one user rise in
the order in which transactions commit. An event's id is one of its user's, who is locked, so no two batches
insert the same.
"""

from __future__ import annotations

from palate.online.postgres.experiment_schema import EXPERIMENTS
from palate.online.postgres.item_schema import ITEMS
from palate.online.postgres.list_schema import LISTS
from palate.online.postgres.profile_schema import PROFILES
from palate.online.postgres.text_schema import ERASE, TEXTS

SCHEMA_VERSION = 8
SCHEMA_LOCK = 7_025_283_616
"""Key of the advisory lock under which the schema is made; any number that nobody else uses."""
VERSIONS_LOCK = SCHEMA_LOCK + 1
"""Key of the one under which the sequence of versions is raised."""

TABLES = """
CREATE TABLE palate_schema (version int PRIMARY KEY);

CREATE SEQUENCE palate_versions;

CREATE TABLE palate_users (
    user_id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,  -- number of the latest event, erasure or change of the profile
    erased_at bigint NOT NULL,  -- number of the latest erasure; 0: never
    events bigint NOT NULL DEFAULT 0  -- how many are held
);

CREATE TABLE palate_events (
    id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,  -- order of acceptance
    item text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    value double precision NOT NULL,
    time bigint NOT NULL,
    list uuid,  -- the shown list that it came from, if its sender said so
    text text,  -- what the user wrote; then the item may be empty
    encoder text,  -- by what the vector of the text was made
    vector bytea,  -- float32
    PRIMARY KEY (user_id, id)  -- so one sender's id takes no place from another user's event
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

RECORD = """
CREATE FUNCTION palate_record(
    ids text[], users text[], items text[], kinds text[], vals double precision[], times bigint[],
    lists uuid[], texts text[]
) RETURNS boolean[] LANGUAGE plpgsql AS $$
DECLARE
    numbers bigint[];
    accepted boolean[];
BEGIN
    PERFORM palate_lock_users(users);
    numbers := ARRAY(SELECT nextval('palate_versions') FROM generate_series(1, cardinality(ids)));
    WITH fresh AS (
        INSERT INTO palate_events AS e (id, user_id, number, item, kind, value, time, list, text)
            SELECT DISTINCT ON (b.user_id COLLATE "C", b.id COLLATE "C") b.*
            FROM unnest(ids, users, numbers, items, kinds, vals, times, lists, texts)
                AS b (id, user_id, number, item, kind, value, time, list, text)
            ORDER BY b.user_id COLLATE "C", b.id COLLATE "C", b.number
            ON CONFLICT (user_id, id) DO NOTHING
            RETURNING e.user_id, e.number
    ), raised AS (
        UPDATE palate_users AS u SET version = latest.number, events = u.events + latest.events
            FROM (
                SELECT f.user_id, max(f.number) AS number, count(*) AS events
                FROM fresh AS f GROUP BY f.user_id
            ) AS latest
            WHERE u.user_id = latest.user_id
    )
    SELECT array_agg(f.number IS NOT NULL ORDER BY sent.place) INTO accepted
        FROM unnest(numbers) WITH ORDINALITY AS sent (number, place)
        LEFT JOIN fresh AS f ON f.number = sent.number;
    RETURN accepted;
END $$;
"""
"""Answers for each event, in their order, whether it is new."""

STATE = """
SELECT u.version, u.erased_at > 0 AS erased, u.events AS total, since.number AS since, e.*,
    (
        SELECT json_agg(json_build_array(s.interest, s.categories) ORDER BY s.interest)
        FROM palate_struck AS s WHERE s.user_id = $1
    ) AS struck,
    (
        SELECT json_agg(json_build_array(p.line, p.text) ORDER BY p.at, p.line)
        FROM palate_profile_lines AS p WHERE p.user_id = $1
    ) AS written
FROM palate_users AS u
CROSS JOIN LATERAL (
    -- What the reader knows of counts unless the user was erased since, or the store is an older copy, which
    -- lacks the event that the number was of (a struck line's number is known to nobody later: read anew).
    SELECT CASE
        WHEN $2 = u.version THEN $2
        WHEN $2 > u.erased_at AND EXISTS (
            SELECT FROM palate_events AS k WHERE k.user_id = $1 AND k.number = $2
        ) THEN $2
        ELSE 0
    END AS number
) AS since
CROSS JOIN LATERAL (
    SELECT array_agg(n.id ORDER BY n.number) AS ids, array_agg(n.item ORDER BY n.number) AS items,
        array_agg(n.kind ORDER BY n.number) AS kinds, array_agg(n.value ORDER BY n.number) AS vals,
        array_agg(n.time ORDER BY n.number) AS times, array_agg(n.text ORDER BY n.number) AS texts
    FROM (
        -- The index by user and number is read from its end, so older events cost nothing.
        SELECT * FROM palate_events WHERE user_id = $1 AND number > since.number
        ORDER BY number DESC LIMIT $3
    ) AS n
) AS e
WHERE u.user_id = $1
"""
"""State of user $1 for a reader who knows version $2: one row or none; the newest $3 events after `since`."""

SCHEMA = (TABLES, LOCK_USERS, RECORD, *TEXTS, *ITEMS, *LISTS, EXPERIMENTS, *PROFILES)
"""What an empty database is given."""

IDS_OF_USERS = """
ALTER TABLE palate_users ADD COLUMN events bigint NOT NULL DEFAULT 0;
UPDATE palate_users AS u SET events = held.events
    FROM (SELECT user_id, count(*) AS events FROM palate_events GROUP BY user_id) AS held
    WHERE u.user_id = held.user_id;
ALTER TABLE palate_events DROP CONSTRAINT palate_events_pkey, ADD PRIMARY KEY (user_id, id);
DROP FUNCTION palate_append;
"""

LISTS_OF_EVENTS = """
ALTER TABLE palate_events ADD COLUMN list uuid;
DROP FUNCTION palate_record;
"""

TEXTS_OF_EVENTS = """
ALTER TABLE palate_events ADD COLUMN text text, ADD COLUMN encoder text, ADD COLUMN vector bytea;
DROP FUNCTION palate_record;
"""

UPGRADES = {
    1: TEXTS,
    2: (IDS_OF_USERS, RECORD, ERASE),
    3: ITEMS,
    4: (LISTS_OF_EVENTS, RECORD, ERASE, *LISTS),
    5: (EXPERIMENTS,),
    6: (TEXTS_OF_EVENTS, RECORD),
    7: (*PROFILES, ERASE),
}
"""What tables of each earlier version lack of the next one."""
