// What newlib needs below it, as Linux's system calls. The heap is an array of HEAP_BYTES.

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/time.h>

#ifndef HEAP_BYTES
#define HEAP_BYTES 8192
#endif

int linux_call(int a, int b, int c, int number);

enum { kExit = 1, kRead = 3, kWrite = 4, kOpen = 5, kClose = 6, kUnlink = 10, kTime = 13, kSeek = 19, kProcessId = 20 };

static int call(int number, int a, int b, int c) {
  const int result = linux_call(a, b, c, number);
  if (result >= 0 || result < -4095) return result;
  errno = -result;
  return -1;
}

void _exit(int code) {
  for (;;) linux_call(code, 0, 0, kExit);
}
int read(int file, void* to, size_t bytes) { return call(kRead, file, (int)to, (int)bytes); }
int write(int file, const void* from, size_t bytes) { return call(kWrite, file, (int)from, (int)bytes); }
int close(int file) { return call(kClose, file, 0, 0); }
int unlink(const char* path) { return call(kUnlink, (int)path, 0, 0); }
int lseek(int file, int offset, int whence) { return call(kSeek, file, offset, whence); }
int getpid(void) { return call(kProcessId, 0, 0, 0); }
int kill(int process, int signal) {
  (void)process;
  _exit(128 + signal);
  return -1;
}

int open(const char* path, int flags, ...) {
  const int theirs = (flags & O_ACCMODE) | (flags & O_CREAT ? 0100 : 0) | (flags & O_EXCL ? 0200 : 0) | (flags & O_TRUNC ? 01000 : 0) |
                     (flags & O_APPEND ? 02000 : 0);
  return call(kOpen, (int)path, theirs, 0666);
}

int isatty(int file) { return file < 3; }
int fstat(int file, struct stat* to) {
  *to = (struct stat){.st_mode = isatty(file) ? S_IFCHR : S_IFREG};
  return 0;
}

int gettimeofday(struct timeval* to, void* zone) {
  (void)zone;
  to->tv_sec = call(kTime, 0, 0, 0);
  to->tv_usec = 0;
  return 0;
}

void* sbrk(ptrdiff_t bytes) {
  static char heap[HEAP_BYTES] __attribute__((section(".uninitialised,\"aw\",@nobits#"), aligned(8)));
  static size_t used;
  if ((size_t)bytes > sizeof heap - used) {
    errno = ENOMEM;
    return (void*)-1;
  }
  used += (size_t)bytes;
  return heap + used - bytes;
}
