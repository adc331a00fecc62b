#define _GNU_SOURCE
#include "CPlatform.h"
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <unistd.h>

void edgeflock_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

static void *watch(void *argument) {
    int descriptor = (int)((intptr_t)argument >> 8), code = (int)((intptr_t)argument & 255);
    char bytes[256];
    for (;;) {
        ssize_t count = read(descriptor, bytes, sizeof bytes);
        if (count == 0 || (count < 0 && errno != EINTR)) _exit(code);
    }
}

void edgeflock_exit_at_end_of_input(int descriptor, int code) {
    pthread_t thread;
    intptr_t argument = (intptr_t)descriptor << 8 | (code & 255);
    if (pthread_create(&thread, NULL, watch, (void *)argument) != 0) _exit(code);
    pthread_detach(thread);
}
