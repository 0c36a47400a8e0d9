-- The words of every message and title, to find them by, and work that one program may leave to the next.
--
-- The reasons, and what the index costs: Docs/Storage.md.

-- It keeps no text of its own, and what is indexed is made of a message by the program (Sources/Storage/IndexedText.swift).
-- A row's id is the message's key; with the sequence number 0, which no message has, it is the chat's title.
CREATE VIRTUAL TABLE message_index USING fts5 (
    words, content = '', tokenize = "unicode61 remove_diacritics 2"
);

-- Its segments are merged by eights: a commit that merges takes 4 ms, where it took 30 with fours.
INSERT INTO message_index (message_index, rank) VALUES ('automerge', 8);
-- And a merge that was asked for goes on while others add segments.
INSERT INTO message_index (message_index, rank) VALUES ('usermerge', 2);

-- What is begun and not done.
CREATE TABLE pending_work (
    task TEXT PRIMARY KEY CHECK (task IN ('index', 'erase', 'rewrite')),
    -- 'index': messages up to this key are in the index, and the others are still to come.
    -- 'erase': goes up with each deletion; what was deleted may still be read from the index or the log,
    -- 'rewrite': and from pages in use, until the file is written anew.
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was said before there was an index.
INSERT INTO pending_work (task, position) SELECT 'index', 0 FROM chats LIMIT 1;
