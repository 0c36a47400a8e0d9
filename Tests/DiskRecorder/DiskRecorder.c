#define _GNU_SOURCE
#include "DiskRecorder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

// One call after the other, so that the log has them in the order in which they happened.
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static char folder[PATH_MAX];
static size_t folder_size;
static int log_descriptor = -1;
static const char *refusal;
static long kill_before, kill_within, clock_ahead, changes;

enum { DESCRIPTORS = 4096 };
enum descriptor_kind { UNWATCHED = 0, WATCHED_FILE, WATCHED_FOLDER };
static struct {
    enum descriptor_kind kind;
    uint64_t file;
} watched[DESCRIPTORS];

static long number(const char *name) {
    const char *value = getenv(name);
    return value ? strtol(value, NULL, 10) : 0;
}

static int real_open(const char *path, int flags, mode_t mode) {
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static void start(void) {
    const char *given = getenv("DISK_RECORDER_FOLDER");
    if (given && realpath(given, folder)) folder_size = strlen(folder);
    const char *log = getenv("DISK_RECORDER_LOG");
    if (folder_size && log) log_descriptor = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    refusal = getenv("DISK_RECORDER_REFUSE");
    kill_before = number("DISK_RECORDER_KILL_BEFORE");
    kill_within = number("DISK_RECORDER_KILL_WITHIN");
    clock_ahead = number("DISK_RECORDER_CLOCK_AHEAD");
}

static int begin(void) {
    pthread_once(&once, start);
    if (!folder_size) return 0;
    pthread_mutex_lock(&turn);
    return 1;
}

static void end(int began) {
    int error = errno;
    if (began) pthread_mutex_unlock(&turn);
    errno = error;
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

// Counts a change that is about to be made, and dies if it is the one to die before.
// Gives whether it is the one to die within, which finish_change does.
static int count_change(void) {
    changes++;
    if (changes == kill_before) die();
    return changes == kill_within;
}

// Whether the files may not be changed any more, as on a file system that was remounted read-only.
static int is_refused(void) {
    if (!refusal || syscall(SYS_faccessat, AT_FDCWD, refusal, F_OK) != 0) return 0;
    errno = EROFS;
    return 1;
}

// MARK: - Where things are

// The path below the folder; null where it is elsewhere.
static const char *below(const char *path) {
    if (strncmp(path, folder, folder_size) != 0) return NULL;
    if (path[folder_size] == 0) return path + folder_size;
    return path[folder_size] == '/' ? path + folder_size + 1 : NULL;
}

// The same for the name that a call was given: all but its last part is followed through links.
static const char *named(int at, const char *path, char *resolved) {
    char whole[PATH_MAX], parent[PATH_MAX];
    if (path[0] == '/') {
        snprintf(whole, sizeof whole, "%s", path);
    } else if (at == AT_FDCWD) {
        if (!getcwd(parent, sizeof parent)) return NULL;
        snprintf(whole, sizeof whole, "%s/%s", parent, path);
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        ssize_t size = readlink(link, parent, sizeof parent - 1);
        if (size < 0) return NULL;
        parent[size] = 0;
        snprintf(whole, sizeof whole, "%s/%s", parent, path);
    }
    char *slash = strrchr(whole, '/');
    *slash = 0;
    if (!realpath(slash == whole ? "/" : whole, parent)) return NULL;
    snprintf(resolved, PATH_MAX, "%s/%s", strcmp(parent, "/") == 0 ? "" : parent, slash + 1);
    return below(resolved);
}

static int is_file(int descriptor) {
    return descriptor >= 0 && descriptor < DESCRIPTORS && watched[descriptor].kind == WATCHED_FILE;
}

// MARK: - The log

static void append(
    uint8_t kind, uint64_t file, uint64_t offset, const char *path, const char *second_path, const void *data,
    size_t data_size
) {
    if (log_descriptor < 0) return;
    int error = errno;
    struct timespec time;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
    struct disk_record head = {
        .kind = kind,
        .path_size = path ? strlen(path) : 0,
        .second_path_size = second_path ? strlen(second_path) : 0,
        .data_size = data_size,
        .file = file,
        .offset = offset,
        .time = time.tv_sec * 1000000ull + time.tv_nsec / 1000,
    };
    struct iovec parts[] = {
        {&head, sizeof head},
        {(void *)path, head.path_size},
        {(void *)second_path, head.second_path_size},
        {(void *)data, head.data_size},
    };
    size_t whole = sizeof head + head.path_size + head.second_path_size + data_size;
    if (syscall(SYS_writev, log_descriptor, parts, 4) != (ssize_t)whole) {
        // A log with a hole in it would prove what is not so.
        fprintf(stderr, "DiskRecorder: cannot write the log\n");
        abort();
    }
    errno = error;
}

// After a counted call: writes down one that came to nothing, and dies if it is the one to die within.
static void finish_change(int dies, long result) {
    if (result < 0) append(DISK_RECORD_FAILED, 0, 0, NULL, NULL, NULL, 0);
    if (dies) die();
}

// MARK: - Opening and closing

static int opened(int descriptor, int is_created) {
    if (descriptor < 0 || descriptor >= DESCRIPTORS) return descriptor;
    int error = errno;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t size = readlink(link, path, sizeof path - 1);
    watched[descriptor].kind = UNWATCHED;
    if (size > 0) {
        path[size] = 0;
        const char *place = below(path);
        struct stat status;
        if (place && fstat(descriptor, &status) == 0) {
            watched[descriptor].kind = S_ISDIR(status.st_mode) ? WATCHED_FOLDER : WATCHED_FILE;
            watched[descriptor].file = status.st_ino;
            if (is_created) append(DISK_RECORD_CREATE, status.st_ino, 0, place, NULL, NULL, 0);
        }
    }
    errno = error;
    return descriptor;
}

static int open_watched(int at, const char *path, int flags, mode_t mode) {
    if (!begin()) return (int)syscall(SYS_openat, at, path, flags, mode);
    char resolved[PATH_MAX];
    struct stat status;
    int is_ours = (flags & (O_CREAT | O_TRUNC)) && named(at, path, resolved);
    int was_there = is_ours && fstatat(at, path, &status, 0) == 0;
    int creates = is_ours && !was_there && (flags & O_CREAT);
    int empties = is_ours && was_there && (flags & O_TRUNC);
    if (is_ours && (creates || empties) && is_refused()) {
        end(1);
        return -1;
    }
    int dies = creates || empties ? count_change() : 0;
    int descriptor = opened((int)syscall(SYS_openat, at, path, flags, mode), creates);
    if (descriptor >= 0 && empties) append(DISK_RECORD_TRUNCATE, status.st_ino, 0, NULL, NULL, NULL, 0);
    if (creates || empties) finish_change(dies, descriptor);
    end(1);
    return descriptor;
}

static mode_t mode_of(int flags, va_list rest) {
    return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = mode_of(flags, rest); \
        va_end(rest); \
        return open_watched(AT_FDCWD, path, flags, mode); \
    }
#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = mode_of(flags, rest); \
        va_end(rest); \
        return open_watched(at, path, flags, mode); \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

int creat(const char *path, mode_t mode) { return open_watched(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int close(int descriptor) {
    // Forgotten before it is closed: another thread may be given its number at once.
    int began = begin();
    if (began && descriptor >= 0 && descriptor < DESCRIPTORS) watched[descriptor].kind = UNWATCHED;
    int result = (int)syscall(SYS_close, descriptor);
    end(began);
    return result;
}

// MARK: - Content

static ssize_t write_watched(int descriptor, const void *data, size_t size, off_t offset, int is_placed) {
    if (!begin()) {
        return is_placed ? syscall(SYS_pwrite64, descriptor, data, size, offset)
                         : syscall(SYS_write, descriptor, data, size);
    }
    int is_ours = is_file(descriptor);
    if (!is_placed && is_ours) {
        int flags = fcntl(descriptor, F_GETFL);
        offset = lseek(descriptor, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR);
    }
    if (!is_ours) {
        // What may block, a pipe or a socket, must not hold up the others.
        end(1);
        ssize_t written = is_placed ? syscall(SYS_pwrite64, descriptor, data, size, offset)
                                    : syscall(SYS_write, descriptor, data, size);
        if (written > 0 && descriptor == STDOUT_FILENO) {
            begin();
            append(DISK_RECORD_OUTPUT, 0, 0, NULL, NULL, data, written);
            end(1);
        }
        return written;
    }
    if (is_refused()) {
        end(1);
        return -1;
    }
    int dies = count_change();
    if (dies) size = (size + 1) / 2;
    ssize_t written = is_placed ? syscall(SYS_pwrite64, descriptor, data, size, offset)
                                : syscall(SYS_write, descriptor, data, size);
    if (written > 0) append(DISK_RECORD_WRITE, watched[descriptor].file, offset, NULL, NULL, data, written);
    finish_change(dies, written > 0 ? written : -1);
    end(1);
    return written;
}

ssize_t write(int descriptor, const void *data, size_t size) {
    return write_watched(descriptor, data, size, 0, 0);
}
ssize_t pwrite(int descriptor, const void *data, size_t size, off_t offset) {
    return write_watched(descriptor, data, size, offset, 1);
}
ssize_t pwrite64(int descriptor, const void *data, size_t size, off_t offset) {
    return write_watched(descriptor, data, size, offset, 1);
}

// A write of several parts to a file is done, and counted, part by part, as the disk may well do it.
static ssize_t write_parts(int descriptor, const struct iovec *parts, int count, off_t offset, int is_placed) {
    ssize_t whole = 0;
    for (int index = 0; index < count; index++) {
        ssize_t written =
            write_watched(descriptor, parts[index].iov_base, parts[index].iov_len, offset + whole, is_placed);
        if (written < 0) return whole ? whole : -1;
        whole += written;
        if ((size_t)written < parts[index].iov_len) break;
    }
    return whole;
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    pthread_once(&once, start);
    if (!is_file(descriptor)) return syscall(SYS_writev, descriptor, parts, count);
    return write_parts(descriptor, parts, count, 0, 0);
}
ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    return write_parts(descriptor, parts, count, offset, 1);
}
ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off_t offset) {
    return write_parts(descriptor, parts, count, offset, 1);
}

static int truncate_watched(int descriptor, off_t size) {
    int began = begin();
    int is_ours = began && is_file(descriptor);
    if (is_ours && is_refused()) {
        end(began);
        return -1;
    }
    int dies = is_ours ? count_change() : 0;
    int result = (int)syscall(SYS_ftruncate, descriptor, size);
    if (is_ours && result == 0)
        append(DISK_RECORD_TRUNCATE, watched[descriptor].file, size, NULL, NULL, NULL, 0);
    if (is_ours) finish_change(dies, result);
    end(began);
    return result;
}

int ftruncate(int descriptor, off_t size) { return truncate_watched(descriptor, size); }
int ftruncate64(int descriptor, off_t size) { return truncate_watched(descriptor, size); }

static int allocate_watched(int descriptor, int mode, off_t offset, off_t size) {
    int began = begin();
    int is_ours = began && is_file(descriptor);
    if (is_ours && is_refused()) {
        end(began);
        return -1;
    }
    int dies = is_ours ? count_change() : 0;
    int result = (int)syscall(SYS_fallocate, descriptor, mode, offset, size);
    struct stat status;
    if (is_ours && result == 0 && fstat(descriptor, &status) == 0)
        append(DISK_RECORD_TRUNCATE, watched[descriptor].file, status.st_size, NULL, NULL, NULL, 0);
    if (is_ours) finish_change(dies, result);
    end(began);
    return result;
}

int fallocate(int descriptor, int mode, off_t offset, off_t size) {
    return allocate_watched(descriptor, mode, offset, size);
}
int fallocate64(int descriptor, int mode, off_t offset, off_t size) {
    return allocate_watched(descriptor, mode, offset, size);
}
int posix_fallocate(int descriptor, off_t offset, off_t size) {
    return allocate_watched(descriptor, 0, offset, size) == 0 ? 0 : errno;
}
int posix_fallocate64(int descriptor, off_t offset, off_t size) { return posix_fallocate(descriptor, offset, size); }

static int sync_watched(int descriptor, long call) {
    int began = begin();
    enum descriptor_kind kind = UNWATCHED;
    if (began && descriptor >= 0 && descriptor < DESCRIPTORS) kind = watched[descriptor].kind;
    int dies = kind != UNWATCHED ? count_change() : 0;
    int result = (int)syscall(call, descriptor);
    if (result == 0 && kind == WATCHED_FILE)
        append(DISK_RECORD_SYNC, watched[descriptor].file, 0, NULL, NULL, NULL, 0);
    if (result == 0 && kind == WATCHED_FOLDER) {
        char link[64], path[PATH_MAX];
        snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
        ssize_t size = readlink(link, path, sizeof path - 1);
        path[size > 0 ? size : 0] = 0;
        const char *place = below(path);
        if (place) append(DISK_RECORD_SYNC_FOLDER, 0, 0, place, NULL, NULL, 0);
    }
    if (kind != UNWATCHED) finish_change(dies, result);
    end(began);
    return result;
}

int fsync(int descriptor) { return sync_watched(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return sync_watched(descriptor, SYS_fdatasync); }

// MARK: - Names

static int unlink_watched(int at, const char *path, int flags) {
    int began = begin();
    char resolved[PATH_MAX];
    const char *place = began ? named(at, path, resolved) : NULL;
    if (place && is_refused()) {
        end(began);
        return -1;
    }
    int dies = place ? count_change() : 0;
    int result = (int)syscall(SYS_unlinkat, at, path, flags);
    if (place && result == 0) append(DISK_RECORD_UNLINK, 0, 0, place, NULL, NULL, 0);
    if (place) finish_change(dies, result);
    end(began);
    return result;
}

int unlink(const char *path) { return unlink_watched(AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return unlink_watched(at, path, flags); }
int rmdir(const char *path) { return unlink_watched(AT_FDCWD, path, AT_REMOVEDIR); }

static int move_watched(
    uint8_t kind, int at, const char *path, int second_at, const char *second_path, unsigned flags
) {
    int began = begin();
    char resolved[PATH_MAX], second_resolved[PATH_MAX];
    const char *place = began ? named(at, path, resolved) : NULL;
    const char *second_place = began ? named(second_at, second_path, second_resolved) : NULL;
    int is_ours = place && second_place;
    if ((place || second_place) && is_refused()) {
        end(began);
        return -1;
    }
    int dies = is_ours ? count_change() : 0;
    int result = (int)syscall(
        kind == DISK_RECORD_LINK ? SYS_linkat : SYS_renameat2, at, path, second_at, second_path, flags);
    if (is_ours && result == 0) append(kind, 0, 0, place, second_place, NULL, 0);
    if (is_ours) finish_change(dies, result);
    end(began);
    return result;
}

int rename(const char *path, const char *new) {
    return move_watched(DISK_RECORD_RENAME, AT_FDCWD, path, AT_FDCWD, new, 0);
}
int renameat(int at, const char *path, int new_at, const char *new) {
    return move_watched(DISK_RECORD_RENAME, at, path, new_at, new, 0);
}
int renameat2(int at, const char *path, int new_at, const char *new, unsigned flags) {
    return move_watched(DISK_RECORD_RENAME, at, path, new_at, new, flags);
}
int link(const char *path, const char *new) {
    return move_watched(DISK_RECORD_LINK, AT_FDCWD, path, AT_FDCWD, new, 0);
}
int linkat(int at, const char *path, int new_at, const char *new, int flags) {
    return move_watched(DISK_RECORD_LINK, at, path, new_at, new, flags);
}

int mkdir(const char *path, mode_t mode) {
    int began = begin();
    char resolved[PATH_MAX];
    const char *place = began ? named(AT_FDCWD, path, resolved) : NULL;
    if (place && is_refused()) {
        end(began);
        return -1;
    }
    int dies = place ? count_change() : 0;
    int result = (int)syscall(SYS_mkdir, path, mode);
    if (place && result == 0) append(DISK_RECORD_MAKE_FOLDER, 0, 0, place, NULL, NULL, 0);
    if (place) finish_change(dies, result);
    end(began);
    return result;
}

int access(const char *path, int mode) {
    int began = begin();
    char resolved[PATH_MAX];
    int is_against = began && (mode & W_OK) && named(AT_FDCWD, path, resolved) && is_refused();
    int result = is_against ? -1 : (int)syscall(SYS_faccessat, AT_FDCWD, path, mode);
    end(began);
    return result;
}

// MARK: - The world outside

int connect(int descriptor, const struct sockaddr *address, socklen_t size) {
    int began = begin();
    // Before it leaves: what it is about has to be safe by now.
    if (began && (address->sa_family == AF_INET || address->sa_family == AF_INET6))
        append(DISK_RECORD_REQUEST, 0, 0, NULL, NULL, NULL, 0);
    end(began);
    return (int)syscall(SYS_connect, descriptor, address, size);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    pthread_once(&once, start);
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += clock_ahead;
    return result;
}
