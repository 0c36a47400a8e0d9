/// A response of a real site as it came off the socket, from `Tests/Recordings/NAME.http`.
package func recordingBytes(_ name: String) throws -> [UInt8] {
    let tests = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return try Files.read("/\(tests)/Recordings/\(name).http")
}
