import Testing

@testable import Providers

struct ElizaReflectionTests {
    @Test(arguments: [
        ("I am tired", "you are tired"),
        ("I'm tired of my job", "you are tired of your job"),
        ("I was late and he was early", "you were late and he was early"),
        ("I really was there", "you really were there"),
        ("you are kind", "I am kind"),
        ("you really are kind", "I really am kind"),
        ("are you kind", "am I kind"),
        ("you were here", "I was here"),
        ("if you were real", "if I were real"),
        ("you aren't listening", "I am not listening"),
        ("they are here", "they are here"),
        ("do you like me", "do I like you"),
        ("I like you", "you like me"),
        ("I told you that", "you told me that"),
        ("I want you to listen", "you want me to listen"),
        ("talking to you helps", "talking to me helps"),
        ("people like you", "people like me"),
        ("I love you very much", "you love me very much"),
        ("what are you", "what am I"),
        ("I think you know that", "you think I know that"),
        ("your code is mine", "my code is yours"),
        ("I hurt myself", "you hurt yourself"),
        ("you repeat yourself", "I repeat myself"),
        ("I'd go if you'd come", "you'd go if I'd come"),
        ("my friend and I", "your friend and you"),
        ("our house", "your house"),
        ("The dog bit Tom", "the dog bit Tom"),
        ("Tom bit me", "Tom bit you"),
        ("i dont know", "you don't know"),
        ("I don’t know", "you don't know"),
        ("im gonna go", "you are going to go"),
        ("NASA and Ünïcödé 🐈", "NASA and Ünïcödé 🐈"),
    ])
    func `what is said comes back from the other side`(said: String, heard: String) throws {
        let words = try #require(Eliza.Utterance(said).clauses.first).words
        #expect(Eliza.Reflection.reflected(words).joined(separator: " ") == heard)
    }

    /// Each message with one of the replies that take turns for it.
    @Test(arguments: [
        ("I want to quit my job", "What would it give you, to quit your job?"),
        ("I miss my cat.", "What do you miss most about your cat?"),
        ("I think you're hiding something from me", "Where does it show, that I am hiding something from you?"),
        ("I think she's angry with me", "What makes you think she is angry with you?"),
        ("I'm a teacher", "What is it like, being a teacher?"),
        ("I am not ready", "What would change, if you were ready?"),
        ("I can't draw hands", "What happens when you try to draw hands?"),
        ("I wish you were real", "You wish I were real. What would be the first thing you'd notice?"),
        ("My boss is always angry at me.", "Your boss is always angry at you. How do the others take that?"),
        ("I feel like a cello in my own attic", "When did it start to feel like a cello in your own attic?"),
        ("Am I going crazy?", "Suppose you were going crazy. What would follow from it?"),
        ("Should I tell her?", "Picture that you tell her. What do you see?"),
        ("I’m afraid of losing you", "What is the worst of it, when you think about losing me?"),
        ("Because of my noisy heart", "And without your noisy heart, what would be left of it?"),
        ("I used to argue with myself", "Do you miss the days when you used to argue with yourself?"),
    ])
    func `a reply reads well after the words are turned round`(said: String, reply: String) {
        let replies = (0..<64 as Range<UInt64>).map { seed in
            var eliza = Eliza(seed: seed)
            return eliza.hear(said)
        }
        #expect(replies.contains(reply), "\(Set(replies).sorted())")
    }
}
