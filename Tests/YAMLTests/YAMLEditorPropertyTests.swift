import Support
import Testing

@testable import YAML

/// Random files and random changes: a change says what it was meant to, and what it is not about stays.
struct YAMLEditorPropertyTests {
    /// A file written in one of the many ways, and whose comments are whose.
    private struct RandomFile {
        var generator: SeededGenerator
        var text = ""
        var paths: [[String]] = []
        /// A comment's text, and the path it is at.
        var comments: [(text: String, owner: [String])] = []
        private var lineEnd = "\n"
        private var step = 2

        init(seed: UInt64) {
            generator = SeededGenerator(seed: seed)
            lineEnd = Bool.random(using: &generator) ? "\n" : "\r\n"
            step = Int.random(in: 1...4, using: &generator)
            if chance(10) { text = "\u{FEFF}" }
            addBlock(at: [], indentation: 0)
            // A block of text that the file cuts short has no line end in it: whatever follows would change it.
            if chance(30), !text.hasSuffix("# no comment" + lineEnd) { text.removeLast(1) }
        }

        mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

        private mutating func comment(_ owner: [String]) -> String {
            comments.append(("#\(comments.count),: {[\"x;", owner))
            return comments[comments.count - 1].text
        }

        private mutating func addBlock(at path: [String], indentation: Int) {
            let margin = String(repeating: " ", count: indentation)
            for index in 0..<Int.random(in: 1...4, using: &generator) {
                let key = ["a", "b", "c", "d"][index]
                let own = path + [key]
                if chance(20) { text += lineEnd }
                if chance(40) { text += margin + comment(path) + lineEnd }
                paths.append(own)
                text += margin + (chance(20) ? "\"\(key)\":" : key + ":")
                if chance(35), path.count < 3 {
                    text += (chance(30) ? " " + comment(own) : "") + lineEnd
                    addBlock(at: own, indentation: indentation + step)
                } else if chance(15) {
                    text += (chance(30) ? " " + comment(own) : "") + lineEnd
                    for element in ["x", "'y'", "3"] {
                        text += margin + " - " + element + (chance(20) ? " " + comment(own) : "") + lineEnd
                    }
                } else if chance(10) {
                    text += " |" + lineEnd + margin + "  one" + lineEnd + margin + "  # no comment" + lineEnd
                } else {
                    text += " " + flow(at: own, depth: 0) + (chance(30) ? " " + comment(own) : "") + lineEnd
                }
            }
        }

        private mutating func flow(at path: [String], depth: Int) -> String {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0 where depth < 2: return "{}"
            case 1..<4 where depth < 2:
                let entries = ["k", "l", "m"].prefix(Int.random(in: 1...3, using: &generator)).map { key in
                    paths.append(path + [key])
                    return "\(key): " + flow(at: path + [key], depth: depth + 1)
                }
                return "{" + entries.joined(separator: chance(20) ? " ,  " : ", ") + (chance(10) ? ",}" : "}")
            case 4: return "[x, 'y', 3]"
            case 5: return depth == 0 ? "" : "z"
            case 6: return "'it''s'"
            default: return "plain text"
            }
        }
    }

    private func value(_ generator: inout SeededGenerator) -> YAMLValue {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: .text(["", "a: b", " x", "yes", "l\nm", "#"].randomElement(using: &generator)!)
        case 1: .sequence([.text("x"), .word("3")])
        case 2: .mapping([.init("a", .text("new")), .init("k", .mapping([.init("deep", .boolean(true))]))])
        case 3: .mapping([])
        case 4: .integer(8)
        default: .text("short")
        }
    }

    @Test(arguments: 0..<40)
    func `what a change is not about stays as it is`(block: Int) throws {
        for seed in (block * 50)..<(block * 50 + 50) {
            var file = RandomFile(seed: UInt64(seed))
            var editor = try YAMLEditor(Array(file.text.utf8))
            for _ in 0..<4 {
                let before = String(decoding: editor.bytes, as: UTF8.self)
                var path = file.paths.randomElement(using: &file.generator) ?? ["a"]
                if file.chance(30) { path.append("new") }
                let new = file.chance(40) ? nil : value(&file.generator)
                do {
                    if let new { try editor.set(new, at: path) } else { _ = try editor.remove(at: path) }
                } catch YAMLEditError.notAMapping {
                    continue
                } catch {
                    Issue.record("\(error) \(path) \(String(describing: new)) in\n\(before)")
                    continue
                }
                let after = String(decoding: editor.bytes, as: UTF8.self)
                file.comments.removeAll { $0.owner.starts(with: path) }
                for comment in file.comments {
                    #expect(
                        after.contains(comment.text), "\(path) \(String(describing: new)) in\n\(before)\ngave\n\(after)"
                    )
                }
                #expect(lineEnds(after).isSubset(of: lineEnds(before).isEmpty ? ["\n"] : lineEnds(before)))
            }
        }
    }

    private func lineEnds(_ text: String) -> Set<Character> {
        Set(text.filter(\.isNewline))
    }
}
