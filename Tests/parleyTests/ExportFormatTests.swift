import Support
import Testing

/// The formats of `export` for people, and `--redact`, from outside.
@Outside
struct ExportFormatTests {
    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
        try parley.run("chat", "--title", "A <b>title</b>", "```\nopen & <i>ada@example.org</i>")
        try parley.run("chat", "--title", "Other", "password=hunter2")
    }

    @Test(arguments: ["markdown", "md", "html", "htm", "text", "txt", "json", "jsonl", "MARKDOWN"])
    func `a file's ending chooses the format that a flag would`(name: String) throws {
        let file = parley.home.file("talk.\(name)")
        #expect(try parley.run("export", "Other", "--output", file).status == 0)
        let flag = try parley.run("export", "Other", "--format", name)
        #expect(flag.status == 0 && flag.outputBytes.count > 100)
        // The moment of the export is in the one line of the envelope.
        #expect(try lines(Files.text(file), but: "exported_at") == lines(flag.output, but: "exported_at"))
    }

    @Test func `a flag wins over the ending, and what has none of them is JSON`() throws {
        let (page, other) = (parley.home.file("talk.html"), parley.home.file("talk.d/talk"))
        #expect(try parley.run("export", "Other", "--format", "text", "-o", page).status == 0)
        #expect(try Files.text(page).hasPrefix("Other\n"))
        #expect(try parley.run("export", "Other", "--json", "-o", page, "--force").status == 0)
        #expect(try JSONValue(Files.text(page))["chats"]?.elements.count == 1)
        try RunningProgram(command: "mkdir", parley.home.file("talk.d")).finish()
        #expect(try parley.run("export", "Other", "-o", other).status == 0)
        #expect(try JSONValue(Files.text(other))["chats"]?.elements.count == 1)
        let refused = try parley.run("export", "Other", "--format", "docx")
        #expect(refused.status == 64 && refused.errorOutput.contains("docx"))
    }

    @Test func `each format has every chat, and none of their markup`() throws {
        let markdown = try parley.run("export", "--all", "--format", "markdown").output
        #expect(markdown.hasPrefix("---\nformat: \"parley.transcript\"\nversion: 1\nid: \""))
        #expect(markdown.contains("\n# A \\<b\\>title\\</b\\>\n"))
        #expect(markdown.contains("\n<!-- parley:chat\n") && markdown.hasSuffix("\n<!-- parley:end -->\n"))
        #expect(markdown.contains("open & <i>ada@example.org</i>\n```\n\n<!-- parley:message"))
        let page = try parley.run("export", "--all", "--format", "html").output
        #expect(page.contains(">A &lt;b&gt;title&lt;/b&gt;</h1>") && page.contains(">Other</h1>"))
        #expect(page.contains("<pre><code>open &amp; &lt;i&gt;ada@example.org&lt;/i&gt;\n</code></pre>"))
        let text = try parley.run("export", "--all", "--format", "text").output
        #expect(text.hasPrefix("A <b>title</b>\n") && text.contains("\npassword=hunter2\n"))
        #expect(text.contains("\nyou (#1, "))
    }

    @Test(arguments: ["json", "jsonl", "markdown", "html", "text"])
    func `redacted, the same chats have no secrets`(format: String) throws {
        let plain = try parley.run("export", "--all", "--format", format).output
        #expect(plain.contains("ada@example.org") && plain.contains("hunter2"))
        let redacted = try parley.run("export", "--all", "--format", format, "--redact")
        #expect(redacted.status == 0 && redacted.errorOutput == "")
        #expect(!redacted.output.contains("ada@") && !redacted.output.contains("hunter2"))
        #expect(redacted.output.contains("[redacted e-mail]") && redacted.output.contains("[redacted password]"))
        #expect(try parley.run("show", "Other").output.contains("password=hunter2"))
    }

    @Test(arguments: ["markdown", "html", "text"])
    func `nothing kept yet makes an empty transcript`(format: String) throws {
        let fresh = try ParleyProgram()
        let outcome = try fresh.run("export", "--all", "--format", format)
        #expect(outcome.status == 0)
        #expect((outcome.output == "") == (format != "html"))
    }

    private func lines(_ text: String, but word: String) -> [Substring] {
        text.split(separator: "\n").filter { !$0.contains(word) }
    }
}
