/* A disk that loses what was not synced, for tests: preloaded into a server, or run as a program of its own.
 *
 * Preloaded (LD_PRELOAD), fsync and fdatasync of anything under $POWER_TREE copy aside, into $POWER_SHADOW, what is
 * thereby durable: a file's bytes, or a folder's entries (name, kind, owner, mode, which file). Nothing else is kept.
 * As a program, `power TREE SHADOW` keeps everything as it stands: the state before the first write.
 *
 * A power cut (tests/faults/power.py) rebuilds the tree from what was kept, strictly by POSIX: bytes written, cut off
 * or renamed after the last fsync of their file or folder are gone. Real disks lose less; what passes here passes there.
 *
 * Memory maps are not followed (msync): SQLite maps its -shm file alone, which it builds anew, and PostgreSQL no file.
 * Files opened with O_SYNC are not followed either: nothing here opens any.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOCKS 64

static const char *shadow;
static char tree[PATH_MAX];

/* The disk that we stand for is better than the one beneath: without this a failure here would look like a sound sync. */
static void broken(const char *what) {
    dprintf(2, "power: %s: %s\n", what, strerror(errno));
    abort();
}

/* Which file this is: its number is used again after a file is gone, its time of birth is not. */
static void key_of(int at, const char *path, int flags, char *key, size_t size) {
    struct statx found;
    if (statx(at, path, flags, STATX_INO | STATX_BTIME, &found)) broken("statx");
    snprintf(key, size, "%llx-%llx%08x", (unsigned long long)found.stx_ino,
             (unsigned long long)found.stx_btime.tv_sec, found.stx_btime.tv_nsec);
}

/* Through the descriptor itself where it can be read: to open the file once more and close it again would take every
 * lock (fcntl) that this process holds on it, and SQLite would lose its own. */
static void copy_bytes(int from, int to) {
    int again = (fcntl(from, F_GETFL) & O_ACCMODE) == O_WRONLY, source = from;
    if (again) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", from);
        source = open(path, O_RDONLY | O_CLOEXEC);
        if (source < 0) broken("open");
    }
    for (off_t done = 0;;) {
        ssize_t count = sendfile(to, source, &done, 1 << 30);
        if (count < 0) broken("copy");
        if (count == 0) break;
    }
    if (again) close(source);
}

static void list_entries(int from, int to) {
    int source = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = source < 0 ? NULL : fdopendir(source);
    if (!folder) broken("folder");
    struct dirent *entry;
    while ((entry = readdir(folder))) {
        char key[64];
        struct stat found;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (fstatat(source, entry->d_name, &found, AT_SYMLINK_NOFOLLOW)) continue;  /* gone meanwhile */
        if (!S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode)) continue;
        key_of(source, entry->d_name, AT_SYMLINK_NOFOLLOW, key, sizeof key);
        dprintf(to, "%c %o %u %u %s %s\n", S_ISDIR(found.st_mode) ? 'd' : 'f', found.st_mode & 07777, found.st_uid,
                found.st_gid, key, entry->d_name);
    }
    closedir(folder);
}

/* Keep what `fd` stands for, in one step. Two who sync one file at once take turns: the older copy must not come last. */
static void keep(int fd, int is_folder, unsigned long number) {
    char key[64], name[PATH_MAX], draft[PATH_MAX], lock[PATH_MAX];
    key_of(fd, "", AT_EMPTY_PATH, key, sizeof key);
    snprintf(lock, sizeof lock, "%s/lock-%lu", shadow, number % LOCKS);
    snprintf(name, sizeof name, "%s/%s", shadow, key);
    snprintf(draft, sizeof draft, "%s/draft-%d-%ld", shadow, getpid(), (long)syscall(SYS_gettid));
    int held = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (held < 0 || flock(held, LOCK_EX)) broken("lock");
    int copy = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (copy < 0) broken("draft");
    is_folder ? list_entries(fd, copy) : copy_bytes(fd, copy);
    if (close(copy) || rename(draft, name)) broken("rename");
    close(held);
}

static int is_ours(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    size_t own = strlen(tree);
    return !strncmp(path, tree, own) && (path[own] == '/' || path[own] == 0);
}

static int synced(int fd) {
    struct stat found;
    if (fstat(fd, &found)) return -1;
    if (!shadow && (shadow = getenv("POWER_SHADOW")) && !realpath(getenv("POWER_TREE"), tree)) broken("POWER_TREE");
    if (shadow && is_ours(fd) && (S_ISREG(found.st_mode) || S_ISDIR(found.st_mode)))
        keep(fd, S_ISDIR(found.st_mode), found.st_ino);
    return 0;
}

int fsync(int fd) { return synced(fd); }
int fdatasync(int fd) { return synced(fd); }

static int each(const char *path, const struct stat *found, int kind, struct FTW *where) {
    (void)where;
    if (kind != FTW_F && kind != FTW_D) return 0;
    if (kind == FTW_F && !S_ISREG(found->st_mode)) return 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 1;
    keep(fd, kind == FTW_D, found->st_ino);
    close(fd);
    return 0;
}

int main(int count, char **words) {
    if (count != 3) return 2;
    shadow = words[2];
    char key[64];
    key_of(AT_FDCWD, words[1], 0, key, sizeof key);
    puts(key);
    return nftw(words[1], each, 32, FTW_PHYS) ? 1 : 0;
}
