-- Symbols are words: emoji, and the signs of names such as C++ and C#.
--
-- The reasons, and what the index costs: Docs/Storage.md.

DROP TABLE message_index;

-- Categories are Unicode's: letters, numbers, what is kept for private use, and symbols that belong to no currency, no
-- formula and no other character. The program makes each symbol a word of its own (Sources/Storage/IndexedText.swift).
-- Colours of skin are left out, so that a gesture is the same in all of them.
CREATE VIRTUAL TABLE message_index USING fts5 (
    words, content = '', tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So' tokenchars '+#' separators '🏻🏼🏽🏾🏿'"
);

-- As before.
INSERT INTO message_index (message_index, rank) VALUES ('automerge', 8);
INSERT INTO message_index (message_index, rank) VALUES ('usermerge', 2);

-- All that was said is to be put into it.
INSERT OR REPLACE INTO pending_work (task, position) SELECT 'index', 0 FROM chats LIMIT 1;
