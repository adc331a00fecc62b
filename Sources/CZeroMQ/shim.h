#include <string.h>
#include <sys/timerfd.h>
#include <zmq.h>

// Part of the library since 4.3.0, but named only in headers that show drafts.
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif
