"""Schema of live items: the table of what was said of items since a release, and the function that keeps it.

What keeps readers from skipping a change: every change takes the one row of `palate_catalogue`, whose lock
is held until the transaction ends, and draws its numbers from that row. So numbers become visible in their
order, whichever transaction began first, and whoever has read up to a number has read all below it. (A
sequence gives numbers out before their rows can be seen.)
"""

from __future__ import annotations

TABLES = """
CREATE TABLE palate_catalogue (
    change bigint NOT NULL,  -- number of the latest change
    items bigint NOT NULL  -- how many are held
);
INSERT INTO palate_catalogue VALUES (0, 0);

CREATE TABLE palate_items (
    item text COLLATE "C" PRIMARY KEY,
    slot bigint NOT NULL,  -- how many were held before the item, which is its own number for ever
    change bigint NOT NULL UNIQUE,  -- number of its latest change
    state text COLLATE "C" NOT NULL,
    fields jsonb NOT NULL,  -- what was said of columns of the catalogue, text by name
    encoder text COLLATE "C",  -- by what, and of which text, the vector was made
    vector bytea  -- float32
);
"""

PUT = """
CREATE FUNCTION palate_put_items(
    ids text[], states text[], given text[], merging boolean, most bigint
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    earlier bigint;
    held bigint;
    added bigint;
BEGIN
    -- The row is ours until the transaction ends. After a restore no number comes a second time: they never
    -- fall behind the clock, in microseconds.
    UPDATE palate_catalogue
        SET change = greatest(change, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
            + cardinality(ids)
        RETURNING change - cardinality(ids), items INTO earlier, held;
    SELECT count(*) INTO added FROM unnest(ids) AS sent (id)
        WHERE NOT EXISTS (SELECT FROM palate_items AS p WHERE p.item = sent.id COLLATE "C");
    IF added > 0 AND held + added > most THEN
        RETURN NULL;
    END IF;
    INSERT INTO palate_items AS p (item, slot, change, state, fields)
        SELECT n.id, held + count(*) FILTER (WHERE n.is_new) OVER (ORDER BY n.place) - 1, earlier + n.place,
            coalesce(n.state, 'available'), n.fields::jsonb
        FROM (
            SELECT b.*, NOT EXISTS (SELECT FROM palate_items AS k WHERE k.item = b.id COLLATE "C") AS is_new
            FROM unnest(ids, states, given) WITH ORDINALITY AS b (id, state, fields, place)
        ) AS n
        ON CONFLICT (item) DO UPDATE SET
            change = excluded.change,
            state = CASE
                WHEN merging THEN coalesce(states[array_position(ids, p.item)], p.state)
                ELSE excluded.state
            END,
            fields = CASE WHEN merging THEN p.fields || excluded.fields ELSE excluded.fields END;
    UPDATE palate_catalogue SET items = held + added;
    RETURN earlier + cardinality(ids);
END $$;
"""
"""Keeps items, each at most once in `ids`: their fields and states take the place of earlier ones, or are
merged into them. Answers the number of the last change; null where there would be more than `most` items."""

ITEMS_SINCE = """
SELECT c.change AS latest, c.items AS total, i.item, i.slot, i.change, i.state, i.fields, i.encoder, i.vector
FROM palate_catalogue AS c
LEFT JOIN LATERAL (
    SELECT * FROM palate_items WHERE change > $1 ORDER BY change LIMIT $2
) AS i ON true
ORDER BY i.change
"""
"""The first $2 items that changed after $1; one row without an item where there is none."""

ITEMS = (TABLES, PUT)
