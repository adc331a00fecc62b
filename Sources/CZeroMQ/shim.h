#include <sys/timerfd.h>
#include <zmq.h>
