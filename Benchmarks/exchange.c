// What Benchmarks/Workbench/ExchangeBenchmark.swift has the store do, done by hand: the very same statements, in the same
// order and transactions, each prepared once. The reference for what keeping an exchange costs.
//
//   exchange DATABASE COUNT      prints {"cpu":…,"wall":…}, in seconds
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PIECES = 10, CHATS = 50, SEQ_BITS = 20 };

static sqlite3 *database;

static void check(int code) {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    fprintf(stderr, "%s\n", sqlite3_errmsg(database));
    exit(1);
}

#define CHAT_COLUMNS \
    "c.key, c.id, c.owner, c.title, c.created_at, c.updated_at, c.provider, c.model, c.system, c.pinned, c.archived, " \
    "c.forked_from_chat, c.forked_from_seq, c.head, c.message_count, c.version, c.open_reply, c.lease_until"

enum {
    BEGIN, COMMIT, VERSION, CHAT, TAGS, METADATA, NEXT, INSERT_MESSAGE, PENDING, INDEX, UPDATE_CHAT, INSERT_ATTEMPT, FENCE,
    LEASE, INSERT_PART, UPDATE_MESSAGE, DELETE_PARTS, CLOSE_CHAT, CLOSE_ATTEMPT, STATEMENTS
};

static const char *const texts[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [VERSION] = "SELECT max(version) FROM schema_migrations",
    [CHAT] = "SELECT " CHAT_COLUMNS " FROM chats c WHERE c.owner = ?1 AND c.id = ?2",
    [TAGS] = "SELECT tag FROM chat_tags WHERE chat = ?1 ORDER BY tag",
    [METADATA] = "SELECT name, value FROM chat_metadata WHERE chat = ?1",
    [NEXT] = "SELECT next_seq FROM chats WHERE key = ?1",
    [INSERT_MESSAGE] =
        "INSERT INTO messages (key, parent, role, status, provider, model, created_at, finished_at, finish_reason,"
        " input_tokens, output_tokens, error_code, error_message, content)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    [PENDING] = "SELECT position FROM pending_work WHERE task = ?1",
    [INDEX] = "INSERT INTO message_index (rowid, words) VALUES (?1, ?2)",
    [UPDATE_CHAT] =
        "UPDATE chats SET head = ?2, next_seq = ?2 + 1, message_count = message_count + ?8, version = version + 1,"
        " updated_at = max(updated_at, ?3), provider = ?4, model = ?5, open_reply = ?2, writer = ?6, lease_until = ?7"
        " WHERE key = ?1",
    [INSERT_ATTEMPT] =
        "INSERT INTO provider_attempts (id, provider, model, kind, owner, chat, message, attempt, process, started_at)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [FENCE] = "SELECT key FROM chats WHERE owner = ?1 AND id = ?2 AND version = ?3 AND writer = ?4",
    [LEASE] = "UPDATE chats SET lease_until = ?2 WHERE key = ?1",
    [INSERT_PART] = "INSERT INTO message_parts (message, part, content) VALUES (?1, ?2, ?3)",
    [UPDATE_MESSAGE] =
        "UPDATE messages SET content = ?2, status = ?3, finished_at = ?4, finish_reason = ?5, input_tokens = ?6,"
        " output_tokens = ?7, error_code = ?8, error_message = ?9, provider = ?10, model = ?11 WHERE key = ?1",
    [DELETE_PARTS] = "DELETE FROM message_parts WHERE message = ?1",
    [CLOSE_CHAT] =
        "UPDATE chats SET updated_at = max(updated_at, ?2), open_reply = NULL, writer = NULL, lease_until = NULL"
        " WHERE key = ?1",
    [CLOSE_ATTEMPT] =
        "UPDATE provider_attempts SET outcome = ?2, fault = ?3, http_status = ?4, connect_ms = ?5, first_byte_ms = ?6,"
        " first_text_ms = ?7, duration_ms = ?8, max_gap_ms = ?9, retry_after_ms = ?10, bytes_in = ?11, chunks = ?12,"
        " text_bytes = ?13, error_code = ?14, error_text = ?15 WHERE id = ?1",
};

