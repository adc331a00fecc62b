// The few Linux calls that Swift cannot import.
#ifndef EDGEFLOCK_CPLATFORM_H
#define EDGEFLOCK_CPLATFORM_H

/// Names the calling thread, for `top -H` and debuggers. At most 15 bytes.
void edgeflock_name_thread(const char *name);

/// Starts a thread that reads `descriptor` and ends the process with `code` (0...255), at once and
/// without cleaning up, when there is nothing more to read.
void edgeflock_exit_at_end_of_input(int descriptor, int code);

#endif
