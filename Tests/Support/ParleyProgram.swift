import Glibc

/// The real program, run from outside.
package struct ParleyProgram: Sendable {
    /// How it ended and what it wrote.
    package struct Outcome: Sendable {
        /// The exit status, or 128 plus the number of the signal that killed it.
        package var status: Int32
        package var outputBytes: [UInt8]
        package var errorBytes: [UInt8]

        package var output: String { String(decoding: outputBytes, as: UTF8.self) }
        package var errorOutput: String { String(decoding: errorBytes, as: UTF8.self) }
    }

    /// A folder that stands for the user's home.
    package let home: TemporaryFolder
    /// Variables beside HOME, PATH and the time zone.
    package var environment: [String: String] = [:]

    package init() throws {
        home = try TemporaryFolder()
    }

    /// The program beside the tests, as the build put it there.
    package static let path: String = {
        if let path = unsafe getenv("PARLEY_BINARY") { return unsafe String(cString: path) }
        // The tests are in the folder of products, and are run by a program that was given their path.
        for file in CommandLine.arguments {
            guard let slash = file.lastIndex(of: "/") else { continue }
            let program = String(file[...slash]) + "parley"
            if unsafe access(program, X_OK) == 0 { return program }
        }
        return "parley"
    }()

    /// The database that the program uses here unless told otherwise.
    package var database: String { home.file(".local/share/parley/parley.db") }

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - input: What it reads; then its input ends.
    ///   - wrapper: A command that starts it, such as `unshare -m`.
    @discardableResult
    package func run(
        _ arguments: String..., input: [UInt8] = [], wrapper: [String] = []
    ) throws -> Outcome {
        try run(arguments: arguments.map { Array($0.utf8) }, input: input, wrapper: wrapper)
    }

    @discardableResult
    package func run(_ arguments: String..., input: String) throws -> Outcome {
        try run(arguments: arguments.map { Array($0.utf8) }, input: Array(input.utf8))
    }

    /// The same with arguments that may be any bytes.
    package func run(arguments: [[UInt8]], input: [UInt8] = [], wrapper: [String] = []) throws -> Outcome {
        let running = try RunningProgram(
            command: wrapper.map { Array($0.utf8) } + [Array(Self.path.utf8)] + arguments, environment: variables)
        return try running.finish(input: input)
    }

    /// Starts it and lets it run.
    package func start(_ arguments: String...) throws -> RunningProgram {
        try start(arguments)
    }

    package func start(_ arguments: [String]) throws -> RunningProgram {
        try RunningProgram(command: [Array(Self.path.utf8)] + arguments.map { Array($0.utf8) }, environment: variables)
    }

    /// Starts it with a terminal as its input and outputs.
    package func start(
        _ arguments: String..., wrapper: [String] = [], on terminal: PseudoTerminal
    ) throws -> RunningProgram {
        try start(arguments, wrapper: wrapper, on: terminal)
    }

    package func start(
        _ arguments: [String], wrapper: [String] = [], on terminal: PseudoTerminal
    ) throws -> RunningProgram {
        try RunningProgram(
            command: (wrapper + [Self.path] + arguments).map { Array($0.utf8) },
            environment: variables.merging(["TERM": "xterm"]) { given, _ in given }, terminal: terminal)
    }

    private var variables: [String: String] {
        let usual = ["HOME": home.path, "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "TZ": "UTC"]
        return usual.merging(environment) { _, given in given }
    }
}
