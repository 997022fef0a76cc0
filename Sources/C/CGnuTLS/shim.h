#pragma once
// The client's side of TLS on a connected socket: as much of GnuTLS as one call needs.
// A count, or one of the three below; the server's certificate and name are always checked.
#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <sys/types.h>

enum { HEARTH_TLS_LATE = -1, HEARTH_TLS_UNTRUSTED = -2, HEARTH_TLS_BROKEN = -3 };

struct hearth_tls {
  gnutls_session_t session;
  gnutls_certificate_credentials_t trust;
};

static inline ssize_t hearth_tls_result(ssize_t code) {
  if (code >= 0) return code;
  switch (code) {
    case GNUTLS_E_AGAIN:
    case GNUTLS_E_TIMEDOUT: return HEARTH_TLS_LATE;
    case GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR:
    case GNUTLS_E_CERTIFICATE_ERROR: return HEARTH_TLS_UNTRUSTED;
    default: return HEARTH_TLS_BROKEN;
  }
}

// `authorities` is a file of certificates to trust beside the system's, or empty.
static inline ssize_t hearth_tls_begin(struct hearth_tls *t, int fd, const char *host,
                                       const char *authorities, unsigned milliseconds) {
  unsigned char address[sizeof(struct in6_addr)];
  int is_address = inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
  int code = gnutls_certificate_allocate_credentials(&t->trust);
  if (code >= 0) code = gnutls_certificate_set_x509_system_trust(t->trust);
  if (code >= 0 && authorities[0])
    code = gnutls_certificate_set_x509_trust_file(t->trust, authorities, GNUTLS_X509_FMT_PEM);
  if (code >= 0) code = gnutls_init(&t->session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL);
  if (code >= 0) code = gnutls_set_default_priority(t->session);
  if (code >= 0) code = gnutls_credentials_set(t->session, GNUTLS_CRD_CERTIFICATE, t->trust);
  if (code >= 0 && !is_address)
    code = gnutls_server_name_set(t->session, GNUTLS_NAME_DNS, host, strlen(host));
  if (code < 0) return hearth_tls_result(code);
  gnutls_session_set_verify_cert(t->session, host, 0);
  gnutls_transport_set_int2(t->session, fd, fd);
  gnutls_handshake_set_timeout(t->session, milliseconds);
  do code = gnutls_handshake(t->session);
  while (code < 0 && code != GNUTLS_E_AGAIN && !gnutls_error_is_fatal(code));
  return hearth_tls_result(code);
}

static inline ssize_t hearth_tls_send(struct hearth_tls *t, const void *from, size_t count) {
  ssize_t n;
  do n = gnutls_record_send(t->session, from, count);
  while (n == GNUTLS_E_INTERRUPTED);
  return hearth_tls_result(n);
}

// An end without goodbye is an end: HTTP says itself whether an answer is whole.
static inline ssize_t hearth_tls_receive(struct hearth_tls *t, void *to, size_t room) {
  ssize_t n;
  do n = gnutls_record_recv(t->session, to, room);
  while (n == GNUTLS_E_INTERRUPTED || (n < 0 && n != GNUTLS_E_AGAIN && !gnutls_error_is_fatal((int)n)));
  return n == GNUTLS_E_PREMATURE_TERMINATION ? 0 : hearth_tls_result(n);
}

static inline void hearth_tls_end(struct hearth_tls *t) {
  if (t->session) gnutls_deinit(t->session);
  if (t->trust) gnutls_certificate_free_credentials(t->trust);
  t->session = NULL;
  t->trust = NULL;
}
