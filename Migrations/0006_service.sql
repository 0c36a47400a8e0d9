-- What the service keeps: who may come in, what programs asked for, and what they were answered.
--
-- The reasons behind the shapes: Docs/Storage.md.

-- 1: a system message that a developer said, as programs call it. NULL for all others.
ALTER TABLE messages ADD COLUMN as_developer INTEGER;

-- One row a key. The key itself is kept nowhere.
CREATE TABLE service_keys (
    name TEXT PRIMARY KEY,                    -- what people call it
    owner TEXT NOT NULL,                      -- whose chats it opens
    hash BLOB NOT NULL UNIQUE,                -- SHA-256 of the key
    created_at INTEGER NOT NULL,
    revoked_at INTEGER                        -- from then on it lets nobody in
) STRICT, WITHOUT ROWID;

-- One row a reply that a program can ask for again, with what it asked for. It goes with the reply.
CREATE TABLE responses (
    message INTEGER PRIMARY KEY REFERENCES messages (key) ON DELETE CASCADE,
    first_input INTEGER NOT NULL,             -- the first message that was said with the request: its sequence number
    previous INTEGER,                         -- the reply of the response that it goes on from, likewise
    names_conversation INTEGER NOT NULL CHECK (names_conversation IN (0, 1)),
    fields TEXT NOT NULL                      -- JSON, which nobody but the service reads
) STRICT;

-- One row a request that came with a key of its sender's, for a day. With row numbers, since answers are long.
CREATE TABLE idempotent_requests (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL,               -- tells the request from others
    created_at INTEGER NOT NULL,
    status INTEGER,                           -- of the answer; NULL while there is none
    content_type TEXT,
    chat TEXT,                                -- whose words are in it: its id, with which it is erased
    body BLOB,                                -- last, since it is long
    PRIMARY KEY (owner, key),
    CHECK ((status IS NULL) = (content_type IS NULL) AND (status IS NULL) = (body IS NULL))
) STRICT;

CREATE INDEX idempotent_requests_by_time ON idempotent_requests (created_at);
CREATE INDEX idempotent_requests_by_chat ON idempotent_requests (owner, chat) WHERE chat IS NOT NULL;
