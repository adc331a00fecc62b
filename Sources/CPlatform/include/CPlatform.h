// The few Linux calls that Swift cannot import.
#ifndef EDGEFLOCK_CPLATFORM_H
#define EDGEFLOCK_CPLATFORM_H

/// Names the calling thread, for `top -H` and debuggers. At most 15 bytes.
void edgeflock_name_thread(const char *name);

/// Starts a thread that reads `descriptor` and ends the process with `code` (0...255), at once and
/// without cleaning up, when there is nothing more to read.
void edgeflock_exit_at_end_of_input(int descriptor, int code);

/// How many processor cores this process may use.
int edgeflock_cores(void);

/// Keeps the calling thread, and threads it starts from now on, on one of the cores that this
/// process may use: number `index`, counted in a circle. Returns 0 when that is done.
int edgeflock_stay_on_core(int index);

/// Lets the calling thread, and threads it starts from now on, run at once whenever they can
/// (real-time priority 1), or like all others again. Returns 0 when the system allows it.
int edgeflock_be_prompt(int on);

/// Counts SIGINT, SIGTERM and SIGHUP from now on instead of dying of them, and ignores SIGPIPE.
///
/// Each also writes a byte to a pipe, whose reading end is returned (-1 when there is none).
/// With `exit_after` > 0 the process exits with 130 at that many signals.
int edgeflock_catch_interrupts(int exit_after);

/// How many of them have come.
int edgeflock_interrupts(void);

/// Lets a process of this user write no more to files (`on` 1), or as much as it may (0). Returns 0
/// when that is done. What is written meanwhile fails with EFBIG where SIGXFSZ is ignored.
int edgeflock_limit_files(int process, int on);

/// Ignores the signal that says that a file may not grow.
void edgeflock_ignore_file_limit(void);

/// Gives memory that is free back to the system.
void edgeflock_trim_memory(void);

/// Lets nobody but root look into this process's memory, a core file neither.
void edgeflock_hide_memory(void);

#endif
