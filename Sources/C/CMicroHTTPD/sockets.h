#pragma once
// The few socket calls the door needs. Each returns a count or a descriptor,
// or the error number negated. No name is ever resolved.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef POLLRDHUP
#define POLLRDHUP 0x2000
#endif
#ifndef SOCK_NONBLOCK
#define SOCK_NONBLOCK 04000
#endif
#ifndef SOCK_CLOEXEC
#define SOCK_CLOEXEC 02000000
#endif

static inline int hearth_closing(int fd) {
  int e = errno;
  close(fd);
  return -e;
}

// `host` is a numeric address; anything else is -EINVAL.
static inline int hearth_listen_ip(const char *host, uint16_t port, int backlog) {
  struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  struct sockaddr *address;
  socklen_t size;
  if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
    address = (struct sockaddr *)&v4;
    size = sizeof v4;
  } else if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1) {
    address = (struct sockaddr *)&v6;
    size = sizeof v6;
  } else {
    return -EINVAL;
  }
  int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  int one = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, address, size) != 0 || listen(fd, backlog) != 0) return hearth_closing(fd);
  return fd;
}

// A lock file beside the socket says whether a server still lives behind it, so
// that a socket left by a crash can be replaced without a connection attempt.
static inline int hearth_listen_unix(const char *path, const char *lock, int backlog,
                                     int *lock_descriptor) {
  struct sockaddr_un a = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof a.sun_path) return -ENAMETOOLONG;
  strcpy(a.sun_path, path);
  int held = open(lock, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (held < 0) return -errno;
  if (flock(held, LOCK_EX | LOCK_NB) != 0) {
    close(held);
    return -EADDRINUSE;
  }
  struct stat s;
  if (lstat(path, &s) == 0) {
    if (!S_ISSOCK(s.st_mode)) {
      close(held);
      return -EEXIST;
    }
    unlink(path);
  }
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return hearth_closing(held);
  if (bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || chmod(path, 0660) != 0 ||
      listen(fd, backlog) != 0) {
    int e = errno;
    close(held);
    close(fd);
    return -e;
  }
  *lock_descriptor = held;  // open as long as the server lives: that is the lock
  return fd;
}

static inline int hearth_local_port(int fd) {
  struct sockaddr_storage s;
  socklen_t n = sizeof s;
  if (getsockname(fd, (struct sockaddr *)&s, &n) != 0) return -errno;
  if (s.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&s)->sin_port);
  if (s.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&s)->sin6_port);
  return 0;
}

static inline int hearth_accept(int listener) {
  int fd = accept(listener, NULL, NULL);
  if (fd < 0) return -errno;
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

// What has arrived, left where it is.
static inline ssize_t hearth_peek(int fd, void *to, size_t room) {
  ssize_t n = recv(fd, to, room, MSG_PEEK | MSG_DONTWAIT);
  return n < 0 ? -errno : n;
}

static inline ssize_t hearth_discard(int fd, void *scratch, size_t room) {
  ssize_t n = recv(fd, scratch, room, MSG_DONTWAIT);
  return n < 0 ? -errno : n;
}

static inline ssize_t hearth_send(int fd, const void *from, size_t count) {
  ssize_t n = send(fd, from, count, MSG_DONTWAIT | MSG_NOSIGNAL);
  return n < 0 ? -errno : n;
}

static inline int hearth_watch(int epoll, int fd, int edge) {
  struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP | (edge ? EPOLLET : 0), .data.fd = fd};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) == 0 ? 0 : -errno;
}

static inline int hearth_unwatch(int epoll, int fd) {
  return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL) == 0 ? 0 : -errno;
}

static inline int hearth_epoll(void) {
  int fd = epoll_create1(EPOLL_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

static inline int hearth_wait(int epoll, int *ready, int room, int milliseconds) {
  struct epoll_event events[64];
  int n = epoll_wait(epoll, events, room < 64 ? room : 64, milliseconds);
  if (n < 0) return -errno;
  for (int i = 0; i < n; i++) ready[i] = events[i].data.fd;
  return n;
}

// Whether the other side has closed, or at least stopped sending.
static inline int hearth_hung_up(int fd) {
  struct pollfd p = {.fd = fd, .events = POLLRDHUP};
  return poll(&p, 1, 0) == 1 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL));
}
