/* A disk that can be told to fail, to kill its user, or to write down everything it is asked: preloaded below SQLite.
 *
 * Watches files under the folder in FLASHLINE_FAULTS_DIR. It is told what to do by opening a path that holds
 * "/.disk-control/" and a command:
 *   fail,ERRNO,N,PERSIST,KINDS  the N-th operation of these kinds that can fail so does (with PERSIST=1 every later one)
 *   kill,N,AFTER,KINDS     the process kills itself at the N-th operation of these kinds (AFTER=1: once it is done)
 *   log,PATH               every changing operation is appended to PATH
 *   mark,TEXT              TEXT is put into the log
 *   off                    nothing is injected or logged any more
 *   reached                answers EEXIST when the N-th operation was reached, ENOENT when not
 * A first command may stand in FLASHLINE_DISK_ORDER, for a program that knows nothing of all this.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define MAX_FD 4096
#define CONTROL "/.disk-control/"

/* What an operation does, and so which errors it can meet. */
enum { CREATE = 1, WRITE = 2, SYNC = 4, READ = 8, NAME = 16 };

static char *paths[MAX_FD];
static int fail_errno, fail_at, fail_for_good, fail_kinds, kill_at, kill_after, kill_kinds, seen, reached, log_fd = -1;

#define REAL(name) ({ static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); real; })

