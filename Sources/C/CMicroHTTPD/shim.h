#pragma once
// libmicrohttpd's variadic calls, which Swift cannot import, as plain ones.
#include <microhttpd.h>
#include <string.h>

typedef void (*hearth_notify_connection)(void *, struct MHD_Connection *, void **,
                                         enum MHD_ConnectionNotificationCode);

struct hearth_daemon_settings {
  unsigned connections;        // never reached: the door counts first
  unsigned idle_seconds;       // inactivity; absolute deadlines are ours
  size_t connection_memory;    // bytes of head and buffers a connection
  const char *certificate;     // PEM, or NULL for plain text
  const char *private_key;
};

// The path stays as it was sent: nothing is unescaped behind the guard's back.
static inline size_t hearth_verbatim(void *cls, struct MHD_Connection *c, char *s) {
  (void)cls;
  (void)c;
  return strlen(s);
}

static inline struct MHD_Daemon *hearth_daemon_start(struct hearth_daemon_settings s,
                                                     MHD_AccessHandlerCallback access,
                                                     MHD_RequestCompletedCallback completed,
                                                     hearth_notify_connection connection,
                                                     void *cls) {
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET |
                   MHD_ALLOW_SUSPEND_RESUME;
  struct MHD_OptionItem tls[] = {{MHD_OPTION_END, 0, NULL}, {MHD_OPTION_END, 0, NULL},
                                 {MHD_OPTION_END, 0, NULL}};
  if (s.certificate) {
    flags |= MHD_USE_TLS;
    tls[0] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)s.certificate};
    tls[1] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)s.private_key};
  }
  return MHD_start_daemon(
      flags, 0, NULL, NULL, access, cls,
      MHD_OPTION_NOTIFY_COMPLETED, completed, cls,
      MHD_OPTION_NOTIFY_CONNECTION, connection, cls,
      MHD_OPTION_UNESCAPE_CALLBACK, hearth_verbatim, NULL,
      MHD_OPTION_CONNECTION_TIMEOUT, s.idle_seconds,
      MHD_OPTION_CONNECTION_LIMIT, s.connections,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, s.connection_memory,
      MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
}

static inline int hearth_descriptor(struct MHD_Connection *c) {
  const union MHD_ConnectionInfo *i =
      MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
  return i ? i->connect_fd : -1;
}

static inline void *hearth_connection_context(struct MHD_Connection *c) {
  const union MHD_ConnectionInfo *i =
      MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return i ? i->socket_context : NULL;
}
