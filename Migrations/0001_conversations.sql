-- Conversations: chats and their messages, what providers let us in with, and every attempt made with them.
--
-- Times are milliseconds since 1970, UTC. The reasons behind the shapes, with their measured prices: Docs/Storage.md.

-- 'Prly': how a Parley database is told from any other SQLite file.
PRAGMA application_id = 0x50726C79;

CREATE TABLE schema_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,                   -- SHA-256 of the .sql file, in hexadecimal
    applied_at INTEGER NOT NULL
) STRICT;

-- One row a chat. All that a list shows is here, so that a list reads no message.
CREATE TABLE chats (
    key INTEGER PRIMARY KEY,                  -- private to this file; the upper part of each message's key
    id TEXT NOT NULL,                         -- what everyone outside calls the chat
    owner TEXT NOT NULL,
    title TEXT NOT NULL,
    title_folded TEXT NOT NULL,               -- the title without case, to find the chat by
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,              -- when something was last said
    provider TEXT,
    model TEXT,
    pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
    archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
    forked_from_chat TEXT,                    -- an id, not a reference: the origin may be gone or on another machine
    forked_from_seq INTEGER,
    head INTEGER,                             -- sequence number of the tip of the branch in view
    next_seq INTEGER NOT NULL DEFAULT 1,      -- never goes back, so that no number is used twice
    message_count INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 0,       -- the fence: who began a reply under another version cannot finish it
    writer TEXT,                              -- who holds the lease for a reply that streams
    lease_until INTEGER,
    open_reply INTEGER,                       -- the reply that streams: its sequence number
    system TEXT,                              -- last, since it may be long
    UNIQUE (owner, id),
    CHECK ((writer IS NULL) = (open_reply IS NULL) AND (writer IS NULL) = (lease_until IS NULL)),
    CHECK ((forked_from_chat IS NULL) = (forked_from_seq IS NULL))
) STRICT;

CREATE INDEX chats_by_activity ON chats (owner, archived, updated_at, id);
CREATE INDEX chats_by_short_id ON chats (owner, substr(id, -8));
CREATE INDEX chats_by_title ON chats (owner, title_folded);

CREATE TABLE chat_tags (
    chat INTEGER NOT NULL REFERENCES chats (key) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (chat, tag)
) STRICT, WITHOUT ROWID;

CREATE INDEX chat_tags_by_tag ON chat_tags (tag, chat);

CREATE TABLE chat_metadata (
    chat INTEGER NOT NULL REFERENCES chats (key) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (chat, name)
) STRICT, WITHOUT ROWID;

-- One row a message. The key is the chat's key and the sequence number in one integer (chat << 20 | seq), so that a
-- chat's messages lie side by side in the order they were said, with no index beside the table. That also stands for
-- a reference to chats: a declared one would need an index of its own to make deleting a chat bearable.
CREATE TABLE messages (
    key INTEGER PRIMARY KEY,
    parent INTEGER,                           -- sequence number in the same chat; always lower than this message's own
    role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
    status TEXT NOT NULL CHECK (status IN ('complete', 'streaming', 'interrupted', 'failed')),
    provider TEXT,
    model TEXT,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    finish_reason TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    error_code TEXT,
    error_message TEXT,
    content TEXT NOT NULL,                    -- last, since it is long
    CHECK (parent IS NULL OR parent < (key & 1048575)),
    CHECK ((error_code IS NULL) = (error_message IS NULL))
) STRICT;

-- What has come of a reply that still streams, in pieces; folded into the message at its end.
CREATE TABLE message_parts (
    message INTEGER NOT NULL REFERENCES messages (key) ON DELETE CASCADE,
    part INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (message, part)
) STRICT, WITHOUT ROWID;

-- One row a site: the token that lets a guest in, shared by all processes until it has to be renewed.
CREATE TABLE nonces (
    site TEXT PRIMARY KEY,                    -- base address, without a trailing slash
    value TEXT NOT NULL,
    source TEXT NOT NULL,                     -- where it came from: a session route, a page, a header, a reply
    fetched_at INTEGER NOT NULL,
    use_until INTEGER NOT NULL,
    cookies TEXT,                             -- of the session it belongs to
    renewing_by TEXT,                         -- one renewal at a time, by lease
    renewing_until INTEGER
) STRICT, WITHOUT ROWID;

-- One row an attempt with a provider, written as 'pending' before the request and closed with the message it served.
CREATE TABLE provider_attempts (
    id TEXT PRIMARY KEY,                      -- in order of time
    provider TEXT NOT NULL,
    model TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('chat', 'probe', 'nonce')),
    owner TEXT,                               -- whose chat,
    chat TEXT,                                -- its id, and
    message INTEGER,                          -- the sequence number of the reply that it served
    attempt INTEGER NOT NULL DEFAULT 1,       -- which try of that reply
    process TEXT NOT NULL,                    -- who made it
    started_at INTEGER NOT NULL,
    outcome TEXT NOT NULL DEFAULT 'pending',
    fault TEXT NOT NULL DEFAULT 'none' CHECK (fault IN ('none', 'provider', 'limit', 'config', 'caller', 'local')),
    http_status INTEGER,
    connect_ms INTEGER,
    first_byte_ms INTEGER,
    first_text_ms INTEGER,
    duration_ms INTEGER,
    max_gap_ms INTEGER,
    retry_after_ms INTEGER,
    bytes_in INTEGER NOT NULL DEFAULT 0,
    chunks INTEGER NOT NULL DEFAULT 0,
    text_bytes INTEGER NOT NULL DEFAULT 0,
    error_code TEXT,
    error_text TEXT                           -- at most 300 characters, secrets masked
) STRICT, WITHOUT ROWID;

-- Covers uptime and percentiles over a window of time without touching the table.
CREATE INDEX provider_attempts_by_time
    ON provider_attempts (provider, started_at, kind, outcome, fault, first_text_ms, duration_ms);
-- The few that are open, so that those of a dead process are found at once.
CREATE INDEX provider_attempts_pending ON provider_attempts (started_at) WHERE outcome = 'pending';
CREATE INDEX provider_attempts_by_chat ON provider_attempts (owner, chat, message) WHERE chat IS NOT NULL;
