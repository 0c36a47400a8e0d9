import Glibc

/// The first three descriptors, which everyone takes for the standard input and outputs.
enum StandardDescriptors {
    /// Fills those that were closed when the program was started, so that no file of ours gets their number and is
    /// written to for an output. What stands in for them gives nothing and takes nothing.
    static func fill() {
        for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
            _ = unsafe open("/dev/null", O_RDONLY)
        }
    }
}
