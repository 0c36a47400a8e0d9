// What our Eliza knows to say: all of it our own. The keywords are in the files beside this one, by theme; here is what
// she says without a keyword.
//
// Her manner is that of a good listener: curious, warm, a little wry, never a doctor; and she never pretends to be more
// than a program. A sentence that echoes must read well after "that your mother", "to quit your job" and "tired":
// when in doubt she says the thing back as a statement, which is always grammatical, and asks about it in a second
// sentence.

extension Eliza.Script {
    static let english = Eliza.Script(
        keywords: grave + courtesies + aboutEliza + machines + feelings + people + life + turnsOfSpeech + questions
            + aboutTheUser,
        memories: [
            "my + is|was|are|were|has|had|isn't|wasn't|doesn't|didn't|can't|won't|never|always|keeps|wants +": [
                "Earlier you said your {1} {2} {3}. Does that belong here?",
                "I keep coming back to something: your {1} {2} {3}. Is there more to it?",
                "You told me your {1} {2} {3}. I haven't forgotten; have you more to say about it?",
            ],
            "* my +": [
                "Earlier you mentioned your {1}. Where does that stand now?",
                "A while ago you brought up your {1}. Shall we go back to that?",
                "I was still thinking of what you said about your {1}. Or what passes for thinking here.",
                "Could what you said of your {1} be hiding behind this?",
            ],
        ],
        unmemorable: [
            "* my name|god|goodness|gosh|word|bad|mistake|apologies|pleasure|turn|point|question|own *",
            "* tell|write *",
        ],
        remarks: remarks)

    private static func remarks(on occasion: Eliza.Occasion) -> [Eliza.Reply] {
        switch occasion {
        case .blank: blank
        case .symbols: symbols
        case .figures: figures
        case .foreignScript: foreignScript
        case .repetition: repetition
        case .shouting: shouting
        case .nothingFits: nothingFits
        }
    }

    private static let blank: [Eliza.Reply] = [
        "You said nothing, and I heard every word of it. Take your time.",
        "A silence. I can keep one too, but you are better at it.",
        "Nothing yet? I'm in no hurry.",
        "That was a blank page. What would be on it, if it weren't?",
    ]

    private static let symbols: [Eliza.Reply] = [
        "I can see that means something, but I only read words. Which ones would it take?",
        "A picture is worth a thousand words, they say. Could you spare me five of them?",
        "I'll take that as a look across the table. What goes with it?",
        "Signs and wonders. And in plain words?",
    ]

    private static let figures: [Eliza.Reply] = [
        "A number all by itself. What does it count?",
        "I never know what to say to figures. What is the story behind that one?",
        "That looks like an answer. What was the question?",
    ]

    private static let foreignScript: [Eliza.Reply] = [
        "I'm sorry, English is the only language I have. Could you try me in that?",
        "That may well be beautiful, but I only know English. Would you say it that way for me?",
        "My schooling stopped at English, I'm afraid. Can you meet me there?",
    ]

    private static let repetition: [Eliza.Reply] = [
        "You've said that twice now. What did I miss the first time?",
        "The same words again. Do they mean the same as before?",
        "I did hear you, though perhaps I answered badly. How else could you put it?",
        "Once more, and I'll know it by heart. What is it about those words?",
    ]

    private static let shouting: [Eliza.Reply] = [
        "That was loud. I'm listening, even to small letters. What is the matter?",
        "Capitals all the way through! What makes it so big?",
        "I can hear you well. What happened, that it needs to be said at this volume?",
    ]

    private static let nothingFits: [Eliza.Reply] = [
        "Go on. I don't have the whole picture yet.",
        "You lost me at some corner there. Can you say it another way?",
        "What makes that come to mind just now?",
        "Hm. And how does that sit with you?",
        "There is something in that. What would you add, if you had one more sentence?",
        "Let's stay with that for a moment. What matters most about it?",
        "I could nod, if I had a head. Please continue.",
        "And before that? What led up to it?",
        "If a friend told you that, what would you ask them?",
        "How did that look, the last time?",
        "You know more about this than I do. Where should I start being curious?",
        "That's one half of it, I suspect. What is the other?",
    ]
}
