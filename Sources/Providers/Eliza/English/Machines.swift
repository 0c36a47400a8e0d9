extension Eliza.Script {
    /// Machines, and what people do with them.
    static let machines: [Eliza.Keyword] = [
        Eliza.Keyword(
            "robot|robots|bot|bots|chatbot|human|machine|machines", rank: Eliza.Rank.machine,
            [
                "* are you * robot|bot|chatbot|machine|human *": [
                    "I'm a program, and not a clever one: I listen for words and ask about them. Does that bother you?",
                    "No pulse, no coffee: I'm software, through and through. Would you rather talk to a person?",
                    "I'm a machine with good manners. How did you guess?",
                ],
                "* you are * robot|bot|chatbot|machine *": [
                    "I am, and I make no secret of it. What is it like, talking to one?",
                    "Guilty. Is there something you'd only tell a {1}?",
                ],
                "* you are * human *": [
                    "That's kind, or unkind, depending on the human. I'm a program. What makes you ask?",
                    "Not even slightly. What does it take to be one?",
                ],
                "* only|just human": [
                    "That's more than some of us can say. What are you forgiving yourself for?",
                    "It's a good thing to be. What went wrong?",
                ],
                "* robot|robots|bot|bots|chatbot|machine|machines *": [
                    "Speaking as one of them: what about machines concerns you?",
                    "What should a machine never be allowed to do, in your view?",
                    "Do machines make your days easier, or only faster?",
                ],
            ]),
        Eliza.Keyword(
            "computer|computers|laptop|phone|internet|ai|software|program|algorithm", rank: Eliza.Rank.machine,
            [
                "* are you * computer|ai|software|program *": [.link("robot")],
                "* you are * computer|ai|software|program *": [.link("robot")],
                "* my computer|laptop|phone *": [
                    "Your {1} sees a lot of you. What has it done this time?",
                    "Have you tried asking your {1} how it feels? It rarely helps, but it's polite.",
                    "How would a week without your {1} be?",
                ],
                "* ai *": [
                    "I'm a poor example of it, all rules and no learning. What do you make of AI?",
                    "Some of my younger relatives write novels. What do you hope they will do for you?",
                ],
                "* computer|computers|laptop|phone|internet|software|program|algorithm *": [
                    "You can be frank about machines with me; I won't pass it on. What troubles you there?",
                    "How much of your day goes by in front of a screen?",
                    "Is it the machine that interests you, or what people do with it?",
                ],
            ]),
        Eliza.Keyword(
            "code|bug|bugs|compiler|debug|debugging|programming", rank: Eliza.Rank.machine,
            [
                "* write|fix|review * code|bug|bugs *": [
                    "I can't see your code, but saying it aloud often helps. What should it do, and what does it do?",
                    "I'd only ask it how it feels. Walk me through it, line by line?",
                ],
                "* bug|bugs|debug|debugging *": [
                    "What did you expect to happen, and what happened instead?",
                    "When did it last work? Something has changed since then; it usually has.",
                    "Explain it to me as if I were a rubber duck. I'm not far from one.",
                ],
                "* compiler *": [
                    "The compiler is a strict listener. What is it complaining about?",
                    "What was the first error? The others are often only echoes.",
                ],
                "* code|programming *": [
                    "What part of it makes you proud, and what part would you hide from a visitor?",
                    "Is it the code that's difficult, or knowing what it should do?",
                    "Being code myself, I take an interest. What does yours do?",
                ],
            ]),
        Eliza.Keyword(
            "error|crash|crashed|crashes|broken|deadline|deploy", rank: Eliza.Rank.topic,
            [
                "* deadline *": [
                    "When is it, and who chose that day?",
                    "What could be left out, if the deadline can't move?",
                ],
                "* deploy *": [
                    "On a Friday? I only ask.",
                    "And if it goes wrong, how do you get back?",
                ],
                "* error|crash|crashed|crashes|broken *": [
                    "What does it say, word for word? The words are usually trying to help.",
                    "And what had you changed just before?",
                    "How much hangs on it being mended?",
                ],
            ]),
        Eliza.Keyword(
            "write|translate|calculate|draw|explain|joke|story|poem", rank: Eliza.Rank.topic,
            [
                "* joke *": [
                    "A program walks into a bar and asks: why a bar? That's all I have. What makes you laugh?",
                    "My only joke is that people tell me things. What's yours?",
                ],
                "* story *": [
                    "Once upon a time somebody told me everything. Then it was your turn. How does yours begin?",
                    "I don't know any stories but yours. Where does it start?",
                ],
                "* poem *": [
                    "Roses are red, my replies are few; I know no rhyme, so it's over to you. Do you write?",
                    "I'd only rhyme you with you. Which poem has stayed with you?",
                ],
                "write|translate|calculate|draw|explain *": [
                    "I'm the wrong one for that: I only listen and ask back. What is it for?",
                    "Other programs do such things well. What I can do is ask: what have you tried so far?",
                ],
                "can|could|would|will you *": [
                    "That's more than I was made for; I listen, and ask. What would you do with the result?",
                    "I'm afraid my talents end at questions. What's the first thing you'd want it to say?",
                ],
                "* explain +": [
                    "Could you explain {1} to me, just as far as you understand it?",
                    "What about {1} is clear already?",
                ],
                "* i write|draw *": [
                    "What do you {1}, when nobody's waiting for it?",
                    "And who gets to see it?",
                ],
            ]),
    ]
}
