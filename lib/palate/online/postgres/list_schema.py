"""Schema of shown lists: a table in partitions of a day, and functions that fill it and drop its old days.

Partitions are by the id, which begins with the time: so the lists of some days, and one list by its id, are
found in their partitions alone, and what is beyond the retention goes without reading a row.

An erasure takes alone the lock that whoever keeps lists shares. So a list that waited to be written while its
user was erased is not kept: it was made for a version before the erasure.
"""

from __future__ import annotations

LISTS_LOCK = 7_025_283_618
"""Key of the advisory lock that keepers share, and an erasure takes alone."""
PARTITIONS_LOCK = LISTS_LOCK + 1
"""Key of the one under which partitions are made and dropped."""

LISTS_TABLES = """
CREATE TABLE palate_lists (
    id uuid PRIMARY KEY,  -- begins with the milliseconds since 1970
    time bigint NOT NULL,  -- seconds since 1970
    user_id text COLLATE "C" NOT NULL,  -- empty: somebody anonymous
    made_for_version bigint NOT NULL,  -- of the user
    kind text COLLATE "C" NOT NULL,
    release text COLLATE "C" NOT NULL,
    arm text COLLATE "C" NOT NULL,  -- experiment:arm, with spaces between several; empty: none
    items jsonb NOT NULL  -- best first: item, score, sources, and propensity where it was drawn
) PARTITION BY RANGE (id);
CREATE INDEX palate_lists_of_user ON palate_lists (user_id) WHERE user_id <> '';
"""

EVENTS_OF_LISTS = """
CREATE INDEX palate_events_of_list ON palate_events (list) WHERE list IS NOT NULL;
"""

LIST_PARTITIONS = f"""
CREATE FUNCTION palate_list_bound(day bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(day * 86400000), 12, '0') || repeat('0', 20))::uuid
$$;

CREATE FUNCTION palate_make_list_day(day bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass('palate_lists_' || day) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock({PARTITIONS_LOCK});
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS %I PARTITION OF palate_lists FOR VALUES FROM (%L) TO (%L)',
        'palate_lists_' || day, palate_list_bound(day), palate_list_bound(day + 1)
    );
END $$;

CREATE FUNCTION palate_drop_lists(days integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    partition text;
BEGIN
    PERFORM pg_advisory_xact_lock({PARTITIONS_LOCK});
    FOR partition IN
        SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'palate_lists'::regclass
            AND substr(c.relname, 14)::bigint < extract(epoch FROM clock_timestamp())::bigint / 86400 - days
    LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I', partition);
    END LOOP;
END $$;
"""

KEEP_LISTS = f"""
CREATE FUNCTION palate_keep_lists(
    ids uuid[], times bigint[], users text[], versions bigint[], kinds text[], releases text[], arms text[],
    shown text[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Before the partitions: who makes one holds the table, which an erasure that has the lock waits for.
    PERFORM pg_advisory_xact_lock_shared({LISTS_LOCK});
    PERFORM palate_make_list_day(d.day) FROM (SELECT DISTINCT t / 86400 AS day FROM unnest(times) AS t) AS d;
    INSERT INTO palate_lists (id, time, user_id, made_for_version, kind, release, arm, items)
        SELECT b.id, b.time, b.user_id, b.version, b.kind, b.release, b.arm, b.items::jsonb
        FROM unnest(ids, times, users, versions, kinds, releases, arms, shown)
            AS b (id, time, user_id, version, kind, release, arm, items)
        LEFT JOIN palate_users AS u ON u.user_id = b.user_id
        WHERE b.version >= coalesce(u.erased_at, 0)
        ON CONFLICT (id) DO NOTHING;
END $$;
"""

LISTS = (LISTS_TABLES, EVENTS_OF_LISTS, LIST_PARTITIONS, KEEP_LISTS)
