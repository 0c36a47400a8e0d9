import Testing

@testable import JSON

struct JSONReaderTests {
    @Test func `an object is walked through, and what is not wanted is skipped`() throws {
        var reader = JSONReader(
            Array(#" {"a":[1,{"b":"]"}], "n" : -7, "n\u0061me":"x\ty", "t":true,"z":null} "#.utf8)[...])
        var found: [String] = []
        try reader.beginObject()
        while let key = try reader.nextKey() {
            if reader.matches(key, "n") {
                #expect(try reader.kind() == .number)
                found.append("\(try reader.number())")
            } else if reader.matches(key, "name") {
                let string = try reader.string()
                #expect(reader.matches(string, "x\ty"))
                #expect(reader.contents(of: string) == Array("x\ty".utf8))
                found.append(reader.text(of: string))
            } else if reader.matches(key, "t") {
                #expect(try reader.boolean())
            } else {
                try reader.skip()
            }
        }
        try reader.end()
        #expect(found == ["integer(-7)", "x\ty"])
    }

    @Test func `an array is walked through`() throws {
        var reader = JSONReader(Array(#"[[],["a","b"],[null]]"#.utf8)[...])
        var counts: [Int] = []
        try reader.beginArray()
        while try reader.nextElement() {
            var count = 0
            try reader.beginArray()
            while try reader.nextElement() {
                try reader.skip()
                count += 1
            }
            counts.append(count)
        }
        try reader.end()
        #expect(counts == [0, 2, 1])
    }

    @Test func `JSON within JSON comes out as it went in, bytes that are no UTF-8 too`() throws {
        var reader = JSONReader((Array(#""{\"a\":\""#.utf8) + [0xE6] + Array(#"\"}""#.utf8))[...])
        let inner = reader.contents(of: try reader.string())
        #expect(inner == Array(#"{"a":""#.utf8) + [0xE6] + Array(#""}"#.utf8))
    }

    @Test func `what is not there is an error, and not something else`() {
        #expect(throws: JSONError(reason: .unexpectedByte, offset: 0)) {
            var reader = JSONReader(Array("[]".utf8)[...])
            try reader.beginObject()
        }
        #expect(throws: JSONError(reason: .unexpectedByte, offset: 1)) {
            var reader = JSONReader(Array("{}".utf8)[...])
            try reader.beginObject()
            _ = try reader.string()
        }
    }
}
