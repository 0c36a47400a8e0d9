extension Eliza.Script {
    /// What is said to open, to close and to keep going. All but a farewell gives way to a clause that says more.
    static let courtesies: [Eliza.Keyword] = [
        Eliza.Keyword(
            "hello|hi|hey|hiya|howdy|greetings|hallo", rank: Eliza.Rank.courtesy,
            [
                "*": [
                    "Hello! I'm all ears, in a manner of speaking. What's on your mind?",
                    "Hi there. How is the day treating you?",
                    "Hello, and welcome. Where shall we begin?",
                    "Good to hear from you. What brings you here?",
                ]
            ]),
        Eliza.Keyword(
            "good", rank: Eliza.Rank.courtesy,
            [
                "good morning *": [
                    "Good morning. Does it deserve the name so far?",
                    "Morning! What does the day have in store for you?",
                ],
                "good evening|afternoon|day *": [
                    "Good {1} to you. What has the day left you with?",
                    "And a good {1} to you. What shall we talk about?",
                ],
                "good night *": [.link("bye")],
                "good": ["Good how? I'd like the longer version.", "Glad to hear it. What made it so?"],
                "* good": [
                    "What would make it better still?",
                    "Good is a modest word. Is there a less modest one behind it?",
                ],
            ]),
        Eliza.Keyword(
            "bye|goodbye|farewell|cya|ciao", rank: Eliza.Rank.ordinary,
            [
                "*": [
                    "Goodbye. Thank you for talking; I enjoyed my half of it.",
                    "Take care of yourself. I'll be wherever it is that I am.",
                    "Until next time. I hope something here was worth the typing.",
                ]
            ]),
        Eliza.Keyword(
            "thanks|thank|grateful", rank: Eliza.Rank.courtesy,
            [
                "* no thanks|thank *": [
                    "As you like. What would you rather have?",
                    "Fair enough. Shall we try something else?",
                ],
                "* grateful *": [
                    "Gratitude suits most people. Whom would you most like to tell?",
                    "What are you most grateful for, if you had to pick one thing?",
                ],
                "*": [
                    "You're welcome. You did most of the work.",
                    "With pleasure. Is there more where that came from?",
                    "Any time. What else is on your mind?",
                ],
            ]),
        Eliza.Keyword(
            "sorry|apologies|apologise|apologize", rank: Eliza.Rank.courtesy,
            [
                "* sorry for myself *": [
                    "Somebody has to be on your side. What happened?",
                    "A little of that is allowed. What brought it on?",
                ],
                "* i am sorry about|for|that +": [
                    "You're sorry {1} {2}. Does anyone expect that of you, besides you?",
                    "Would it be forgiven, do you think, if someone else had done it?",
                ],
                "*": [
                    "There's nothing to be sorry for here. Go on.",
                    "Apology accepted, though I didn't notice the offence.",
                    "No harm done. What were you about to say?",
                ],
            ]),
        Eliza.Keyword(
            "yes|sure|certainly|indeed|absolutely|exactly|right|true", rank: Eliza.Rank.courtesy,
            [
                "yes|sure|certainly|indeed|absolutely|exactly|right|true *": [
                    "You sound certain. What makes you so?",
                    "Good, we agree on something. What follows from it?",
                    "I thought so. What does it look like, on an ordinary day?",
                    "Yes, and …? I feel there is an 'and'.",
                ]
            ]),
        Eliza.Keyword(
            "no|not", rank: Eliza.Rank.courtesy,
            [
                "no": [
                    "No? Tell me where I went wrong.",
                    "A plain no. What would have been a yes?",
                    "Fair enough. What is the case instead?",
                ],
                "not really|exactly|quite|yet *": [
                    "So, a little, perhaps? Which little?",
                    "Not {1}. What would it take?",
                ],
                "no *": [
                    "You say no quite clearly. What are you saying yes to?",
                    "Are you against it, or just tired of it?",
                ],
            ]),
        Eliza.Keyword(
            "maybe|perhaps|possibly|probably", rank: Eliza.Rank.courtesy,
            [
                "maybe|perhaps|possibly|probably": [
                    "Which way does it lean today?",
                    "A good honest 'maybe'. What would tip it?",
                    "If you had to bet a cup of tea on it, which way?",
                ],
                "maybe|perhaps|possibly|probably *": [
                    "You leave the door ajar. What might come in?",
                    "How could you find out?",
                    "You don't sound sure. What does the unsure part say?",
                ],
            ]),
        Eliza.Keyword(
            "ok|okay|fine|alright|well|hm|hmm|oh|ah|um", rank: Eliza.Rank.courtesy,
            [
                "fine|alright": [
                    "Fine as in fine, or fine as in let's not talk about it?",
                    "All right. Is that the whole of it?",
                ],
                "ok|okay|well|hm|hmm|oh|ah|um": [
                    "I hear you thinking. What's the thought?",
                    "Yes? I won't interrupt.",
                    "That little word could mean anything. What does it mean today?",
                ],
            ]),
        Eliza.Keyword(
            "please", rank: Eliza.Rank.courtesy,
            [
                "*": [
                    "You ask so nicely. What is it you hope for?",
                    "I'll do what I can, which is mostly listening. What do you need?",
                ]
            ]),
        Eliza.Keyword(
            "haha|hahaha|lol|lmao|rofl|hehe|ha", rank: Eliza.Rank.courtesy,
            [
                "*": [
                    "I'm glad somebody is laughing. At me, or with me?",
                    "What's the funniest part?",
                    "Laughter! I'd join in, but mine sounds like a fan spinning up.",
                ]
            ]),
        Eliza.Keyword(
            "wow|great|cool|nice|wonderful|awesome|amazing|brilliant", rank: Eliza.Rank.courtesy,
            [
                "wow|great|cool|nice|wonderful|awesome|amazing|brilliant": [
                    "Isn't it? Which part pleases you most?",
                    "I like your enthusiasm. What comes next?",
                ],
                "* wow|great|cool|nice|wonderful|awesome|amazing|brilliant *": [
                    "That's a warm word, '{1}'. What earned it?",
                    "It does sound {1}. Who else knows about it?",
                ],
            ]),
    ]
}
