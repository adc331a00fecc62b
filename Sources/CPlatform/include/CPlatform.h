// The few Linux calls that Swift cannot import.
#ifndef EDGEFLOCK_CPLATFORM_H
#define EDGEFLOCK_CPLATFORM_H

/// Names the calling thread, for `top -H` and debuggers. At most 15 bytes.
void edgeflock_name_thread(const char *name);

#endif
