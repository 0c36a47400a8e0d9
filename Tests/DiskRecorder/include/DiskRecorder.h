// What the recorder writes down, and how a program that it is preloaded into (LD_PRELOAD) is told what to do.
//
// It calls nothing of the program and is called by nothing but the program's own calls to the system: the program is the
// real one, unmodified, and so is its SQLite. That makes it the equal of a VFS shim (every byte that SQLite brings to a
// disk goes through these calls: nothing is mapped but the -shm file, which is no durable state and is emptied by whoever
// opens the database first), and more: it sees also what the program does without SQLite, the making of folders, say.
#ifndef DISK_RECORDER_H
#define DISK_RECORDER_H

#include <stdint.h>

// DISK_RECORDER_FOLDER        the folder below which files are watched; without it nothing is
// DISK_RECORDER_LOG           the file to append records to; without it nothing is recorded
// DISK_RECORDER_KILL_BEFORE   N: the program kills itself (SIGKILL) when it is about to change files for the N-th time
// DISK_RECORDER_KILL_WITHIN   N: likewise when the N-th change is made: of a write, by half; of all else, just after
// DISK_RECORDER_REFUSE        a path: while something stands there, the system refuses changes of files (EROFS), and they
//                             do not count
// DISK_RECORDER_CLOCK_AHEAD   seconds by which the wall clock is to be ahead: so that leases have run out

// One record: this head, then the path, the second path and the data. Integers are the machine's own.
struct disk_record {
    uint8_t kind;
    uint8_t unused[3];
    uint32_t path_size;
    uint32_t second_path_size;
    uint32_t data_size;
    uint64_t file;    // the inode's number; of a file that is gone, it may be given again
    uint64_t offset;  // of a write; of a truncation, the new size
    uint64_t time;    // microseconds, by a clock that nobody sets
};

// Paths are relative to the folder; the folder itself is the empty path.
enum disk_record_kind {
    DISK_RECORD_CREATE = 'c',       // file, path
    DISK_RECORD_WRITE = 'w',        // file, offset, data
    DISK_RECORD_TRUNCATE = 't',     // file, offset
    DISK_RECORD_SYNC = 's',         // file: its content is durable
    DISK_RECORD_SYNC_FOLDER = 'd',  // path: the names in it are durable
    DISK_RECORD_UNLINK = 'u',       // path
    DISK_RECORD_RENAME = 'r',       // path, second path
    DISK_RECORD_LINK = 'l',         // path, second path
    DISK_RECORD_MAKE_FOLDER = 'm',  // path
    DISK_RECORD_FAILED = 'f',       // a change came to nothing; of all kinds up to here, each is one counted change
    DISK_RECORD_OUTPUT = 'o',       // data: what went to the standard output
    DISK_RECORD_REQUEST = 'q',      // the program turns to a server
};

#endif
