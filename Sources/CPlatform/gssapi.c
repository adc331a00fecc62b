/* libzmq can authenticate by GSSAPI, which no socket here is told to do, and Debian has no archive of
   the Kerberos libraries. Where libzmq itself is linked in from an archive (scripts/build), these
   stand for what it refers to. Nobody outside of the program sees them. */

#include <stdlib.h>

#define UNUSED(name) \
    __attribute__((visibility("hidden"))) void name(void); \
    void name(void) { abort(); }

UNUSED(gss_accept_sec_context)
UNUSED(gss_acquire_cred)
UNUSED(gss_delete_sec_context)
UNUSED(gss_display_name)
UNUSED(gss_import_name)
UNUSED(gss_init_sec_context)
UNUSED(gss_release_buffer)
UNUSED(gss_release_cred)
UNUSED(gss_release_name)
UNUSED(gss_unwrap)
UNUSED(gss_wrap)

__attribute__((visibility("hidden"))) void *GSS_C_NT_HOSTBASED_SERVICE;
__attribute__((visibility("hidden"))) void *GSS_C_NT_USER_NAME;
