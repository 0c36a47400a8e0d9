/// What the program's exit tells who called it: the numbers of BSD's sysexits(3), and 128 plus the number of a signal.
enum ExitStatus {
    static let done: Int32 = 0
    /// The command line cannot be understood, or names more than one thing.
    static let usage: Int32 = 64
    /// The input is not what it has to be.
    static let badData: Int32 = 65
    /// No such chat or file.
    static let noInput: Int32 = 66
    /// A provider failed.
    static let unavailable: Int32 = 69
    /// A defect of this program.
    static let `internal`: Int32 = 70
    /// A file cannot be made.
    static let cannotCreate: Int32 = 73
    /// The database or a file failed.
    static let inputOutput: Int32 = 74
    /// Something is in use: trying again later may do.
    static let busy: Int32 = 75
    static let noPermission: Int32 = 77
    static let configuration: Int32 = 78

    /// A signal stopped the work.
    static func stopped(by signal: Int32) -> Int32 { 128 + signal }
}
