"""Schema of experiments: what was declared, and which arms were stopped, for all replicas alike."""

from __future__ import annotations

EXPERIMENTS = """
CREATE TABLE palate_experiments (
    name text COLLATE "C" PRIMARY KEY,
    declaration text NOT NULL,  -- JSON, as the gateway has it that started last
    guarded_at double precision NOT NULL DEFAULT 0  -- when one last looked for harm, seconds since 1970
);
CREATE TABLE palate_stopped_arms (
    experiment text COLLATE "C" NOT NULL,
    arm text COLLATE "C" NOT NULL,
    stopped_at bigint,  -- seconds since 1970; null: it is given again
    reason text NOT NULL,
    counts_from bigint NOT NULL DEFAULT 0,  -- when it was last given again; 0: never
    PRIMARY KEY (experiment, arm)
);
CREATE INDEX palate_lists_in_arms ON palate_lists (id) WHERE arm <> '';
"""
