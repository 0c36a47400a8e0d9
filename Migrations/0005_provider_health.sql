-- How providers do: reckoned up as attempts end, in the transaction that closes them.
--
-- The reasons, and what it costs: Docs/Health.md.

-- When an attempt that serves no reply is over at the latest: whoever finds it open later knows that its process died.
ALTER TABLE provider_attempts ADD COLUMN expires_at INTEGER;
-- What its chat was given, where it is a reply's first: the provider that the user prefers, whoever is asked first.
ALTER TABLE provider_attempts ADD COLUMN chat_provider TEXT;
ALTER TABLE provider_attempts ADD COLUMN chat_model TEXT;

-- One row an hour of a provider's attempts of one kind, outcome and fault. Kept for good.
CREATE TABLE provider_hours (
    provider TEXT NOT NULL,
    hour INTEGER NOT NULL,                    -- in which they began: whole hours since 1970, UTC
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    fault TEXT NOT NULL,
    n INTEGER NOT NULL,
    -- Of attempts that ended well, how many took how long, in the form of LatencyHistogram.bytes:
    first_text BLOB,                          -- until their first text,
    duration BLOB,                            -- and until their end.
    PRIMARY KEY (provider, hour, kind, outcome, fault)
) STRICT, WITHOUT ROWID;

-- How each provider stands (ProviderCondition).
CREATE TABLE provider_conditions (
    provider TEXT NOT NULL,
    -- 1: as it stood before it could not be reached, to go back to where the network proves to be to blame.
    is_former INTEGER NOT NULL DEFAULT 0 CHECK (is_former IN (0, 1)),
    circuit TEXT NOT NULL CHECK (circuit IN ('closed', 'open', 'half_open')),
    changed_at INTEGER,
    opened INTEGER NOT NULL,                  -- times in a row
    good INTEGER NOT NULL,
    retry_at INTEGER,
    decided_at INTEGER,
    limited_at INTEGER,
    rest_until INTEGER,
    trial_by TEXT,                            -- the attempt that tries it while it is down,
    trial_since INTEGER,                      -- by lease, from then
    trial_until INTEGER,                      -- until then
    first_at INTEGER,                         -- when it was first asked
    ok_at INTEGER,                            -- when it last answered well
    error_at INTEGER,                         -- the last error that the user did not bring about:
    error_attempt TEXT,                       -- whose words are kept with its attempt
    error_outcome TEXT,
    error_status INTEGER,
    host TEXT,                                -- the machine it was last asked on, where that lies over the network,
    answered_at INTEGER,                      -- when that machine last answered anything,
    unreachable_at INTEGER,                   -- and when it last could not be reached
    is_apart INTEGER NOT NULL DEFAULT 0,      -- 1: it was not back when the network was; until it answers, that is its own
    first_unreachable TEXT,                   -- where is_former = 1: the attempt that first could not reach it
    recent TEXT NOT NULL,                     -- the newest ten that counted, oldest first: id:start:kind:outcome:status, by spaces
    PRIMARY KEY (provider, is_former)
) STRICT, WITHOUT ROWID;

-- One row a time in which a provider was down.
CREATE TABLE provider_incidents (
    key INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,                   -- empty: this machine's network
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    attempts INTEGER NOT NULL,
    chats INTEGER NOT NULL,
    first_attempt TEXT NOT NULL,
    last_attempt TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX provider_incidents_open ON provider_incidents (provider) WHERE ended_at IS NULL;
CREATE INDEX provider_incidents_by_end ON provider_incidents (provider, ended_at);

-- What an incident's faults were, the most frequent of which is its cause.
CREATE TABLE incident_causes (
    incident INTEGER NOT NULL REFERENCES provider_incidents (key) ON DELETE CASCADE,
    outcome TEXT NOT NULL,
    http_status INTEGER NOT NULL,             -- 0: none
    n INTEGER NOT NULL,
    PRIMARY KEY (incident, outcome, http_status)
) STRICT, WITHOUT ROWID;

-- The work that may be pending is now also
CREATE TABLE work_to_do (
    task TEXT PRIMARY KEY CHECK (task IN ('index', 'erase', 'rewrite', 'reckon')),
    -- 'index': messages up to this key are in the index, and the others are still to come.
    -- 'erase': goes up with each deletion; what was deleted may still be read from the index or the log,
    -- 'rewrite': and from pages in use, until the file is written anew.
    -- 'reckon': attempts that are not in the tables above yet.
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO work_to_do (task, position) SELECT task, position FROM pending_work;
DROP TABLE pending_work;
ALTER TABLE work_to_do RENAME TO pending_work;

-- What was tried before.
INSERT INTO pending_work (task, position) SELECT 'reckon', 0 FROM provider_attempts LIMIT 1;

-- When all attempts that are no longer kept had last been done away with, and how far that has ever gone: of those that
-- began before, some are not here any more.
CREATE TABLE attempt_pruning (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    done_at INTEGER NOT NULL,
    begun_before INTEGER NOT NULL
) STRICT;
