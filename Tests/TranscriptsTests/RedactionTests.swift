import Conversations
import Support
import Testing
import Transcripts

/// What `--redact` finds, and what it leaves alone. None of the secrets is one.
struct RedactionTests {
    private func redacted(_ text: String) throws -> String {
        let recorder = RecordingEncoder()
        var encoder: any TranscriptEncoder = RedactingEncoder(recorder)
        try encoder.receive(Transcript(text))
        return try #require(recorder.record.messages.first).content
    }

    /// Put together here, so that no scanner takes this file for a leak.
    static let keys: [String] = [
        "sk-" + "abcdEFGH1234ijklMNOP5678", "sk-" + "proj-A1b2_C3d4-E5f6G7h8", "sk-" + "ant-api03-Zz9Yy8Xx7Ww6Vv5Uu4",
        "sk-" + "or-v1-0123456789abcdef0123456789abcdef", "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
        "gho_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8", "github_pat_" + "11ABCDEFG0_abcdefghijklmnop",
        "glpat-" + "abcdefghij0123456789", "xoxb-" + "1234567890-abcdefghij", "xoxp-" + "1234567890-abcdefghij",
        "xoxa-" + "1234567890-abcdefghij", "AKIA" + "IOSFODNN7EXAMPLE", "AIza" + "SyA1234567890abcdefghijklmnopqrstuv",
        "sk_live_" + "abcdefghij0123456789", "hf_" + "abcdefghijABCDEFGHIJ0123",
        "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
        "npm_"
            + "abcdefghijABCDEFGHIJ0123456789abcdef",
        "sk-" + "ant-api03-abcdefghijklmnop", "sk-" + "abcdefghijklmnopqrst", "sk-" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "sk-" + "proj-abcd-efgh-ijkl-mnop-qrst", "sk-" + "abcd12-efgh34-ijkl56", "sk_test_" + "abc-def_ghi-jkl",
        "ghp_" + "abcdefghijklmnop", "xoxb-" + "abcdefgh-ijklmnop-qrstuvwx", "AIza" + "abcdefghijklmnop",
        "SG." + "abcdefghijklmnopqrst.UVWXYZ",
    ]

