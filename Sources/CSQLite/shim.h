// What sqlite3.h has and Swift cannot import: the destructor constants are casts, and sqlite3_db_config is variadic.
#ifndef PARLEY_CSQLITE_SHIM_H
#define PARLEY_CSQLITE_SHIM_H

#include <sqlite3.h>

/// Binds UTF-8 text that SQLite copies before it returns.
static inline int parley_bind_text_copied(sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 bytes) {
    return sqlite3_bind_text64(statement, index, text, bytes, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Switches one of the boolean options of <https://www.sqlite.org/c3ref/c_dbconfig_defensive.html>.
static inline int parley_db_config(sqlite3 *connection, int option, int on) {
    return sqlite3_db_config(connection, option, on, (int *)0);
}

#endif