static int is_watched(const char *path) {
  const char *folder = getenv("FLASHLINE_FAULTS_DIR");
  return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static const char *path_of(int fd) { return fd >= 0 && fd < MAX_FD ? paths[fd] : NULL; }

static int can_meet(int error, int kind) {
  switch (error) {
    case EMFILE: return kind == CREATE;
    case ENOSPC: return kind == CREATE || kind == WRITE || kind == SYNC || kind == NAME;
    case EROFS: return kind == CREATE || kind == WRITE || kind == NAME;
    default: return 1;
  }
}

static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

/* Counts an operation; non-zero when it has to fail. */
static int strike(int kind) {
  if (kill_at && (kind & kill_kinds) && !kill_after && ++seen == kill_at) die();
  if (!fail_errno || !(kind & fail_kinds) || !can_meet(fail_errno, kind)) return 0;
  seen += 1;
  if (seen == fail_at || (fail_for_good && seen > fail_at)) { reached = 1; errno = fail_errno; return 1; }
  return 0;
}

static void done(int kind) {
  int kept = errno;
  if (kill_at && (kind & kill_kinds) && kill_after && ++seen == kill_at) die();
  errno = kept;
}

static void put(const void *bytes, size_t length) {
  if (REAL(write)(log_fd, bytes, length) != (ssize_t)length) abort();
}

/* One log entry: type, path length, path, offset, data length, data; numbers little-endian. */
static void note(char type, const char *path, uint64_t offset, const void *data, uint32_t length) {
  if (log_fd < 0) return;
  int kept = errno;
  uint32_t path_length = (uint32_t)strlen(path);
  put(&type, 1); put(&path_length, 4); put(path, path_length); put(&offset, 8); put(&length, 4);
  if (length) put(data, length);
  errno = kept;
}

static void control(const char *command) {
  int error, number, flag, kinds;
  if (sscanf(command, "fail,%d,%d,%d,%d", &error, &number, &flag, &kinds) == 4) {
    fail_errno = error; fail_at = number; fail_for_good = flag; fail_kinds = kinds; seen = reached = 0;
  } else if (sscanf(command, "kill,%d,%d,%d", &number, &flag, &kinds) == 3) {
    kill_at = number; kill_after = flag; kill_kinds = kinds; seen = 0;
  } else if (strncmp(command, "log,", 4) == 0) {
    log_fd = REAL(open)(command + 4, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  } else if (strncmp(command, "mark,", 5) == 0) {
    note('A', command + 5, 0, NULL, 0);
  } else if (strcmp(command, "off") == 0) {
    fail_errno = kill_at = seen = 0;
    if (log_fd >= 0) REAL(close)(log_fd);
    log_fd = -1;
  }
  errno = strcmp(command, "reached") == 0 && reached ? EEXIST : ENOENT;
}

__attribute__((constructor)) static void obey_first_order(void) {
  const char *order = getenv("FLASHLINE_DISK_ORDER");
  if (order) control(order);
}

static int open_file(const char *path, int flags, mode_t mode) {
  const char *command = path ? strstr(path, CONTROL) : NULL;
  if (command) { control(command + strlen(CONTROL)); return -1; }
  if (!is_watched(path)) return REAL(open)(path, flags, mode);
  if (strike(CREATE)) return -1;
  struct stat before;
  int existed = stat(path, &before) == 0;
  int fd = REAL(open)(path, flags, mode);
  if (fd < 0) return fd;
  if (fd < MAX_FD) { free(paths[fd]); paths[fd] = strdup(path); }
  if (!existed && (flags & O_CREAT)) note('C', path, 0, NULL, 0);
  else if (flags & O_TRUNC) note('T', path, 0, NULL, 0);
  if (flags & (O_CREAT | O_TRUNC)) done(CREATE);
  return fd;
}

#define OPENED(name) \
  int name(const char *path, int flags, ...) { \
    va_list more; va_start(more, flags); mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0; va_end(more); \
    return open_file(path, flags, mode); }
OPENED(open)
OPENED(open64)

int close(int fd) {
  if (path_of(fd)) { free(paths[fd]); paths[fd] = NULL; }
  return REAL(close)(fd);
}

ssize_t write(int fd, const void *data, size_t length) {
  const char *path = path_of(fd);
  if (!path) return REAL(write)(fd, data, length);
  if (strike(WRITE)) return -1;
  struct stat now;
  off_t at = fcntl(fd, F_GETFL) & O_APPEND ? (fstat(fd, &now), now.st_size) : lseek(fd, 0, SEEK_CUR);
  ssize_t written = REAL(write)(fd, data, length);
  if (written > 0) note('W', path, (uint64_t)at, data, (uint32_t)written);
  done(WRITE);
  return written;
}

static ssize_t write_at(int fd, const void *data, size_t length, off_t at) {
  const char *path = path_of(fd);
  if (path && strike(WRITE)) return -1;
  ssize_t written = REAL(pwrite)(fd, data, length, at);
  if (path && written > 0) note('W', path, (uint64_t)at, data, (uint32_t)written);
  if (path) done(WRITE);
  return written;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return write_at(fd, data, length, at); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) { return write_at(fd, data, length, at); }

static ssize_t read_at(int fd, void *data, size_t length, off_t at) {
  if (path_of(fd) && strike(READ)) return -1;
  return REAL(pread)(fd, data, length, at);
}
ssize_t pread(int fd, void *data, size_t length, off_t at) { return read_at(fd, data, length, at); }
ssize_t pread64(int fd, void *data, size_t length, off64_t at) { return read_at(fd, data, length, at); }

static int sync_file(int fd, int (*real)(int)) {
  const char *path = path_of(fd);
  if (path && strike(SYNC)) { note('F', path, 0, NULL, 0); return -1; }
  int result = real(fd);
  if (path && result == 0) note('S', path, 0, NULL, 0);
  if (path) done(SYNC);
  return result;
}
int fsync(int fd) { return sync_file(fd, REAL(fsync)); }
int fdatasync(int fd) { return sync_file(fd, REAL(fdatasync)); }

static int cut(int fd, off_t length) {
  const char *path = path_of(fd);
  if (path && strike(WRITE)) return -1;
  int result = REAL(ftruncate)(fd, length);
  if (path && result == 0) note('T', path, (uint64_t)length, NULL, 0);
  if (path) done(WRITE);
  return result;
}
int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off64_t length) { return cut(fd, length); }

int unlink(const char *path) {
  if (!is_watched(path)) return REAL(unlink)(path);
  if (strike(NAME)) return -1;
  int result = REAL(unlink)(path);
  if (result == 0) note('U', path, 0, NULL, 0);
  done(NAME);
  return result;
}

int rename(const char *from, const char *to) {
  if (!is_watched(from)) return REAL(rename)(from, to);
  if (strike(NAME)) return -1;
  int result = REAL(rename)(from, to);
  if (result == 0) note('R', from, 0, to, (uint32_t)strlen(to));
  done(NAME);
  return result;
}
