import Dispatch
import Glibc

/// A process that a test has started.
///
/// Nothing here waits longer than a minute, unless told otherwise: what takes that long stands still, and is killed.
package final class RunningProgram {
    private let process: pid_t
    private var input: Int32 = -1
    private var output: Int32 = -1
    private var errors: Int32 = -1
    private var outputBytes: [UInt8] = []
    private var errorBytes: [UInt8] = []
    private var status: Int32?
    /// Ends when the process does, since nobody else holds its other end.
    private var life: Int32 = -1
    /// A number that the program does not use itself.
    private static let lifeDescriptor: Int32 = 250
    private static let starting = DispatchSemaphore(value: 1)
    private let deadline: ContinuousClock.Instant
    /// How long anything that a test waits for may take.
    package static let patience = Duration.seconds(60)

    /// Runs this while no program is being started, for a descriptor that cannot be made closed to programs at once.
    static func betweenStarts<Result>(_ body: () throws -> Result) rethrows -> Result {
        starting.wait()
        defer { starting.signal() }
        return try body()
    }

    /// Starts a program of the system's.
    package convenience init(command: String..., patience: Duration = RunningProgram.patience) throws {
        try self.init(command: command, patience: patience)
    }

    /// Starts a program of the system's.
    package convenience init(command: [String], patience: Duration = RunningProgram.patience) throws {
        try self.init(
            command: command.map { Array($0.utf8) },
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"], patience: patience)
    }

    /// - Parameter patience: How long it may run.
    init(
        command: [[UInt8]], environment: [String: String], terminal: PseudoTerminal? = nil,
        patience: Duration = RunningProgram.patience
    ) throws {
        deadline = .now + patience
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        // Another test's process must not inherit the ends of these pipes: one start at a time.
        Self.starting.wait()
        defer {
            Self.starting.signal()
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        // A test runner may ignore signals; what it starts must not.
        var signals = sigset_t()
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        var flags = POSIX_SPAWN_SETSIGDEF

        var theirEnds: [Int32] = []
        var lifeEnds: [Int32] = [0, 0]
        guard unsafe pipe(&lifeEnds) == 0 else { throw SystemFailure("pipe") }
        for end in lifeEnds { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        life = lifeEnds[0]
        theirEnds.append(lifeEnds[1])
        if let terminal {
            // The first terminal that the leader of a new session opens becomes the one that controls it.
            flags |= 0x80  // POSIX_SPAWN_SETSID
            for descriptor: Int32 in 0...2 {
                unsafe posix_spawn_file_actions_addopen(
                    &actions, descriptor, "/proc/self/fd/\(terminal.device)", O_RDWR, 0)
            }
        } else {
            for descriptor: Int32 in 0...2 {
                var ends: [Int32] = [0, 0]
                guard unsafe pipe(&ends) == 0 else { throw SystemFailure("pipe") }
                for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
                let (theirs, ours) = descriptor == 0 ? (ends[0], ends[1]) : (ends[1], ends[0])
                unsafe posix_spawn_file_actions_adddup2(&actions, theirs, descriptor)
                theirEnds.append(theirs)
                switch descriptor {
                case 0: input = ours
                case 1: output = ours
                default: errors = ours
                }
            }
        }
        // Last: among many open files one of the ends above may have that number itself.
        unsafe posix_spawn_file_actions_adddup2(&actions, lifeEnds[1], Self.lifeDescriptor)
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

        var started: pid_t = 0
        let code = unsafe Self.withStrings(command) { arguments in
            let variables = environment.map { Array("\($0.key)=\($0.value)".utf8) }
            return unsafe Self.withStrings(variables) { variables in
                unsafe posix_spawnp(&started, arguments[0]!, &actions, &attributes, arguments, variables)
            }
        }
        for descriptor in theirEnds { close(descriptor) }
        process = started
        guard code == 0 else {
            errno = code
            throw SystemFailure("posix_spawn \(String(decoding: command[0], as: UTF8.self))")
        }
        // A program that has ended takes no more input, and that must not end the tests.
        _ = Glibc.signal(SIGPIPE, SIG_IGN)
    }

    deinit {
        // One that could not be started has no number, and 0 would be the tests themselves.
        if status == nil && process > 0 {
            kill(process, SIGKILL)
            _ = waitpid(process, nil, 0)
        }
        for descriptor in [input, output, errors, life] where descriptor >= 0 { close(descriptor) }
    }

    // MARK: - Meanwhile

    package func signal(_ number: Int32) {
        kill(process, number)
    }

    /// Writes to its input.
    package func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(input, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits until it has taken in all that was written to it.
    package func waitUntilInputIsRead() async throws {
        var left: Int32 = 1
        while left > 0 {
            guard unsafe ioctl(input, UInt(FIONREAD), &left) == 0 else { throw SystemFailure("ioctl") }
            await Task.yield()
        }
    }

    package func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    /// Stops reading what it writes, as `head` does when it has enough.
    package func closeOutput() {
        if output >= 0 { close(output) }
        output = -1
    }

    /// What has been read of its outputs, so that it can be waited for.
    package var outputSoFar: String { String(decoding: outputBytes, as: UTF8.self) }
    package var errorOutputSoFar: String { String(decoding: errorBytes, as: UTF8.self) }

    /// Waits until its output has this in it.
    package func waitForOutput(_ text: String) throws {
        while String(decoding: outputBytes, as: UTF8.self).firstRange(of: text) == nil {
            guard try read() else { throw Failure("its output ended without \(text.debugDescription)") }
        }
    }

    /// Waits until its standard error has this in it.
    package func waitForErrorOutput(_ text: String) throws {
        while String(decoding: errorBytes, as: UTF8.self).firstRange(of: text) == nil {
            guard try read() else { throw Failure("it ended without saying \(text.debugDescription)") }
        }
    }

    // MARK: - At its end

    /// Ends its input, takes in the rest of what it writes, and waits for it.
    @discardableResult
    package func finish(input bytes: [UInt8] = []) throws -> ParleyProgram.Outcome {
        var rest = bytes[...]
        if input >= 0 { _ = fcntl(input, F_SETFL, O_NONBLOCK) }
        while input >= 0 || output >= 0 || errors >= 0 {
            if rest.isEmpty { closeInput() }
            guard try read(whileWriting: &rest) || input >= 0 else { break }
        }
        return ParleyProgram.Outcome(status: try wait(), outputBytes: outputBytes, errorBytes: errorBytes)
    }

    /// Waits until it has ended.
    ///
    /// - Returns: its exit status, or 128 plus the number of the signal that killed it.
    package func wait() throws -> Int32 {
        if let status { return status }
        var waiting = pollfd(fd: life, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&waiting, 1, millisecondsLeft) == 1 else { throw standstill() }
        var raw: Int32 = 0
        while unsafe waitpid(process, &raw, 0) < 0 {
            guard errno == EINTR else { throw SystemFailure("waitpid") }
        }
        let signal = raw & 0x7F
        let ended = signal == 0 ? raw >> 8 & 0xFF : 128 + signal
        status = ended
        return ended
    }

    /// How a program ended that was to be killed, and what of its output was how old by then.
    package struct KilledOutcome: Sendable {
        package var outcome: ParleyProgram.Outcome
        /// How much of the output had been read, and how long before the kill; the oldest first.
        package var heard: [(age: Duration, count: Int)] = []
    }

    /// Ends its input, and kills it (SIGKILL) after this time, unless it has ended by then.
    package func finish(killingAfter delay: Duration) throws -> KilledOutcome {
        closeInput()
        var readings: [(at: ContinuousClock.Instant, count: Int)] = []
        let start = ContinuousClock.now
        let end = start + delay
        var hasEnded = false
        while !hasEnded, ContinuousClock.now < end {
            var waiting = [
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
                pollfd(fd: life, events: Int16(POLLIN), revents: 0),
            ]
            let left = (end - ContinuousClock.now).components
            let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
            // Where less than a millisecond is left, it is spent looking.
            guard unsafe poll(&waiting, 3, Int32(clamping: milliseconds)) > 0 else { continue }
            if waiting[0].revents != 0 {
                Self.take(from: &output, into: &outputBytes)
                readings.append((ContinuousClock.now, outputBytes.count))
            }
            if waiting[1].revents != 0 { Self.take(from: &errors, into: &errorBytes) }
            hasEnded = waiting[2].revents != 0
        }
        let killedAt = ContinuousClock.now
        if !hasEnded { kill(process, SIGKILL) }
        return KilledOutcome(outcome: try finish(), heard: readings.map { (killedAt - $0.at, $0.count) })
    }

    // MARK: - Reading

    private struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    private func read() throws -> Bool {
        var nothing: ArraySlice<UInt8> = []
        return try read(whileWriting: &nothing)
    }

    /// Waits for something to read or to write, and does it. False where both outputs have ended.
    private func read(whileWriting rest: inout ArraySlice<UInt8>) throws -> Bool {
        guard output >= 0 || errors >= 0 || !rest.isEmpty else { return false }
        var waiting = [
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
            pollfd(fd: rest.isEmpty ? -1 : input, events: Int16(POLLOUT), revents: 0),
        ]
        guard unsafe poll(&waiting, 3, millisecondsLeft) > 0 else { throw standstill() }
        if waiting[0].revents != 0 { Self.take(from: &output, into: &outputBytes) }
        if waiting[1].revents != 0 { Self.take(from: &errors, into: &errorBytes) }
        if waiting[2].revents != 0 {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(input, $0.baseAddress, $0.count) }
            rest = count > 0 ? rest.dropFirst(count) : []
        }
        return true
    }

    private var millisecondsLeft: Int32 {
        Int32(max((deadline - ContinuousClock.now).components.seconds, 0)) * 1000
    }

    private func standstill() -> Failure {
        kill(process, SIGKILL)
        return Failure("it stood still; so far: \(String(decoding: outputBytes + errorBytes, as: UTF8.self))")
    }

    private static func take(from descriptor: inout Int32, into bytes: inout [UInt8]) {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
            bytes += chunk[..<count]
        } else {
            close(descriptor)
            descriptor = -1
        }
    }

    private static func withStrings<Result>(
        _ strings: [[UInt8]], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Result
    ) rethrows -> Result {
        let copies = unsafe strings.map { bytes -> UnsafeMutablePointer<CChar>? in
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
            for (index, byte) in bytes.enumerated() { unsafe copy[index] = CChar(bitPattern: byte) }
            unsafe copy[bytes.count] = 0
            return unsafe copy
        }
        defer { for index in unsafe copies.indices { unsafe copies[index]?.deallocate() } }
        return try unsafe body(copies + [nil])
    }
}
