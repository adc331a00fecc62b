// Speaks only the window protocol and prints windows/s: what ZeroMQ and the machine allow at most.
//
// One router (the hub) and PROCESSES processes with a dealer each, over ipc. In every window the
// hub sends OPEN (64 bytes) to ACTIVE of them, each answers DONE (64 bytes), and the next window
// begins when all have answered. The active ones are drawn anew for every window.
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { MOST = 4096, FRAME = 64, LIMIT_MS = 30000 };

static char endpoint[100];
static unsigned char identities[MOST][5];

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void must(int condition, const char *what) {
    if (condition) return;
    fprintf(stderr, "window-hub: %s: %s\n", what, zmq_strerror(zmq_errno()));
    exit(1);
}

static void receive(void *socket, zmq_pollitem_t *item, unsigned char *frame, size_t size) {
    while (zmq_recv(socket, frame, size, ZMQ_DONTWAIT) < 0) {
        must(zmq_errno() == EAGAIN, "receive");
        must(zmq_poll(item, 1, LIMIT_MS) > 0, "wait for a message");
    }
}

static void process(uint32_t index) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_DEALER);
    must(zmq_connect(socket, endpoint) == 0, "connect");
    unsigned char frame[FRAME] = {0};
    memcpy(frame, &index, sizeof index);
    zmq_send(socket, frame, FRAME, 0);
    zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};
    for (;;) {
        receive(socket, &item, frame, FRAME);
        if (frame[4] == 255) _exit(0);
        must(zmq_send(socket, frame, FRAME, ZMQ_DONTWAIT) == FRAME, "send DONE");
    }
}

static void await_hellos(void *socket, zmq_pollitem_t *item, int count) {
    unsigned char id[5], frame[FRAME];
    for (int heard = 0; heard < count; heard++) {
        receive(socket, item, id, sizeof id);
        receive(socket, item, frame, FRAME);
        uint32_t index;
        memcpy(&index, frame, sizeof index);
        memcpy(identities[index], id, sizeof id);
    }
}

static void open_window(void *socket, int index, unsigned char *frame) {
    must(zmq_send(socket, identities[index], 5, ZMQ_SNDMORE | ZMQ_DONTWAIT) == 5, "address");
    must(zmq_send(socket, frame, FRAME, ZMQ_DONTWAIT) == FRAME, "send OPEN");
}

int main(int argc, char **argv) {
    if (argc != 4) return fprintf(stderr, "usage: window-hub PROCESSES ACTIVE SECONDS\n"), 64;
    int count = atoi(argv[1]), active = atoi(argv[2]);
    double seconds = atof(argv[3]);
    if (count < 1 || count > MOST || active < 1 || active > count) return 64;
    snprintf(endpoint, sizeof endpoint, "ipc:///tmp/edgeflock-window-hub-%d", getpid());
    for (uint32_t index = 0; index < (uint32_t)count; index++)
        if (fork() == 0) process(index);
    void *context = zmq_ctx_new();
    zmq_ctx_set(context, ZMQ_MAX_SOCKETS, 16);
    void *socket = zmq_socket(context, ZMQ_ROUTER);
    int backlog = MOST;
    zmq_setsockopt(socket, ZMQ_BACKLOG, &backlog, sizeof backlog);
    must(zmq_bind(socket, endpoint) == 0, "bind");
    zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};
    await_hellos(socket, &item, count);

    static int order[MOST];
    for (int index = 0; index < count; index++) order[index] = index;
    unsigned char frame[FRAME] = {0}, id[5];
    uint64_t chance = 88172645463325252ull;
    long windows = 0;
    double start = now();
    while (now() - start < seconds) {
        for (int slot = 0; slot < active; slot++) {
            chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
            int other = slot + (int)(chance % (uint64_t)(count - slot));
            int index = order[other];
            order[other] = order[slot], order[slot] = index;
            open_window(socket, index, frame);
        }
        for (int answered = 0; answered < active; answered++) {
            receive(socket, &item, id, sizeof id);
            receive(socket, &item, frame, FRAME);
        }
        windows++;
    }
    printf("%.0f\n", (double)windows / (now() - start));
    fflush(stdout);
    frame[4] = 255;
    for (int index = 0; index < count; index++) open_window(socket, index, frame);
    while (wait(NULL) > 0) {}
    return 0;
}
