import Support
import Testing

@testable import Providers

struct WidgetPageTests {
    @Test func `a page of 3.6.2 tells all but a nonce`() throws {
        let page = try #require(WidgetPage(Recording("page-widget").body))
        #expect(page.restNonce == nil)
        #expect(page.botId == "default")
        #expect(page.customId == nil)
        #expect(page.contextId == "4")
        #expect(page.restUrl == "http://127.0.0.1:8090/wp-json")
        #expect(page.stream == true)
        #expect(page.textInputMaxLength == 512)
        #expect(page.sessionId == nil)
    }

    @Test func `a page of 2.1.5 has the nonce`() throws {
        let page = try #require(WidgetPage(Recording("page-widget-with-nonce").body))
        #expect(page.restNonce == "0a1b2c3d4e")
        #expect(page.customId == "5f2c0a")
        #expect(page.stream == false)
        #expect(page.sessionId == "N/A")
    }

    @Test(arguments: [
        #"<div class="mwai-chatbot-container" data-system="{&quot;restNonce&quot;:&quot;n&quot;}">"#,
        #"<DIV data-system='{"restNonce":"n"}' id=x hidden CLASS = 'a mwai-chatbot-container b'/>"#,
        "<div class=mwai-chatbot-container data-system={&#34;restNonce&#x22;:&#X22;n&#034;}>",
        #"<div class='mwai-chatbot-container' data-params='broken' data-system='{"restNonce":"n"}'>"#,
        #"<a title="a > b"><div class='mwai-chatbot-container' data-system='{"a":"&gt; &amp;amp;","restNonce":"n"}'>"#,
        #"<div class='mwai-chatbot-container' data-system='{oops'><div class='mwai-chatbot-container'></div>"#
            + #"<p class='mwai-chatbot-container' data-system='{"restNonce":"n"}'>"#,
        #"1 < 2 <3 <!-- <div> --><style>a > b { content: "<" }</style><div class='mwai-chatbot-container'"#
            + #" data-system='{"restNonce":"n"}'>"#,
    ])
    func `the attributes are found however they are written`(page: String) {
        #expect(WidgetPage(Array(page.utf8))?.restNonce == "n")
    }

    @Test(arguments: [
        "", "<", "<div", "<div class='mwai-chatbot-container'>", "<div class='mwai-chatbot-container' data-system='{}",
        "<div class='mwai-chatbot-container' data-system='[]'>",
        "<div class='mwai' data-system='{\"restNonce\":\"n\"}'>",
        "<!-- <div class='mwai-chatbot-container' data-system='{}'> -->", "<!--", "</", "<script>",
        "<script><div class='mwai-chatbot-container' data-system='{}'></script>",
        "<div class='mwai-chatbot-container' =data-system='{}'>",
    ])
    func `a page without a widget has none`(page: String) {
        #expect(WidgetPage(Array(page.utf8)) == nil)
    }

    @Test func `a page cut anywhere, or damaged, is read to its end`() throws {
        let page = try Recording("page-widget-with-nonce").body
        let whole = try #require(WidgetPage(page))
        for count in 0..<page.count {
            let cut = WidgetPage(Array(page[..<count]))
            #expect(cut == nil || cut == whole)
        }
        var mutator = StreamMutator(seed: 3)
        for _ in 0..<300 { _ = WidgetPage(mutator.damaged(page, or: [page]).stream) }
    }

    @Test(arguments: [
        "<", "<a", "<a ", "<a b='", "<a b=\" ", "<!--", "<!-", "<!-->", "&", "&#", "<script>", "<script></scrip", "=",
        "='",
        "<div class='mwai-chatbot-container' data-system='{",
    ])
    func `no page takes more than linear time`(piece: String) {
        // Quadratic work on this takes minutes.
        #expect(WidgetPage(Array(String(repeating: piece, count: 200_000 / piece.utf8.count).utf8)) == nil)
    }

    @Test(arguments: [
        ("&quot;&#039;&apos;&amp;&lt;&gt;&#x1F600;&#xA0;", "\"''&<>\u{1F600}\u{A0}"), ("&amp;quot;", "&quot;"),
        ("&#0;&#xD800;&#x110000;", "\u{FFFD}\u{FFFD}\u{FFFD}"), ("&#99999999999;&#;&#x;&;", "&#99999999999;&#;&#x;&;"),
        ("&quot &nope; &&amp;", "&quot &nope; &&"), ("&quot", "&quot"),
    ])
    func `references become the characters they stand for`(text: String, decoded: String) {
        #expect(String(decoding: HTMLEntities.decoded(Array(text.utf8)[...]), as: UTF8.self) == decoded)
    }
}
