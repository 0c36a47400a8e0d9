import Glibc

/// How many files and sockets this process may have open.
enum OpenFiles {
    /// What it needs beside connections: the database, its log, itself.
    private static let reserve = 128

    /// Allows as many as the system lets us.
    ///
    /// - Returns: how many there may be.
    static func allowMost() -> Int {
        var limit = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(kind, &limit) == 0 else { return 1024 }
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(kind, &limit)
        unsafe getrlimit(kind, &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// How many connections there may be at once: each may need another to a provider.
    static func connections(among files: Int) -> Int { max(1, (files - reserve) / 2) }
}
