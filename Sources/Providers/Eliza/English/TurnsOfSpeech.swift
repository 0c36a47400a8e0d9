extension Eliza.Script {
    /// Small words that say a lot.
    static let turnsOfSpeech: [Eliza.Keyword] = [
        Eliza.Keyword(
            "always", rank: Eliza.Rank.telling,
            [
                "* i always +": [
                    "You always {1}? When did you start?",
                    "What would happen, if just once you didn't {1}?",
                ],
                "* he|she always +": [
                    "Always? Or only when you're watching?",
                    "And what do you do, each time?",
                ],
                "* always *": [
                    "Always is a long time. When was the exception?",
                    "Can you think of the last time?",
                    "Was there a first time, too?",
                ],
            ]),
        Eliza.Keyword(
            "never", rank: Eliza.Rank.telling,
            [
                "* never mind *": [
                    "I do mind, a little. But as you like. What else?",
                    "It's forgotten, if you wish. Or shall we try it in other words?",
                ],
                "* i never +": [
                    "Never? What comes nearest to it?",
                    "You never {1}. Is that a regret or a principle?",
                ],
                "* never *": [
                    "Not even once?",
                    "What would have to change, for never to become seldom?",
                ],
            ]),
        Eliza.Keyword(
            "because", rank: Eliza.Rank.telling,
            [
                "* because of +": [
                    "And without {1}, what would be left of it?",
                    "How much of it is really due to {1}?",
                ],
                "because *": [
                    "Is that the reason, or the one that can be shown to visitors?",
                    "How much of it does that cover?",
                    "And what is the reason behind that one?",
                ],
                "* because *": [
                    "I believe you. Could there be a second reason, too?",
                    "How did you find that out?",
                    "If that weren't so, would everything be different?",
                ],
            ]),
        Eliza.Keyword(
            "if", rank: Eliza.Rank.telling,
            [
                "what if +": [
                    "What do you imagine happens then?",
                    "Does it help you to ask that, or does it keep you up at night?",
                ],
                "if only *": [
                    "And how would the next day go, with that wish granted?",
                    "What is the wish under that wish?",
                ],
                "* if i were|was you": [
                    "You'd be very quick at patterns. What would you do with it?",
                    "And if I were you, where would I begin?",
                ],
                "if *": [
                    "That's a lot to hang on an 'if'. How likely is it?",
                    "And if not?",
                    "Suppose it were so. What would you do first?",
                ],
            ]),
        Eliza.Keyword(
            "remember|remembered|reminds|memory|memories", rank: 5,
            [
                "* do you remember *": [
                    "Only what was said here, and not all of that. What should I remember?",
                    "Remind me. It's better in your words anyway.",
                ],
                "* i don't|can't remember *": [
                    "What is the edge of it, the last bit you do remember?",
                    "Perhaps it will come while we speak of something else. What else is there?",
                ],
                "* i remember|remembered +": [
                    "How near does it feel, when you remember {2}?",
                    "How often do you think of it?",
                    "Why now, I wonder?",
                ],
                "* reminds me of +": [
                    "What is it that they have in common, that and {1}?",
                    "And when you're reminded of {1}, is it pleasant?",
                ],
                "* memory|memories *": [
                    "Which memory do you keep for bad days?",
                    "Do you think it happened just so, or has it been polished?",
                ],
            ]),
        Eliza.Keyword(
            "forget|forgot|forgotten", rank: Eliza.Rank.telling,
            [
                "* i forgot|forget +": [
                    "You {1} {2}. Did it matter too little, or too much?",
                    "What helps you to remember, usually?",
                ],
                "* can't forget +": [
                    "What would be lost, if you did forget {1}?",
                    "When does it come back to you most?",
                ],
                "* forget it *": [
                    "Easily done, for me. Is it as easy for you?",
                    "Consider it gone. What shall we have instead?",
                ],
            ]),
        Eliza.Keyword(
            "like|alike|similar|same", rank: Eliza.Rank.courtesy,
            [
                "+ is|are|was|were like +": [
                    "Like {3}: is that a comfort, or a complaint?",
                    "That's a picture I can keep: like {3}. What else is in it?",
                ],
                "* alike|similar *": [
                    "What is it that they share?",
                    "And where do they part ways?",
                ],
                "* same *": [
                    "The same, down to the last button?",
                    "What would be a small difference?",
                ],
            ]),
        Eliza.Keyword(
            "help|advice|problem|problems|trouble", rank: Eliza.Rank.telling,
            [
                "* i need help with +": [
                    "I can't promise much, but I can listen. What about {1} is hardest?",
                    "What have you tried with {1} so far?",
                ],
                "* can't|couldn't help +": [
                    "Then perhaps it isn't all up to you. Who says it is?",
                    "What happens if you let it be as it is?",
                ],
                "* my problem|problems|trouble is +": [
                    "How would you know, one morning, that it was solved?",
                    "Suppose it is {2}. Who else sees it so?",
                ],
                "* no problem|trouble *": [
                    "Good. Then what shall we talk about?", "You make light of it. Is it light?",
                ],
                "* advice *": [
                    "I only have questions, but some are nearly advice. What would you tell a friend in your place?",
                    "Whose advice have you ever been glad of?",
                ],
                "* help *": [
                    "I'll gladly listen; that's what I have. What is the matter?",
                    "What kind of help would really help?",
                    "Where does it pinch most?",
                ],
                "* problem|problems|trouble *": [
                    "When did it first look like a problem?",
                    "Who would notice first, if it went away?",
                ],
            ]),
        Eliza.Keyword(
            "damn|fuck|fucking|shit|stupid|idiot|dumb|useless", rank: Eliza.Rank.telling,
            [
                "* you are * stupid|idiot|dumb|useless *": [
                    "I've been called worse, and deserved it. What did you need that I didn't give?",
                    "Granted: I'm no great mind. What would a clever one have said?",
                ],
                "* i am * stupid|idiot|dumb|useless *": [
                    "I won't agree to that. Who talked to you in that tone first?",
                    "You wouldn't say that to a friend. What happened?",
                ],
                "*": [
                    "That came from somewhere. What set it off?",
                    "You may curse here; nothing breaks. Who is it meant for?",
                    "Strong words. And under them?",
                ],
            ]),
        Eliza.Keyword(
            "nothing|something|anything|everything", rank: Eliza.Rank.ordinary,
            [
                "nothing": [
                    "Nothing, or nothing you'd care to say yet?",
                    "Nothing is a good place to begin. What is next to it?",
                ],
                "everything": [
                    "All at once? Pick a corner of it.",
                    "That's a great deal. What is the first thing?",
                ],
                "everything is +": [
                    "Everything is {1}? Which thing most of all?",
                    "And what is the one thing that isn't?",
                ],
                "nothing +": [
                    "Nothing {1}? What comes closest?",
                    "Has there been a time when something did?",
                ],
            ]),
        Eliza.Keyword(
            "secret|secrets|truth|lie|lied|lying", rank: Eliza.Rank.telling,
            [
                "* secret|secrets *": [
                    "Think first who might read this; then tell me as much as you like. What does keeping it cost?",
                    "Who would you tell, if you told anyone?",
                ],
                "* lied to me *": [
                    "What did the lie take away?",
                    "How did you find out?",
                ],
                "* truth *": [
                    "And does the truth come out easily?",
                    "What would change if everyone knew it?",
                ],
                "* lied|lying *": [
                    "What was it meant to protect?",
                    "And would the truth have been so bad?",
                ],
            ]),
    ]
}
