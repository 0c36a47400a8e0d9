import Conversations
import JSON
import Storage

// A report of a salvage, for people and for programs.
extension SalvageReport {
    /// What was salvaged, a line for each loss, and what to do next.
    func lines(newPath: String) -> [String] {
        let what = [
            Self.count(messages, "message") + " in " + Self.count(chats, "chat"), Self.count(attempts, "attempt"),
        ]
        return ["salvaged " + what.joined(separator: ", ")]
            + losses
            + [
                isWhole ? "everything could be read" : "what is not named here could be read",
                "look at it with 'parley --database \(newPath) list', and put it in place with"
                    + " 'parley db restore \(newPath)'",
            ]
    }

    private var losses: [String] {
        var lines: [String] = []
        if hasChangedMeanwhile {
            lines.append("the file was written to meanwhile: end the programs that use it, and repair it again")
        }
        if isLogDamaged { lines.append("the log beside the file is damaged: what was written last may be lost") }
        lines += unreadablePages.map { pages in
            pages.count == 1
                ? "page \(pages.lowerBound) cannot be read"
                : "pages \(pages.lowerBound) to \(pages.upperBound) cannot be read"
        }
        lines += inconsistentPages.map { "page \($0) is damaged: something on it may be lost" }
        lines += missing.map { missing in
            let numbers = missing.numbers
            return numbers.count == 1
                ? "chat \(missing.chat.short): message \(numbers.lowerBound) is missing"
                : "chat \(missing.chat.short): messages \(numbers.lowerBound) to \(numbers.upperBound) are missing"
        }
        lines += shortenedMessages.map { "chat \($0.chat.short): of message \($0.seq) only the beginning is there" }
        lines += recoveredChats.map { "chat \($0.short): what was known of it is lost, its messages are here" }
        if rowsWithReplacedCharacters > 0 {
            lines.append("\(Self.count(rowsWithReplacedCharacters, "row")) had damaged letters, which are now \u{FFFD}")
        }
        if mendedRows > 0 { lines.append("\(Self.count(mendedRows, "row")) had other damage that was mended") }
        if droppedRows > 0 { lines.append("\(Self.count(droppedRows, "row")) could not be read or used") }
        return lines
    }

    private static func count(_ number: Int, _ name: String) -> String {
        "\(number) \(name)\(number == 1 ? "" : "s")"
    }

    func json(path: String, newPath: String) -> [UInt8] {
        JSONWriter.line { json in
            json.member("path", path)
            json.member("new_path", newPath)
            json.member("whole", isWhole)
            json.member("chats", chats)
            json.member("messages", messages)
            json.member("attempts", attempts)
            json.array("recovered_chats") { json in
                for chat in recoveredChats { json.string(chat.rawValue) }
            }
            json.array("missing") { json in
                for missing in missing {
                    json.object { json in
                        json.member("chat", missing.chat.rawValue)
                        json.member("from", missing.numbers.lowerBound)
                        json.member("to", missing.numbers.upperBound)
                    }
                }
            }
            json.array("shortened_messages") { json in
                for message in shortenedMessages { json.string(message.description) }
            }
            json.member("rows_with_replaced_characters", rowsWithReplacedCharacters)
            json.member("mended_rows", mendedRows)
            json.member("dropped_rows", droppedRows)
            json.array("unreadable_pages") { json in
                for pages in unreadablePages {
                    json.object { json in
                        json.member("from", pages.lowerBound)
                        json.member("to", pages.upperBound)
                    }
                }
            }
            json.array("damaged_pages") { json in
                for page in inconsistentPages { json.integer(page) }
            }
            json.member("log_damaged", isLogDamaged)
            json.member("changed_meanwhile", hasChangedMeanwhile)
        }
    }
}
