#ifndef PARLEY_CZLIB_SHIM_H
#define PARLEY_CZLIB_SHIM_H

#include <zlib.h>

// A macro in the original, which Swift does not import. A negative number of window bits means deflate as such, without
// a header of zlib's: what a zip has. <https://www.zlib.net/manual.html#Advanced>
static inline int parley_inflate_init_raw(z_stream *stream) {
    return inflateInit2(stream, -MAX_WBITS);
}

#endif
