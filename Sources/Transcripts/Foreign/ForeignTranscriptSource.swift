package import Conversations
internal import JSON

/// Reads the data export of a web site: `conversations.json`, or several of them by number, alone, in a folder or in a zip.
package struct ForeignTranscriptSource: TranscriptSource {
    private let tool: any ForeignConversation.Type
    private let now: Timestamp
    private var ids: DerivedChatIDs
    private var waiting: ArraySlice<ForeignFile>
    private var open: OpenFile?
    /// Of the files before the open one.
    private var bytesBefore = 0

    /// - Parameter now: The time of chats and messages that have none.
    package init(_ input: InputFile, of tool: any ForeignConversation.Type, now: Timestamp) throws {
        self.tool = tool
        self.now = now
        ids = DerivedChatIDs(source: tool.name)
        let files = try ForeignFiles.files(of: input, where: Self.isList)
        guard !files.isEmpty else {
            throw BrokenTranscripts(reason: "there is no conversations.json in it, and no conversations-000.json")
        }
        waiting = files[...]
    }

    package var bytesRead: Int { bytesBefore + (open?.bytesRead ?? 0) }

    package mutating func next() throws -> Transcript? {
        while true {
            if open == nil {
                guard let file = waiting.popFirst() else { return nil }
                open = OpenFile(name: file.name, growth: file.growth, elements: JSONElements(try file.window()))
            }
            if let transcript = try nextOfOpenFile() { return transcript }
        }
    }

    /// Nil for an empty chat, and where the open file is at its end; it is then closed.
    private mutating func nextOfOpenFile() throws -> Transcript? {
        guard var file = open.take() else { return nil }
        let read: Result<JSONValue, JSONError>?
        do {
            read = try file.elements.next { bytes in Result { () throws(JSONError) in try JSONValue(bytes) } }
        } catch let error as BrokenTranscripts {
            throw BrokenTranscripts(position: file.position(after: error.position), reason: error.reason)
        }
        guard let read else {
            bytesBefore += file.bytesRead
            return nil
        }
        file.count += 1
        defer { open = file }
        switch read {
        case .failure(let error):
            throw BadRecord(position: file.position(), reason: "it is not JSON: \(error.words)")
        case .success(let value):
            do {
                guard var draft = try tool.draft(of: value, ids: &ids) else { return nil }
                draft.metadata[TranscriptDraft.origin] = tool.name
                return draft.transcript(now: now)
            } catch {
                let title = (value["title"] ?? value["name"])?.string
                throw BadRecord(position: file.position(of: title), reason: error.reason)
            }
        }
    }

    /// `conversations.json`, and of newer exports `conversations-000.json`, `conversations-001.json` …
    private static func isList(_ name: String) -> Bool {
        let beginning = "conversations"
        let end = ".json"
        guard name.hasPrefix(beginning), name.hasSuffix(end), name.utf8.count >= beginning.count + end.count else {
            return false
        }
        let middle = name.dropFirst(beginning.count).dropLast(end.count)
        return middle.isEmpty || middle.first == "-" && middle.dropFirst().allSatisfy(\.isNumber)
    }
}

/// A list of conversations that is being read.
private struct OpenFile {
    var name: String?
    var growth: Double
    var elements: JSONElements
    /// How many elements have been read.
    var count = 0

    var bytesRead: Int { Int(Double(elements.window.offset) / max(growth, 0.001)) }

    /// Where the element just read is, as a person would look for it: `conversation 17 "Title"`.
    func position(of title: String? = nil) -> String {
        let title = ForeignText.some(title).map { " \"\(ChatTitle.made(from: $0))\"" } ?? ""
        return ([name] + ["conversation \(count)\(title)"]).compactMap(\.self).joined(separator: ", ")
    }

    func position(after inner: String) -> String {
        let place = count == 0 ? nil : "behind conversation \(count)"
        return [name, place, inner.isEmpty ? nil : inner].compactMap(\.self).joined(separator: ", ")
    }
}

extension JSONError {
    /// Why, and where in the record.
    var words: String {
        switch reason {
        case .unexpectedByte: "a character in it that cannot stand there, its byte \(offset + 1)"
        case .unexpectedEnd: "it ends too early"
        case .tooDeep: "its parts lie more than \(JSONReader.maximumDepth) deep in each other"
        }
    }
}
