// Sends COUNT messages of BYTES bytes through a push/pull pair over ipc and prints messages/s.
//
// The yardstick for the Swift wrapper: edgeflock-bench throughput does the same calls in the same
// order. Sender and receiver are threads with a context each, so every byte crosses the socket.
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

static size_t bytes;
static long count;
static char endpoint[100];

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void must(int condition, const char *what) {
    if (condition) return;
    fprintf(stderr, "throughput: %s: %s\n", what, zmq_strerror(zmq_errno()));
    exit(1);
}

static void *sender(void *unused) {
    (void)unused;
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_PUSH);
    int linger = 10000;
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    must(zmq_connect(socket, endpoint) == 0, "connect");
    char *payload = malloc(bytes);
    memset(payload, 7, bytes);
    zmq_pollitem_t item = {socket, 0, ZMQ_POLLOUT, 0};
    for (long sent = 0; sent < count;) {
        if (zmq_send(socket, payload, bytes, ZMQ_DONTWAIT) >= 0) sent++;
        else if (zmq_errno() == EAGAIN) must(zmq_poll(&item, 1, 10000) > 0, "wait to send");
        else must(0, "send");
    }
    zmq_close(socket);
    zmq_ctx_term(context);
    free(payload);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: throughput BYTES COUNT\n"), 64;
    bytes = strtoul(argv[1], NULL, 10);
    count = strtol(argv[2], NULL, 10);
    snprintf(endpoint, sizeof endpoint, "ipc:///tmp/edgeflock-throughput-%d", getpid());
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_PULL);
    must(zmq_bind(socket, endpoint) == 0, "bind");
    pthread_t thread;
    pthread_create(&thread, NULL, sender, NULL);
    zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};
    zmq_msg_t message;
    zmq_msg_init(&message);
    double start = 0;
    for (long received = 0; received < count;) {
        if (zmq_msg_recv(&message, socket, ZMQ_DONTWAIT) >= 0) {
            must(zmq_msg_size(&message) == bytes, "check the size");
            if (received++ == 0) start = now();
        } else {
            must(zmq_errno() == EAGAIN, "receive");
            must(zmq_poll(&item, 1, 10000) > 0, "wait to receive");
        }
    }
    printf("%.0f\n", (double)(count - 1) / (now() - start));
    pthread_join(thread, NULL);
    zmq_msg_close(&message);
    zmq_close(socket);
    zmq_ctx_term(context);
    return 0;
}