static sqlite3_stmt *statements[STATEMENTS];

static void integer(int which, int index, sqlite3_int64 value) { check(sqlite3_bind_int64(statements[which], index, value)); }

static void text(int which, int index, const char *value) {
    check(sqlite3_bind_text(statements[which], index, value, -1, SQLITE_STATIC));
}

/// Steps to the end; gives the first column of the first row.
static sqlite3_int64 run(int which) {
    sqlite3_int64 first = 0;
    int code, rows = 0;
    while ((code = sqlite3_step(statements[which])) == SQLITE_ROW)
        if (rows++ == 0) first = sqlite3_column_int64(statements[which], 0);
    check(code);
    sqlite3_reset(statements[which]);
    sqlite3_clear_bindings(statements[which]);
    return first;
}

static void begin(void) {
    run(BEGIN);
    run(VERSION);
}

typedef struct {
    char id[65];
    sqlite3_int64 key, version, head;
} Chat;

/// Reads the chat's row with all its columns, its tags and its metadata.
static void read_chat(Chat *chat) {
    text(CHAT, 1, "local");
    text(CHAT, 2, chat->id);
    sqlite3_stmt *row = statements[CHAT];
    check(sqlite3_step(row));
    for (int column = 0; column < sqlite3_column_count(row); column++)
        if (sqlite3_column_type(row, column) == SQLITE_TEXT) sqlite3_column_text(row, column);
    chat->key = sqlite3_column_int64(row, 0);
    chat->head = sqlite3_column_int64(row, 13);
    chat->version = sqlite3_column_int64(row, 15);
    run(CHAT);
    integer(TAGS, 1, chat->key);
    run(TAGS);
    integer(METADATA, 1, chat->key);
    run(METADATA);
}

static void index_words(sqlite3_int64 key, const char *words) {
    text(PENDING, 1, "index");
    run(PENDING);
    integer(INDEX, 1, key);
    text(INDEX, 2, words);
    run(INDEX);
}

static sqlite3_int64 fenced(const Chat *chat) {
    text(FENCE, 1, "local");
    text(FENCE, 2, chat->id);
    integer(FENCE, 3, chat->version);
    text(FENCE, 4, "workbench");
    return run(FENCE);
}

static char message[28 * 8 + 1], piece[26 * 16 + 1], whole[26 * 16 * PIECES + 1];

