import Glibc

/// A folder of a test's own, gone with the value.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        var template = Array("/tmp/parley-test-XXXXXX".utf8CString)
        guard unsafe template.withUnsafeMutableBufferPointer({ unsafe mkdtemp($0.baseAddress!) }) != nil else {
            throw SystemFailure("mkdtemp")
        }
        path = unsafe template.withUnsafeBufferPointer { unsafe String(cString: $0.baseAddress!) }
    }

    deinit {
        Self.remove(path)
    }

    /// A path in it.
    package func file(_ name: String) -> String { path + "/" + name }

    private static func remove(_ path: String) {
        // A link is removed, not followed: it is no folder.
        if unsafe unlink(path) == 0 { return }
        for name in (try? Files.names(in: path)) ?? [] { remove(path + "/" + name) }
        _ = unsafe rmdir(path)
    }
}

/// A call to the system that failed.
package struct SystemFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ call: String) {
        let reason = unsafe String(cString: strerror(errno))
        description = "\(call): \(reason)"
    }
}
