/// The tags of a page as a browser takes them, for what Parley writes: quoted attributes, no raw text but in `style`.
struct Markup {
    static let ours: Set<String> = [
        "!doctype", "html", "head", "meta", "title", "style", "body", "article", "section", "h1", "h2", "dl", "dt",
        "dd",
        "bdi", "span", "time", "a", "p", "div", "pre", "code",
    ]
    static let ourAttributes: Set<String> = [
        "html", "lang", "charset", "http-equiv", "content", "name", "class", "id", "dir", "datetime", "href",
    ]

    private(set) var names: Set<String> = []
    private(set) var attributes: Set<String> = []
    private(set) var links: [String] = []
    /// What is between the tags, references resolved; without the style.
    private(set) var text = ""
    private(set) var unclosed: [String] = []
    private(set) var faults: [String] = []

    private static let alone: Set<String> = ["!doctype", "meta"]

    init(_ page: String) {
        var rest = Array(page.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            if scalar == "<" {
                readTag(&rest)
            } else if scalar == "&" {
                readReference(&rest)
            } else if scalar == ">" {
                faults.append("a bare >")
            } else {
                if unclosed.last != "style" { text.unicodeScalars.append(scalar) }
            }
        }
    }

    private mutating func readTag(_ rest: inout ArraySlice<Unicode.Scalar>) {
        let isEnd = rest.first == "/"
        if isEnd { rest.removeFirst() }
        var name = ""
        while let scalar = rest.first, scalar.isASCII,
            scalar.properties.isAlphabetic || "!123456".unicodeScalars.contains(scalar)
        {
            name.unicodeScalars.append(rest.removeFirst())
        }
        name = name.lowercased()
        names.insert(name)
        while let scalar = rest.first, scalar != ">" {
            if scalar == " " { rest.removeFirst() } else { readAttribute(&rest) }
        }
        guard rest.popFirst() == ">" else { return faults.append("no end of <\(name)") }
        if isEnd {
            if unclosed.popLast() != name { faults.append("</\(name)> closes something else") }
        } else if !Self.alone.contains(name) {
            unclosed.append(name)
        }
        if name == "style", !isEnd {
            while rest.starts(with: "</style>".unicodeScalars) == false, !rest.isEmpty { rest.removeFirst() }
        }
    }

    private mutating func readAttribute(_ rest: inout ArraySlice<Unicode.Scalar>) {
        var name = ""
        while let scalar = rest.first, scalar != "=", scalar != ">", scalar != " " {
            name.unicodeScalars.append(rest.removeFirst())
        }
        attributes.insert(name)
        guard rest.first == "=" else { return }
        rest.removeFirst()
        guard rest.popFirst() == "\"" else { return faults.append("\(name) is not quoted") }
        var value = ""
        while let scalar = rest.popFirst(), scalar != "\"" { value.unicodeScalars.append(scalar) }
        if name == "href" { links.append(value) }
    }

    private mutating func readReference(_ rest: inout ArraySlice<Unicode.Scalar>) {
        for (name, character) in [("lt;", "<"), ("gt;", ">"), ("amp;", "&"), ("quot;", "\""), ("#39;", "'")]
        where rest.starts(with: name.unicodeScalars) {
            rest.removeFirst(name.unicodeScalars.count)
            text += character
            return
        }
        faults.append("a bare &")
    }
}
