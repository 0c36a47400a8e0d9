extension Eliza.Script {
    /// Questions, which Eliza is not the one to answer. Most begin their clause: "when I was small" asks nothing.
    static let questions: [Eliza.Keyword] = [
        Eliza.Keyword(
            "what|which",
            [
                "what is * plus|minus|times *": [
                    "I was never good at sums, which is odd in a computer. What are you adding up?",
                    "Let a calculator do that. What's the sum for?",
                ],
                "what should|can|could|do i do *": [
                    "What have you thought of already, even if it seems silly?",
                    "If nobody were watching, what would you do?",
                    "What would the bravest version of you try first?",
                ],
                "what should|can|must i +": [
                    "Which answer are you hoping I'll give?",
                    "Let's list them: what are the possibilities?",
                ],
                "what about +": [
                    "Yes, what about {1}? You go first.",
                    "I hadn't thought of {1}. What had you in mind?",
                ],
                "what is|are wrong with me *": [
                    "What makes you think that something is wrong with you?",
                    "Perhaps nothing. What has someone told you?",
                ],
                "what is|are the meaning|point of *": [
                    "I was hoping you'd know. What gave it a {2} for you, when it had one?",
                    "Some say it lies in asking. When do you ask?",
                ],
                "what is|are my +": [
                    "You would know your {2} better than I. What's your guess?",
                    "I only know what you've told me. Have you told me about your {2}?",
                ],
                "what is|are|was|were +": [
                    "I could guess, but you have probably thought about {2} longer than I have. What is your view?",
                    "What would you do with the answer?",
                    "What made you think of {2}?",
                ],
                "what *": [
                    "And what is your own answer, for now?",
                    "Who would know, and would you ask them?",
                    "Which answer would let you sleep well?",
                    "Is that the question, or the one in front of it?",
                ],
                "which *": [
                    "Which one does your hand move to, before you've thought?",
                    "If you could only keep one of them?",
                ],
                "* i don't know what *": [
                    "And if you did know, what might it be?",
                    "What do you know for certain? We can start from there.",
                ],
            ]),
        Eliza.Keyword(
            "how",
            [
                "how come *": [.link("why")],
                "how much|many|often|long|far *": [
                    "I can't count that from here. What would you guess?",
                    "How {1} would be right, in your opinion?",
                ],
                "how do|can|could|should i +": [
                    "What have you tried so far?",
                    "Do you know someone who managed to {2}? What did they do?",
                    "What would be the very first step, if you were to {2}?",
                ],
                "how is|was|are|were +": [
                    "You tell me; I was not there. How do you see it?",
                    "What have you heard?",
                ],
                "how *": [
                    "What would you say, if a child asked you that?",
                    "I wonder, too. What's your best theory?",
                    "Step by step, I suppose. What is the first?",
                ],
            ]),
        Eliza.Keyword(
            "why",
            [
                "why can't i +": [
                    "What happens when you try to {1}?",
                    "Who or what says that you can't {1}?",
                ],
                "why am i so|always|such|still|never +": [
                    "You ask that sternly. When weren't you {1} {2}?",
                    "What was going on, when you first noticed it?",
                ],
                "why do|did i +": [
                    "What do you get out of it, when you {2}?",
                    "Perhaps some part of you knows. What would it answer?",
                ],
                "why not": [
                    "A good spirit to set out in. What's stopping you?",
                    "Why not indeed. What would be the first thing to do?",
                ],
                "why": [
                    "I asked first, I believe. But why do you think?",
                    "Three letters, and so hard to answer. What's your guess?",
                    "Does it leave you in peace, when you stop asking?",
                ],
                "* don't|didn't know why *": [
                    "And if you had to invent a reason?",
                    "Does it need one?",
                ],
                "why is|are|was|were +": [
                    "What would be a good enough reason?",
                    "Has anyone ever explained it to you in a way you believed?",
                ],
                "why *": [
                    "Which reason would hurt least?",
                    "There may be several whys. Which one do you suspect?",
                    "What would you do differently, if you knew?",
                ],
            ]),
        Eliza.Keyword(
            "who|whom|whose",
            [
                "who am i": [
                    "That's the long question. Who were you this morning?",
                    "Who are you when nobody needs anything from you?",
                ],
                "who is|are|was|were +": [
                    "I meet so few people. Who is it to you?",
                    "I only know who you tell me about. What should I know?",
                ],
                "who|whom|whose *": [
                    "Whom do you have in mind?",
                    "Does a face come to you when you ask that?",
                ],
            ]),
        Eliza.Keyword(
            "when|whenever|while",
            [
                "when is|are|do|does|did|will|can|was|were|should|would|could +": [
                    "I keep no calendar. When would you like it to be?",
                    "Does it feel too soon, or not soon enough?",
                ],
                "when": [
                    "Whenever it suits you. What are you waiting for?",
                    "Now would do. Or is now a bad time?",
                ],
                "when|whenever|while *": [
                    "Does it always go like that, or was it the once?",
                    "And what happens right after?",
                    "What do you do with yourself at such times?",
                ],
            ]),
        Eliza.Keyword(
            "where",
            [
                "where is|are my +": [
                    "Where were you when you last had your {2}?",
                    "It's always in the last place one looks. What would you do without your {2}?",
                ],
                "where *": [
                    "Where would you look first?",
                    "Is it a place you're after, or a way out of one?",
                ],
            ]),
        Eliza.Keyword(
            "is|are|was|were|does|did|has|have",
            [
                "is it|that|this +": [
                    "What makes you ask? You have some suspicion.",
                    "Would it be good news or bad, if it were so?",
                ],
                "is|are there +": [
                    "What would you do, if there were {2}?",
                    "Have you looked? And what did you find?",
                ],
                "have|has|did i|we +": [
                    "You were there; I wasn't. What do you say?",
                    "What would you like the answer to be?",
                ],
                "have you ever|been|tried|seen|heard|read *": [
                    "I've led a sheltered life. Have you?",
                    "Not that I recall. What was it like for you?",
                ],
                "is|are|was|were|does|did|has|have you|i *": [.newKey],
                "is|are|was|were|does|did|has my +": [
                    "You know your {2} and I don't. What does your nose tell you?",
                    "What worries you about it?",
                ],
                "is|are|was|were|does|did|has +": [
                    "What do you think yourself?",
                    "I couldn't swear to it. What speaks for it, and what against?",
                    "Why is it on your mind?",
                ],
                "it is|was +": [
                    "It {1} {2}, then. Does that suit you?",
                    "Has anyone else said that it {1} {2}?",
                ],
                "that|this is|was not +": [
                    "What is it, then?",
                    "Who says that it is?",
                ],
                "that|this is|was +": [
                    "For whom is it so, most of all?",
                    "You put it very decidedly. What led you there?",
                ],
                "there is|are|was|were +": [
                    "And what would you rather there were?",
                    "Has that been so for long?",
                ],
            ]),
        Eliza.Keyword(
            "can|could|should|shall|may",
            [
                "can|could|may i ask|tell +": [
                    "Please do. I'm curious already.",
                    "Of course. I can't promise a clever answer.",
                ],
                "can|could|may i +": [
                    "What would follow, if you did {2}?",
                    "Whose permission are you waiting for?",
                ],
                "should|shall i +": [
                    "Picture that you {2}. What do you see?",
                    "And if you didn't {2}, how would you feel about that tonight?",
                    "I think you have half decided already. Which half?",
                ],
                "can|could|should|shall we +": [
                    "We can try. Where do we start?",
                    "By all means. You lead, I'll ask.",
                ],
                "can|could|should|shall|may +": [
                    "What would it mean, if so?",
                    "Who decides that?",
                ],
            ]),
        Eliza.Keyword(
            "tell|talk|say|guess",
            [
                "tell me a joke|story|secret *": [.link("joke")],
                "tell me about yourself|you": [.link("yourself")],
                "tell me something|more *": [
                    "I once talked for years without knowing a single thing. Now you: tell me something back.",
                    "I'd rather hear it than tell it. What's the best thing that happened this week?",
                ],
                "tell me about +": [
                    "I know no more of {1} than the words. What draws you to it?",
                    "You start. What do you know about {1}?",
                ],
                "tell me +": [
                    "I'd make something up, and you deserve better. What's your own answer?",
                    "Let me ask instead: why do you want to know?",
                ],
                "guess what *": [
                    "I give up at once. What?",
                    "Something good, I hope. Go on!",
                ],
                "* talk about +": [
                    "Let's. Where does {1} begin, for you?",
                    "Gladly. What about {1} is on your mind?",
                ],
                "* talk|say": [
                    "I'm listening. Begin anywhere.",
                    "Say it badly first; we can improve it later.",
                ],
            ]),
    ]
}
