import Support
import Testing

@testable import Conversations

struct BranchNameTests {
    private let chat = ChatID(rawValue: "01kga5xq00f3v8d2m7c5m8w2q0")

    private func name(_ path: [Int]) -> String { BranchName.name(of: path, in: chat) }

    @Test(arguments: [[1, 2], [1, 2, 3, 4], Array(1...1000)])
    func `a chat said in one go has the chat's name`(path: [Int]) {
        #expect(name(path) == chat.rawValue)
    }

    @Test func `a branch that leaves the order is named for where it last did, and keeps that name`() {
        #expect(name([1, 2, 3, 5]) == chat.rawValue + "-5")
        #expect(name([1, 2, 3, 5, 6, 7]) == chat.rawValue + "-5")
        #expect(name([1, 2, 3, 5, 6, 9, 10]) == chat.rawValue + "-9")
    }

    @Test func `another beginning is another branch`() {
        #expect(name([3, 4]) == chat.rawValue + "-3")
        #expect(name([5, 6, 7, 8]) == chat.rawValue + "-5")
    }

    @Test func `names of chats from elsewhere stay within what a name may be`() {
        let long = ChatID(rawValue: String(repeating: "x", count: 63) + "y")
        let straight = BranchName.name(of: [1, 2], in: long)
        let turned = BranchName.name(of: [1, 2, 1_048_575], in: long)
        #expect(straight == long.rawValue)
        #expect(turned.count == 64 && turned.hasSuffix("xy-1048575"))
    }

    /// Who answers under a name has heard what was said under it before, and nothing else.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `two paths have one name only where one goes on from the other`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var paths: [[Int]] = []
        for number in 1...40 {
            // Mostly on from the last message; else from any, or anew.
            let parent = Int.random(in: 0..<3, using: &random) > 0 ? paths.last : paths.randomElement(using: &random)
            let isNew = Int.random(in: 0..<10, using: &random) == 0
            paths.append((isNew ? [] : parent ?? []) + [number])
        }
        for one in paths {
            let name = name(one)
            #expect(name.utf8.count <= 64 && name.hasPrefix(chat.rawValue))
            for other in paths where other.count > one.count {
                if self.name(other) == name { #expect(other.starts(with: one)) }
                if other == one + [(one.last ?? 0) + 1] { #expect(self.name(other) == name) }
            }
            for other in paths where other.count == one.count && other != one { #expect(self.name(other) != name) }
        }
    }
}
