/* The floor: what a tight C program with the system's libsqlite3 takes for the same jobs, on the plain
 * tables that load_plain.py makes. Build: cc -O2 -o floor floor.c -lsqlite3
 *
 *   floor insert FILE N SYNC BATCH   N messages of ~600 bytes into a new FILE, WAL, synchronous=SYNC
 *                                    (OFF|NORMAL|FULL), BATCH messages a transaction; plus the full-text
 *                                    index when FTS=1 is in the environment
 *   floor export FILE                every chat with its messages, as JSONL in gen_dataset.py's shape
 *   floor scan FILE                  reads every message's text and counts the bytes: no output
 *   floor list FILE                  the 20 chats last changed, as JSONL
 *   floor show FILE ULID             one chat with its messages, as JSONL
 *   floor search FILE WORD           20 messages by bm25 among the newest 10,000 hits, with a snippet, as JSONL
 *   floor recent FILE WORD           20 newest messages that match, as JSONL
 *   floor history FILE COUNT TIMES   the last COUNT messages of a chat, newest first, copied into memory; TIMES times, the
 *                                    chats in turn. What a time took of the processor, as JSON
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char buf[1 << 20];
static size_t used;
static void flush(void) { fwrite(buf, 1, used, stdout); used = 0; }
static inline void raw(const char *s, size_t n) {
  if (used + n > sizeof buf) flush();
  if (n > sizeof buf) { fwrite(s, 1, n, stdout); return; }
  memcpy(buf + used, s, n); used += n;
}
#define LIT(s) raw(s, sizeof(s) - 1)
static unsigned char esc[256];
static void quoted(const unsigned char *s, size_t n) {
  static const char hex[] = "0123456789abcdef";
  LIT("\"");
  size_t from = 0;
  for (size_t i = 0; i < n; i++) {
    unsigned char e = esc[s[i]];
    if (!e) continue;
    raw((const char *)s + from, i - from);
    if (e == 'u') { char t[6] = {'\\', 'u', '0', '0', hex[s[i] >> 4], hex[s[i] & 15]}; raw(t, 6); }
    else { char t[2] = {'\\', (char)e}; raw(t, 2); }
    from = i + 1;
  }
  raw((const char *)s + from, n - from);
  LIT("\"");
}
static void text(sqlite3_stmt *st, int c) { quoted(sqlite3_column_text(st, c), (size_t)sqlite3_column_bytes(st, c)); }
static void number(int64_t v) { char t[24]; raw(t, (size_t)sprintf(t, "%lld", (long long)v)); }
static void when(int64_t ms) {
  time_t s = ms / 1000; struct tm tm; char t[48]; gmtime_r(&s, &tm);
  raw(t, (size_t)sprintf(t, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                         tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(ms % 1000)));
}
static void ck(int rc, sqlite3 *db) {
  if (rc != SQLITE_OK && rc != SQLITE_DONE && rc != SQLITE_ROW) { fprintf(stderr, "%s\n", sqlite3_errmsg(db)); exit(1); }
}
static void run(sqlite3 *db, const char *sql) { ck(sqlite3_exec(db, sql, 0, 0, 0), db); }
static sqlite3_stmt *prep(sqlite3 *db, const char *sql) {
  sqlite3_stmt *st; ck(sqlite3_prepare_v2(db, sql, -1, &st, 0), db); return st;
}

static void chat_out(sqlite3_stmt *c, sqlite3_stmt *m) {
  LIT("{\"id\":"); text(c, 1); LIT(",\"title\":"); text(c, 2); LIT(",\"created_at\":"); when(sqlite3_column_int64(c, 3));
  LIT(",\"provider\":"); text(c, 4); LIT(",\"model\":"); text(c, 5);
  if (m) {
    LIT(",\"messages\":[");
    sqlite3_bind_int64(m, 1, sqlite3_column_int64(c, 0));
    int first = 1;
    while (sqlite3_step(m) == SQLITE_ROW) {
      if (!first) LIT(",");
      first = 0;
      LIT("{\"role\":"); text(m, 0); LIT(",\"content\":"); text(m, 1); LIT(",\"created_at\":"); when(sqlite3_column_int64(m, 2)); LIT("}");
    }
    sqlite3_reset(m);
    LIT("]");
  } else { LIT(",\"messages\":"); number(sqlite3_column_int64(c, 6)); }
  LIT("}\n");
}

static double cpu(void) {
  struct timespec t; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
struct said { char *role, *content; };
static char *copied(sqlite3_stmt *st, int c, int64_t *bytes) {
  const unsigned char *s = sqlite3_column_text(st, c);
  size_t n = (size_t)sqlite3_column_bytes(st, c);
  char *copy = malloc(n + 1);
  memcpy(copy, s, n + 1); *bytes += (int64_t)n;
  return copy;
}
static void history(sqlite3 *db, int count, int times) {
  static char ids[1000][65]; int chats = 0;
  sqlite3_stmt *all = prep(db, "select ulid from chats order by updated_at desc, id desc limit 1000");
  while (sqlite3_step(all) == SQLITE_ROW) snprintf(ids[chats++], sizeof ids[0], "%s", sqlite3_column_text(all, 0));
  sqlite3_stmt *b = prep(db, "begin"), *e = prep(db, "commit"), *c = prep(db, "select id from chats where ulid=?"),
               *m = prep(db, "select role,content from messages where chat_id=? order by seq desc limit ?");
  struct said *past = malloc(sizeof *past * (size_t)count); int64_t bytes = 0;
  double start = 0;
  for (int i = -1; i < times; i++) {
    if (i == 0) { start = cpu(); bytes = 0; }
    sqlite3_step(b); sqlite3_reset(b);
    sqlite3_bind_text(c, 1, ids[(i + 1) % chats], -1, SQLITE_STATIC); ck(sqlite3_step(c), db);
    sqlite3_bind_int64(m, 1, sqlite3_column_int64(c, 0)); sqlite3_bind_int(m, 2, count); sqlite3_reset(c);
    int n = 0;
    for (; sqlite3_step(m) == SQLITE_ROW; n++) past[n] = (struct said){copied(m, 0, &bytes), copied(m, 1, &bytes)};
    sqlite3_reset(m);
    sqlite3_step(e); sqlite3_reset(e);
    while (n--) { free(past[n].role); free(past[n].content); }
  }
  printf("{\"cpu\":%.9f,\"bytes\":%lld}\n", (cpu() - start) / times, (long long)(bytes / times));
}

#define CHAT "select id,ulid,title,created_at,provider,model,message_count from chats "
int main(int argc, char **argv) {
  if (argc < 3) return 2;
  for (int i = 0; i < 32; i++) esc[i] = 'u';
  esc['\n'] = 'n'; esc['\t'] = 't'; esc['\r'] = 'r'; esc['\b'] = 'b'; esc['\f'] = 'f'; esc['"'] = '"'; esc['\\'] = '\\';
  const char *mode = argv[1];
  sqlite3 *db;
  int flags = strcmp(mode, "insert") ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (sqlite3_open_v2(argv[2], &db, flags | SQLITE_OPEN_NOMUTEX, 0)) { fprintf(stderr, "cannot open\n"); return 1; }
  if (!strcmp(mode, "insert")) {
    int64_t n = atoll(argv[3]), batch = atoll(argv[5]); char sql[64]; int fts = getenv("FTS") != 0;
    run(db, "pragma journal_mode=wal"); sprintf(sql, "pragma synchronous=%s", argv[4]); run(db, sql);
    run(db, "create table chats(id integer primary key, ulid text not null unique, updated_at integer not null);"
            "create index chats_updated on chats(updated_at, id);"
            "create table messages(id integer primary key, chat_id integer not null, seq integer not null, role text not null,"
            " content text not null, created_at integer not null, unique(chat_id, seq));");
    if (fts) run(db, "create virtual table messages_fts using fts5(content, content='messages', content_rowid='id');"
                     "create trigger mi after insert on messages begin insert into messages_fts(rowid,content) values(new.id,new.content); end;");
    sqlite3_stmt *im = prep(db, "insert into messages values(?,?,?,?,?,?)"), *uc = prep(db, "update chats set updated_at=? where id=?"),
                 *ic = prep(db, "insert into chats values(?,?,?)"), *b = prep(db, "begin immediate"), *e = prep(db, "commit");
    static char words[1 << 16]; size_t w = 0; uint64_t x = 88172645463325252ull;
    while (w + 16 < sizeof words) { x ^= x << 13; x ^= x >> 7; x ^= x << 17; w += (size_t)sprintf(words + w, "w%llu ", (unsigned long long)(x % ((x >> 40) % 5000 + 1))); }
    struct timespec t0, t1; clock_gettime(CLOCK_MONOTONIC, &t0);
    for (int64_t i = 0; i < n; i++) {
      if (i % batch == 0) { sqlite3_step(b); sqlite3_reset(b); }
      int64_t chat = i / 20 + 1;
      if (i % 20 == 0) {
        char id[32]; int l = sprintf(id, "chat-%021lld", (long long)chat);
        sqlite3_bind_int64(ic, 1, chat); sqlite3_bind_text(ic, 2, id, l, SQLITE_STATIC); sqlite3_bind_int64(ic, 3, i);
        ck(sqlite3_step(ic), db); sqlite3_reset(ic);
      }
      x ^= x << 13; x ^= x >> 7; x ^= x << 17;
      sqlite3_bind_int64(im, 1, i + 1); sqlite3_bind_int64(im, 2, chat); sqlite3_bind_int64(im, 3, i % 20);
      sqlite3_bind_text(im, 4, i & 1 ? "assistant" : "user", -1, SQLITE_STATIC);
      sqlite3_bind_text(im, 5, words + x % (w - 700), 600, SQLITE_STATIC); sqlite3_bind_int64(im, 6, i);
      ck(sqlite3_step(im), db); sqlite3_reset(im);
      sqlite3_bind_int64(uc, 1, i); sqlite3_bind_int64(uc, 2, chat); ck(sqlite3_step(uc), db); sqlite3_reset(uc);
      if (i % batch == batch - 1 || i == n - 1) { ck(sqlite3_step(e), db); sqlite3_reset(e); }
    }
    clock_gettime(CLOCK_MONOTONIC, &t1);
    double s = (double)(t1.tv_sec - t0.tv_sec) + (double)(t1.tv_nsec - t0.tv_nsec) / 1e9;
    printf("%lld messages, synchronous=%s, %lld a transaction%s: %.3f s wall, %.0f messages/s\n", (long long)n, argv[4], (long long)batch,
           fts ? ", full-text index" : "", s, (double)n / s);
  } else if (!strcmp(mode, "export") || !strcmp(mode, "show") || !strcmp(mode, "list")) {
    sqlite3_stmt *m = prep(db, "select role,content,created_at from messages where chat_id=? order by seq");
    sqlite3_stmt *c = prep(db, mode[0] == 'e' ? CHAT "order by id" : mode[0] == 's' ? CHAT "where ulid=?" : CHAT "order by updated_at desc, id desc limit 20");
    if (mode[0] == 's') sqlite3_bind_text(c, 1, argv[3], -1, SQLITE_STATIC);
    while (sqlite3_step(c) == SQLITE_ROW) chat_out(c, mode[0] == 'l' ? 0 : m);
  } else if (!strcmp(mode, "scan")) {
    sqlite3_stmt *m = prep(db, "select content from messages"); int64_t n = 0, bytes = 0;
    while (sqlite3_step(m) == SQLITE_ROW) { n++; sqlite3_column_text(m, 0); bytes += sqlite3_column_bytes(m, 0); }
    printf("%lld messages, %lld bytes\n", (long long)n, (long long)bytes);
  } else if (!strcmp(mode, "search") || !strcmp(mode, "recent")) {
    sqlite3_stmt *s = prep(db, mode[0] == 's'
      ? "select c.ulid, m.seq, m.role, snippet(messages_fts,0,'[',']','...',12), rank from messages_fts f join messages m on m.id=f.rowid join chats c on c.id=m.chat_id where messages_fts match ?1 and f.rowid >= coalesce((select rowid from messages_fts where messages_fts match ?1 order by rowid desc limit 1 offset 9999), 0) order by rank limit 20"
      : "select c.ulid, m.seq, m.role, snippet(messages_fts,0,'[',']','...',12), 0 from messages_fts f join messages m on m.id=f.rowid join chats c on c.id=m.chat_id where messages_fts match ? order by f.rowid desc limit 20");
    sqlite3_bind_text(s, 1, argv[3], -1, SQLITE_STATIC);
    while (sqlite3_step(s) == SQLITE_ROW) { LIT("{\"chat\":"); text(s, 0); LIT(",\"seq\":"); number(sqlite3_column_int64(s, 1)); LIT(",\"role\":"); text(s, 2); LIT(",\"snippet\":"); text(s, 3); LIT("}\n"); }
  } else if (!strcmp(mode, "history")) {
    history(db, atoi(argv[3]), atoi(argv[4]));
  } else return 2;
  flush();
  sqlite3_close_v2(db);
  return 0;
}
