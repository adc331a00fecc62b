#define _GNU_SOURCE
#include "CPlatform.h"
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
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

int edgeflock_cores(void) {
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
}

int edgeflock_stay_on_core(int index) {
    cpu_set_t allowed, chosen;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return -1;
    int count = CPU_COUNT(&allowed), place = count > 0 ? index % count : 0;
    for (int core = 0; core < CPU_SETSIZE; core++) {
        if (!CPU_ISSET(core, &allowed) || place-- > 0) continue;
        CPU_ZERO(&chosen);
        CPU_SET(core, &chosen);
        return sched_setaffinity(0, sizeof chosen, &chosen);
    }
    return -1;
}

int edgeflock_be_prompt(int on) {
    struct sched_param parameters = {.sched_priority = on ? 1 : 0};
    return sched_setscheduler(0, on ? SCHED_FIFO : SCHED_OTHER, &parameters);
}

int edgeflock_limit_files(int process, int on) {
    struct rlimit limit;
    if (prlimit(process, RLIMIT_FSIZE, NULL, &limit) != 0) return errno;
    limit.rlim_cur = on ? 0 : limit.rlim_max;
    return prlimit(process, RLIMIT_FSIZE, &limit, NULL) == 0 ? 0 : errno;
}

void edgeflock_ignore_file_limit(void) { signal(SIGXFSZ, SIG_IGN); }

void edgeflock_trim_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void edgeflock_hide_memory(void) { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