static void exchange(Chat *chat, int number) {
    sqlite3_int64 now = (sqlite3_int64)time(NULL) * 1000;
    char attempt[32];
    snprintf(attempt, sizeof attempt, "%026d", number);

    begin();
    read_chat(chat);
    integer(NEXT, 1, chat->key);
    sqlite3_int64 seq = run(NEXT), first = chat->key << SEQ_BITS | seq, reply = first + 1;
    integer(INSERT_MESSAGE, 1, first);
    integer(INSERT_MESSAGE, 2, chat->head);
    text(INSERT_MESSAGE, 3, "user");
    text(INSERT_MESSAGE, 4, "complete");
    integer(INSERT_MESSAGE, 7, now);
    integer(INSERT_MESSAGE, 8, now);
    text(INSERT_MESSAGE, 14, message);
    run(INSERT_MESSAGE);
    index_words(first, message);
    integer(INSERT_MESSAGE, 1, reply);
    integer(INSERT_MESSAGE, 2, seq);
    text(INSERT_MESSAGE, 3, "assistant");
    text(INSERT_MESSAGE, 4, "streaming");
    text(INSERT_MESSAGE, 5, "eliza");
    integer(INSERT_MESSAGE, 7, now);
    text(INSERT_MESSAGE, 14, "");
    run(INSERT_MESSAGE);
    integer(UPDATE_CHAT, 1, chat->key);
    integer(UPDATE_CHAT, 2, seq + 1);
    integer(UPDATE_CHAT, 3, now);
    text(UPDATE_CHAT, 4, "eliza");
    text(UPDATE_CHAT, 6, "workbench");
    integer(UPDATE_CHAT, 7, now + 5000);
    integer(UPDATE_CHAT, 8, 2);
    run(UPDATE_CHAT);
    text(INSERT_ATTEMPT, 1, attempt);
    text(INSERT_ATTEMPT, 2, "eliza");
    text(INSERT_ATTEMPT, 4, "chat");
    text(INSERT_ATTEMPT, 5, "local");
    text(INSERT_ATTEMPT, 6, chat->id);
    integer(INSERT_ATTEMPT, 7, seq + 1);
    integer(INSERT_ATTEMPT, 8, 1);
    text(INSERT_ATTEMPT, 9, "workbench");
    integer(INSERT_ATTEMPT, 10, now);
    run(INSERT_ATTEMPT);
    run(COMMIT);
    chat->version++;

    for (int part = 1; part <= PIECES; part++) {
        begin();
        sqlite3_int64 key = fenced(chat);
        integer(LEASE, 1, key);
        integer(LEASE, 2, now + 5000);
        run(LEASE);
        integer(INSERT_PART, 1, reply);
        integer(INSERT_PART, 2, part);
        text(INSERT_PART, 3, piece);
        run(INSERT_PART);
        run(COMMIT);
    }

    begin();
    fenced(chat);
    integer(UPDATE_MESSAGE, 1, reply);
    text(UPDATE_MESSAGE, 2, whole);
    text(UPDATE_MESSAGE, 3, "complete");
    integer(UPDATE_MESSAGE, 4, now);
    text(UPDATE_MESSAGE, 5, "stop");
    text(UPDATE_MESSAGE, 10, "eliza");
    run(UPDATE_MESSAGE);
    integer(DELETE_PARTS, 1, reply);
    run(DELETE_PARTS);
    index_words(reply, whole);
    integer(CLOSE_CHAT, 1, chat->key);
    integer(CLOSE_CHAT, 2, now);
    run(CLOSE_CHAT);
    text(CLOSE_ATTEMPT, 1, attempt);
    text(CLOSE_ATTEMPT, 2, "ok");
    text(CLOSE_ATTEMPT, 3, "none");
    integer(CLOSE_ATTEMPT, 8, 7);
    for (int index = 11; index <= 13; index++) integer(CLOSE_ATTEMPT, index, 0);
    run(CLOSE_ATTEMPT);
    read_chat(chat);
    run(COMMIT);
}

static void execute(const char *sql) { check(sqlite3_exec(database, sql, NULL, NULL, NULL)); }

static double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void repeat(char *to, const char *words, int times) {
    to[0] = 0;
    while (times-- > 0) to = strcpy(to, words) + strlen(words);
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    int count = atoi(argv[2]);
    check(sqlite3_open_v2(argv[1], &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_busy_timeout(database, 2000);
    execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
    for (int which = 0; which < STATEMENTS; which++)
        check(sqlite3_prepare_v3(database, texts[which], -1, SQLITE_PREPARE_PERSISTENT, &statements[which], NULL));
    repeat(message, "What was said, and by whom? ", 8);
    repeat(piece, "Every word of it is kept. ", 16);
    repeat(whole, piece, PIECES);

    static Chat chats[CHATS];
    int found = 0;
    sqlite3_stmt *list;
    check(sqlite3_prepare_v2(
        database, "SELECT id FROM chats WHERE owner = 'local' AND archived = 0 ORDER BY updated_at DESC, id DESC LIMIT ?1",
        -1, &list, NULL));
    sqlite3_bind_int(list, 1, CHATS);
    while (sqlite3_step(list) == SQLITE_ROW) snprintf(chats[found++].id, 65, "%s", sqlite3_column_text(list, 0));
    sqlite3_finalize(list);
    if (found == 0) return 66;

    exchange(&chats[0], 0);
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
    for (int number = 0; number < count; number++) exchange(&chats[number % found], number + 1);
    printf("{\"cpu\":%.6f,\"wall\":%.6f}\n", seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, seconds(CLOCK_MONOTONIC) - wall);

    for (int which = 0; which < STATEMENTS; which++) sqlite3_finalize(statements[which]);
    check(sqlite3_close(database));
}