    @Test(arguments: keys, ["", "x ", "日本", "(", "\"", "key=", "https://example.org/?k=", "é ", "\n", "-- ", "\u{0}"])
    func `a key is found wherever it stands`(key: String, before: String) throws {
        for after in ["", " y", "語", ")", "\"", "\n", "&a=b", "\u{0}", ", and", "`"] {
            #expect(try redacted(before + key + after) == before + "[redacted key]" + after)
        }
        #expect(
            try redacted("\(before)\(key) \(key)\n\(key)") == "\(before)[redacted key] [redacted key]\n[redacted key]")
    }

    @Test(arguments: [
        "ada@example.org", "a.b+c_d%e@mail.sub-domain.example.co.uk", "1@2.de", "x@xn--bcher-kva.xn--p1ai",
    ])
    func `an e-mail address is found wherever it stands`(address: String) throws {
        for (before, after) in [
            ("", ""), ("to ", "."), ("请联系", "谢谢"), ("<", ">"), ("mailto:", "?subject=x"), ("\"", "\""), ("(", "),"),
            ("@ ", " @"),
        ] {
            #expect(try redacted(before + address + after) == before + "[redacted e-mail]" + after)
        }
    }

    @Test(arguments: [
        "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005", "3782 822463 10005",
        "6011111111111117", "5555555555554444", "2223003122003222", "4222222222222", "30569309025904",
        "6304000000000000000", "4111  1111  1111  1111", "4111.1111.1111.1111", "4111\u{A0}1111\u{A0}1111\u{A0}1111",
        "4111  1111 1111  1111", "6304 0000 0000 0000 000", "3056 930902 5904", "2200000000000004",
    ])
    func `a card number is found wherever it stands`(number: String) throws {
        for (before, after) in [
            ("", ""), ("card ", "."), ("卡号", "谢谢"), ("\"", "\""), ("card:", ","), ("\n", "\n"), ("n=", "&x"),
            ("(", ")"),
        ] {
            #expect(try redacted(before + number + after) == before + "[redacted card number]" + after)
        }
    }

    static let rows: [(text: String, redacted: String)] = [
        ("Visa 4111 1111 1111 1111 04/28", "Visa # 04/28"), ("4111 1111 1111 1111 123", "# 123"),
        ("4111111111111111-123", "#-123"), ("4111111111111111 5500-0000-0000-0004", "# #"),
        ("No. 1 4111111111111111", "No. 1 #"), ("2026-11-21 4111111111111111", "2026-11-21 #"),
        ("4111 1111 1111 1111 1111", "# 1111"), ("2026 4111 1111 1111 1111 2027", "2026 # 2027"),
        ("4111 1111 1111 1111 5555 5555 5555 4444 378282246310005", "# # #"),
        ("4111-1111-1111-1111-04-28", "#-04-28"), ("123-4111-1111-1111-1111", "123-#"),
        ("4111.1111.1111.1111 123", "# 123"), ("4111111111111111  0428", "#  0428"),
        ("1,4111111111111111,04/28", "1,#,04/28"), ("Visa-4111 1111 1111 1111", "Visa-#"),
        ("No.4111111111111111", "No.#"), ("4111 1111 1111 1111.Then", "#.Then"),
        ("1700000000000 4111111111111111 1700000000000", "1700000000000 # 1700000000000"),
        ("4111 1111 1111 1111\n4111 1111 1111 1111", "#\n#"),
        ("4111111111111111 ada@example.org", "# [redacted e-mail]"),
        ("12345678901234567890 4111111111111111", "12345678901234567890 #"),
        // Both 4444 4444 4444 4448 and 4444 4444 4448 4444 could be it.
        ("4444 4444 4444 4448 4444", "#"),
    ]

    @Test(arguments: rows.indices)
    func `a card number is found beside other digits`(index: Int) throws {
        let row = Self.rows[index]
        #expect(try redacted(row.text) == row.redacted.replacing("#", with: "[redacted card number]"))
        #expect(try redacted("x " + row.text + " y").contains("4111") == false)
    }

    static let assignments: [(text: String, redacted: String)] = [
        ("password=hunter2", "password=[redacted password]"),
        ("Password: hunter2.", "Password: [redacted password]."),
        ("password: \"correct horse\"", "password: \"[redacted password]\""),
        ("{\"password\":\"hunter2\",\"a\":1}", "{\"password\":\"[redacted password]\",\"a\":1}"),
        ("{\\\"password\\\":\\\"hunter2\\\"}", "{\\\"password\\\":\\\"[redacted password]\\\"}"),
        ("DB_PASSWORD='x y z'", "DB_PASSWORD='[redacted password]'"),
        ("**Password:** hunter2!", "**Password:** [redacted password]!"),
        ("?user=a&password=swordfish&x=1", "?user=a&password=[redacted password]&x=1"),
        ("https://ada:s3cret@example.org/x", "https://ada:[redacted password]@example.org/x"),
        ("redis://:pa:ss@word@10.0.0.1:6379", "redis://:[redacted password]@10.0.0.1:6379"),
        ("https://0123456789abcdef01234567@host/", "https://[redacted password]@host/"),
        ("api_key: abcdef12345", "api_key: [redacted key]"),
        ("OPENAI_API_KEY=abcdef12345", "OPENAI_API_KEY=[redacted key]"),
        ("\"apiKey\" : \"abcdefghijkl\"", "\"apiKey\" : \"[redacted key]\""),
        ("headers[\"X-Api-Key\"] = \"abcdef12345\"", "headers[\"X-Api-Key\"] = \"[redacted key]\""),
        ("API key: 0123456789abcdef", "API key: [redacted key]"),
        ("client_secret := 'abcdefgh1'", "client_secret := '[redacted key]'"),
        ("token => abcdefgh1", "token => [redacted key]"),
        ("Authorization: Bearer abcdef.1234567890-xyz", "Authorization: Bearer [redacted key]"),
        ("Authorization: Bearer abcdefghijklmnopqrst", "Authorization: Bearer [redacted key]"),
        ("Bearer abcdefghijklmnopqrst", "Bearer [redacted key]"),
        ("Authorization: Basic YWxhZGRpbjpvcGVu1A==", "Authorization: Basic [redacted key]"),
        ("curl -H 'authorization: bearer abcdef.1234567890-xyz'", "curl -H 'authorization: bearer [redacted key]'"),
        ("my key is 0123456789abcdef0123456789abcdef ok", "my key is [redacted key] ok"),
        ("the token (prod): Zm9vYmFyMTIzQUJDREVGeHl6Nzg5", "the token (prod): [redacted key]"),
        ("密码 password：x, password=秘密, password=abc密", "密码 password：x, password=秘密, password=[redacted password]密"),
    ]

    @Test(arguments: assignments.indices)
    func `what has the name of a secret is one`(index: Int) throws {
        #expect(try redacted(Self.assignments[index].text) == Self.assignments[index].redacted)
        // What has been redacted stays as it is.
        #expect(try redacted(Self.assignments[index].redacted) == Self.assignments[index].redacted)
    }

    @Test func `a block of a private key goes, whole or cut`() throws {
        let begin = "-----BEGIN RSA PRIVATE " + "KEY-----"
        let end = "-----END RSA PRIVATE " + "KEY-----"
        let lines = "\nMIIEowIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MaXk\nabc+/==\n"
        #expect(try redacted("a\n" + begin + lines + end + "\nb") == "a\n[redacted key]\nb")
        #expect(try redacted(begin + "\nProc-Type: 4,ENCRYPTED\n" + lines + end) == "[redacted key]")
        let json = lines.replacing("\n", with: "\\n")
        #expect(try redacted("{\"k\":\"" + begin + json + end + "\\n\"}") == "{\"k\":\"[redacted key]\\n\"}")
        #expect(try redacted("a\n" + begin + lines + "Then words.") == "a\n[redacted key]\nThen words.")
        #expect(try redacted("It says \(begin) at the top.") == "It says \(begin) at the top.")
        #expect(try redacted("-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----").contains("MII"))
    }

    @Test(arguments: [
        "550e8400-e29b-41d4-a716-446655440000", "key 550e8400-e29b-41d4-a716-446655440000",
        "commit da39a3ee5e6b4b0d3255bfef95601890afd80709", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01arz3ndektsv4rrffq69g5fav",
        "version 1.2.3.4-beta+567", "ISBN 978-3-16-148410-0", "9783161484100", "+49 170 1234567", "+1 (555) 123-4567",
        "555 123 4567", "1,234,567.89 €", "$ 4111.11", "1700000000000 ms", "4111111111111112", "41111111111111111111",
        "4111 1111 1111 1112 1111", "41111111111111111111 123", "123 41111111111111111111", "a4111111111111111",
        "4111111111111111b", "0.4111111111111111",
        "2019 2020 2021 2022", "id-4111111111111111", "id-2026-4111111111111111", "4111111111111111-2026-abc",
        "1.4111111111111111",
        "4111111111111111.50", "4111 1111 1111 1111.00", "#4111111111111111 1", "+4111111111111111",
        "/p/4111111111111111",
        "2026-11-21 10:30:45.123 1700000000000", "1700000000000 1700000000001", "20261121103045 20261121103046",
        "4111 111111 111111", "41 1111 1111 1111 11", "4111 1111-1111 1111", "4 111 111 111 111 111",
        "411 111 111 111 111 1",
        "ISBN 978-3-16-148410-0 1", "ISBN 3-16-148410-0 2026", "+49 170 1234567 2026-11-21",
        "555 123 4567 555 123 4568",
        "12345678-4111-1111-1111-111111111111", "4111111111111111e5", "1.2.3 4.5.6 7.8.9 10.11.12",
        "3400 0000 0000 0000",
        "1024 2048 4096 8192", "5111111111111", "100 200 300 = 600 4000 5000", "12.50 + 1,234.56 = 1247.06",
        "git@github.com:owner/name.git", "icon@2x.png", "@app.route", "npm i pkg@1.2.3", "a @ b.c", "user@localhost",
        "x@",
        "the password: please enter it", "Password: required", "password:", "password=$PASSWORD", "password: ${PW}",
        "password = getpass()", "password=self.password", "password: <yours>", "password=\"\"", "let password: String",
        "if password == nil", "max_tokens: 4096", "token = tokenizer.next()", "token: Token", "api_key: null",
        "the key: value pairs", "sk-learn-something-else-here", "sk-folding-cube-animation",
        "sk-learn-contrib-something",
        "sk-cube-grid-sk-cube9", "Bearer token-authentication-scheme", "xapp-thumbnailers-common",
        "npm_config_registry_url",
        "hf_hub_download_something", "SG.Core.Something.Other", "pypi-attestations-common",
        "task-1 risk-abcdefghijklmnop",
        "monkey=banana12345", "https://example.org:8080/a@b", "http://host/a:b@c", "see http://a.b/c://d", "ASIAN",
        "AKIA", "eyJ.a.b",
        "Bearer of bad news and more", "-----", "::: === @@@", "the key is antidisestablishmentarianism", "e2e@",
        "日本語@テスト",
        "key/path/to/some/File1/Name2/Other3", "import keyboardLayoutManagerFactoryBean2", "192.168.0.1", "12:30:45",
    ])
    func `what is no secret stays`(text: String) throws {
        #expect(try redacted(text) == text)
    }

    @Test(arguments: GeneratedTranscripts.texts)
    func `other texts stay to the byte`(text: String) throws {
        #expect(try Array(redacted(text).utf8) == Array(text.utf8))
    }

    @Test func `titles, prompts, tags, notes and errors are looked through, and ids, roles and times stay`() throws {
        let secret = "mail ada@example.org"
        var transcript = Transcript("x", title: secret)
        transcript.chat.system = secret
        transcript.chat.tags = ["ada@example.org", "bob@example.org", "plain"]
        transcript.chat.metadata = ["note": secret, "api_key": "short", "password": "", "plain": "value"]
        transcript.messages[0].error = MessageError(code: "torn", message: secret)
        let recorder = RecordingEncoder()
        var encoder: any TranscriptEncoder = RedactingEncoder(recorder)
        try encoder.receive(transcript)
        let clean = "mail [redacted e-mail]"
        transcript.chat.title = clean
        transcript.chat.system = clean
        transcript.chat.tags = ["[redacted e-mail]", "plain"]
        transcript.chat.metadata = ["note": clean, "api_key": "[redacted key]", "password": "", "plain": "value"]
        transcript.messages[0].error?.message = clean
        #expect(recorder.record.chats == [transcript.chat])
        #expect(recorder.record.messages == transcript.messages)
    }

    @Test(arguments: TranscriptFormat.allCases)
    func `no format lets a secret through, wherever it lies`(format: TranscriptFormat) throws {
        let secrets = Self.keys + ["ada@example.org", "4111 1111 1111 1111", "password=hunter2"]
        for padding in [0, 1, 65_520, 65_536, 131_060] {
            var transcript = Transcript("", "")
            for (place, secret) in secrets.enumerated() {
                let text = (place == 0 ? String(repeating: "a ", count: padding / 2) : "") + secret + "\n"
                transcript.messages[place % 2].content += text
            }
            transcript.chat.title = secrets.joined(separator: " ")
            transcript.chat.system = transcript.messages[1].content
            let encoder: any TranscriptEncoder = RedactingEncoder(format.encoder(exportedAt: Transcript.noon))
            let text = try encoder.text(of: [transcript])
            for secret in secrets where secret != "password=hunter2" { #expect(!text.contains(secret)) }
            #expect(!text.contains("hunter2"))
            #expect(text.contains("[redacted key]") && text.contains("[redacted card number]"))
        }
    }

    /// Texts made so that something is looked for again and again: were the work that of the square, this test would take
    /// minutes.
    @Test(arguments: [
        "a@", "@", "sk-", "eyJ", "eyJ.", "eyJa-", "token:", "token=", "password:\"", "password='", "key ", "key-",
        "://", "://a:",
        "4 ", "41-", "4111 ", "4111  ", "4111.", "4111-", "4111111111111111 ", "4111111111111111-", "4111111111111111.",
        "4\u{A0}",
        "-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "-----END ", "bearer ", "Bearer/", "a.", "a@b-",
        "a-b@", "`", ":", "=",
        "key aB1", "AKIA", "xoxb-", "SG.", "password:\\",
    ])
    func `the work grows with the text and no faster`(piece: String) throws {
        let text = String(repeating: piece, count: 1 << 15 / piece.utf8.count)
        #expect(try redacted(text).utf8.count <= text.utf8.count * 20)
    }

    @Test(arguments: UInt64(0)..<200)
    func `any mixture of pieces of secrets is worked through`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces =
            Self.keys + Self.assignments.map(\.text) + ["@", "://", "4111", " ", "-", "\n", "\"", "=", ":", "key", "語"]
        let text = (0..<30).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        let once = try redacted(text)
        #expect(try redacted(once).utf8.count <= once.utf8.count + 200)
    }
}
