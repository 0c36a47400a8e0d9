import Glibc

/// The library that, preloaded into the program, writes down what becomes of its files and can end it at any change of
/// them; see Tests/DiskRecorder.
package struct DiskRecorder: Sendable {
    /// When the program kills itself, counted in changes of files: 1, 2, 3 …
    package enum End: Sendable {
        /// Just before this change.
        case before(Int)
        /// When half of it is done, where it is a write; else just after.
        case within(Int)
    }

    /// Where the log goes; nil for none.
    package var log: String?
    package var end: End?
    /// While something stands at this path, the system refuses to change files, as a read-only file system does.
    package var refusal: String?
    /// By how much the wall clock is ahead, in seconds.
    package var clockAhead = 0

    package init(log: String? = nil, end: End? = nil, refusal: String? = nil, clockAhead: Int = 0) {
        self.log = log
        self.end = end
        self.refusal = refusal
        self.clockAhead = clockAhead
    }

    /// The library beside the tests, as the build put it there; nil where there is none.
    package static let path: String? = {
        for file in CommandLine.arguments {
            guard let slash = file.lastIndex(of: "/") else { continue }
            let library = String(file[...slash]) + "libDiskRecorder.so"
            if unsafe access(library, R_OK) == 0 { return library }
        }
        return nil
    }()

    /// What a program's environment needs so that its files below this folder are watched.
    package func environment(folder: String) -> [String: String] {
        var variables = ["DISK_RECORDER_FOLDER": folder]
        variables["LD_PRELOAD"] = Self.path
        variables["DISK_RECORDER_LOG"] = log
        variables["DISK_RECORDER_REFUSE"] = refusal
        switch end {
        case .before(let number): variables["DISK_RECORDER_KILL_BEFORE"] = String(number)
        case .within(let number): variables["DISK_RECORDER_KILL_WITHIN"] = String(number)
        case nil: break
        }
        if clockAhead != 0 { variables["DISK_RECORDER_CLOCK_AHEAD"] = String(clockAhead) }
        return variables
    }
}
