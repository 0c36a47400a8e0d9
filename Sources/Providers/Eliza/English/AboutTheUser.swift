extension Eliza.Script {
    /// What people say of themselves: the heart of it.
    static let aboutTheUser: [Eliza.Keyword] = [
        Eliza.Keyword(
            "i|i'd|i'll",
            [
                "i": ["You, yes? Go on.", "Yes, you. What about you?"],
                "* i must|should go": [.link("bye")],
                "* i have|need|got to go": [.link("bye")],
                "* i am not sure *": [
                    "Which way do you lean, on an average day?",
                    "Not being sure is often the more accurate state. What are the two sides?",
                ],
                "* i am not +": [
                    "What would change, if you were {1}?",
                    "Who ever said that you were {1}?",
                    "You are not {1}. What are you instead?",
                ],
                "* i am going to +": [
                    "So you are going to {1}. What do you hope will come of it?",
                    "You are going to {1}. When you picture it, what do you see?",
                ],
                "* i am here *": ["So you are, and I'm glad of it. What's on your mind?", "Good. So am I, in a way."],
                "* i am a|an|the +": [
                    "What is it like, being {1} {2}?",
                    "How does one become {1} {2}?",
                    "And when you're not {1} {2}, what are you then?",
                ],
                "* i am trying to +": [
                    "What stands between you and that?",
                    "How will you know that you have managed to {1}?",
                ],
                "* i am +": [
                    "You are {1}. How did that come about?",
                    "Since when have you been {1}?",
                    "And how is it, to be {1}?",
                ],
                "am i +": [
                    "Suppose you were {1}. What would follow from it?",
                    "Do others think that you are {1}?",
                    "When do you feel {1}, and when don't you?",
                ],
                "* was i +": ["How would you know, if you were {1}?", "Who would know?"],
                "* i was +": [
                    "You were {1}. And now?",
                    "What do you remember best about it?",
                    "What was it like, when you were {1}?",
                ],
                "* i wasn't +": ["What were you instead?", "Did you wish that you had been {1}?"],
                "* i feel|felt like +": [
                    "When did it start to feel like {2}?",
                    "What would you need, to feel otherwise?",
                ],
                "* i don't feel|know|think like|that +": [
                    "What would it take?",
                    "You don't {1} {2} {3}. Has it ever been different?",
                ],
                "* i feel|felt +": [
                    "What brings it on, when you feel {2}?",
                    "What do other people see, when you feel {2}?",
                    "And what do you usually do, when you feel {2}?",
                ],
                "* do i +": [
                    "What do you see yourself?",
                    "Who has made you wonder?",
                ],
                "* i don't know *": [
                    "That's a fine place to be curious from. What would you like to know first?",
                    "Guess, then. I won't hold you to it.",
                    "Nor do I, so we're even. What makes it hard to know?",
                ],
                "* i don't care *": ["Not even a little, in a corner?", "What do you care about instead?"],
                "* i don't think so *": ["What do you think, then?", "What makes you doubt it?"],
                "* i don't think +": [
                    "You have your doubts that {1}. What feeds them?",
                    "What would convince you?",
                ],
                "* i don't|didn't want to +": [
                    "What do you want instead?",
                    "And if you just didn't {2}?",
                    "Who wants you to {2}?",
                ],
                "* i don't|didn't want +": [
                    "What's the trouble with {2}?",
                    "Then what would you like in its place?",
                ],
                "* i don't|didn't like|trust +": [
                    "What did {3} ever do to you?",
                    "Was there a time when you did {2} {3}?",
                ],
                "* i don't understand *": [
                    "What was the last thing that made sense?",
                    "I can't always, either. Which part is the darkest?",
                ],
                "* i don't have +": [
                    "And if you had {1}, what then?",
                    "How do you manage without {1}?",
                ],
                "* i don't|didn't|won't +": [
                    "You {1} {2}. Is that a decision, or did it just turn out so?",
                    "What if you did?",
                    "Do you regret it at times?",
                ],
                "* i can't believe *": [
                    "It takes a while to sink in. What happened?", "Which part is hardest to believe?",
                ],
                "* i can't|couldn't +": [
                    "What happens when you try to {2}?",
                    "What if you could {2}? What would be the next thing?",
                    "Is it that you can't, or that it costs too much?",
                ],
                "* i can|could +": [
                    "And will you?",
                    "It's something, to be able to {2}. Who taught you?",
                ],
                "* i would|i'd like to +": [.link("want")],
                "* i'd like|love|rather +": [.link("want")],
                "* i would like|love|rather +": [.link("want")],
                "* i want|need|hope|wish|wanted|needed +": [.link("want")],
                "* i think|guess so *": [
                    "You don't sound convinced. What's missing?", "And the part that doesn't think so?",
                ],
                "* i think|believe|suppose|guess|suspect|thought of|about +": [
                    "What does your mind do with {3}, once it's there?",
                    "How do you feel, when you {1} {2} {3}?",
                ],
                "* i think|believe|suppose|guess|suspect|thought +": [
                    "What makes you {1} {2}?",
                    "You {1} {2}. How sure are you, out of ten?",
                    "Who would disagree with you there?",
                ],
                "* i know|knew": [
                    "I thought you might. Then what is the question?", "Knowing is one thing. And doing?",
                ],
                "* i know|knew +": [
                    "How did you come to know {2}?",
                    "And what does knowing it change?",
                ],
                "* i see|understand": ["Good. I'm glad one of us does.", "What do you see, exactly?"],
                "* i have been +": [
                    "You have been {1}. What kept you going?",
                    "And how long have you been {1}?",
                ],
                "* i have got|to to +": [
                    "Who says so?",
                    "And if you didn't {2}, what is the worst that could happen?",
                ],
                "* i have|had|must to +": [
                    "Who would mind, if you didn't {2}?",
                    "Is it 'have to', or a little 'want to', as well?",
                ],
                "* i have|had no +": [
                    "How do you manage without {2}?",
                    "When did you last have any?",
                ],
                "* i have a question *": [
                    "Those I like best. Ask.", "I may only have another one in return. What is it?",
                ],
                "* i have|had +": [
                    "You {1} {2}. How did that come about?",
                    "And what does it mean to you?",
                ],
                "* i like|love|enjoy|hate|prefer to +": [
                    "When did you last get to {2}?",
                    "What is it like, in the middle of it?",
                ],
                "* i like|love|enjoy|adore +": [
                    "What is it about {2} that gets you?",
                    "Who first showed you {2}?",
                    "How did you come to {1} {2}?",
                ],
                "* i hate|dislike|loathe|despise +": [
                    "What is it about {2} that you {1} so?",
                    "Have you always felt that way about {2}?",
                ],
                "* i lost +": [
                    "What did {1} mean to you?",
                    "I'm sorry. What has taken its place, if anything?",
                ],
                "* i used to +": [
                    "Do you miss the days when you used to {1}?",
                    "What made you stop?",
                ],
                "* i try|tried to +": [
                    "What gets in the way, when you try to {2}?",
                    "What came nearest to working?",
                ],
                "* i should|ought|shouldn't|must +": [
                    "Whose voice is it that says so?",
                    "You {1} {2}. And what would you do, if there were no 'should'?",
                ],
                "* i told|asked|said +": [
                    "And what came back?",
                    "How did it feel, to say it aloud?",
                ],
                "i'll +": [
                    "You'll {1}. What's the first step?",
                    "When, do you think?",
                ],
                "i will|shall +": [
                    "You {1} {2}. What makes you so certain?",
                    "I'd like to hear how it goes. When will it be?",
                ],
                "* i * because *": [.newKey],
                "i +": [
                    "You {1}. What was behind that?",
                    "You {1}. How should I picture that?",
                    "You {1}. And how was it?",
                ],
                "* i *": [
                    "Where are you yourself in all this?",
                    "And what was your part in it?",
                    "How do you see it now, from here?",
                ],
            ]),
        Eliza.Keyword(
            "want|need|wanted|needed|wish|hope|would|i'd", rank: 5,
            [
                "* i want|need you to +": [
                    "You'd like me to {2}. What would that give you?",
                    "I'd try to {2}, if trying were enough. Who else could?",
                ],
                "* i need help *": [.link("help")],
                "* i hope so *": ["So do I, then. What makes you hope?", "And what if it goes the other way?"],
                "* i hope|wish +": [
                    "You {1} {2}. What would be the first thing you'd notice?",
                    "What can you do towards that yourself?",
                ],
                "* i want|need|wanted|needed to +": [
                    "What would it give you, to {2}?",
                    "What keeps you from it?",
                    "Suppose you do {2}. What comes after?",
                ],
                "* i want|need|wanted|needed +": [
                    "What would be different, if you had {2}?",
                    "Is it {2}, or what comes with it?",
                    "How long have you carried that wish about?",
                ],
                "* i'd like|love to +": [
                    "What would it take for you to {2}?",
                    "It sounds like a good plan. What are you waiting for?",
                ],
                "* i would like|love to +": [
                    "You'd {1} to {2}. Since when?",
                    "What does it look like, when you picture it?",
                ],
                "* i'd|would like|love|rather +": [
                    "And what would you do with it?",
                    "Is that a small wish, or a large one in small clothes?",
                ],
            ]),
        Eliza.Keyword(
            "my|mine",
            [
                "my + is|was not +": [
                    "What would it be like, if your {1} were {3}?",
                    "Not {3}. What is your {1}, then?",
                ],
                "my + is|was|are|were +": [
                    "Your {1} {2} {3}. How do you feel about that?",
                    "So your {1} {2} {3}. Did that come as a surprise?",
                ],
                "my turn|bad|mistake *": ["Please, after you.", "Think nothing of it. Where were we?"],
                "my +": [
                    "Your {1}. Why does that come up now?",
                    "What else should I know about it?",
                ],
                "* my *": [
                    "You call it yours. What makes it so?",
                    "Something of your own is at stake, I think. What?",
                ],
                "* mine *": ["And how did it come to be yours?", "Would you share it?"],
            ]),
        Eliza.Keyword(
            "miss|missed", rank: 5,
            [
                "* i miss|missed +": [
                    "What do you miss most about {2}?",
                    "When is it that you miss {2} the most?",
                ]
            ]),
        Eliza.Keyword(
            "myself",
            [
                "* i * by myself *": [
                    "By yourself. Was that how you wanted it?",
                    "And is being by yourself a rest or a burden?",
                ],
                "* myself *": [
                    "If you were a friend of yours, what would you say to yourself?",
                    "You and yourself: how do the two of you get along these days?",
                ],
            ]),
        Eliza.Keyword(
            "me",
            [
                "* makes|make|made|let me +": [
                    "And could you also not let it?",
                    "Where does it get that power over you?",
                ],
                "* help me *": [.link("help")],
                "me too|neither": ["Then we have that in common.", "How so, in your case?"],
                "* to|with|for|at|about me *": [
                    "And how do you take it?",
                    "Did you expect that?",
                    "What would you have liked instead?",
                ],
                "* me": [
                    "And what do you do, then?",
                    "Why you, do you think?",
                ],
            ]),
        Eliza.Keyword(
            "he|she|they",
            [
                "he|she|they is|are|was|were +": [
                    "What makes you see it that way?",
                    "And what do you suppose {1} would say about you?",
                ],
                "he|she|they +": [
                    "What do you think was going on inside, just then?",
                    "If {1} were sitting here, what would you ask?",
                    "And how did you answer?",
                ],
                "* he|she|they *": [
                    "You've thought about this person a good deal. Since when?",
                    "How would it sound from the other side?",
                ],
            ]),
        Eliza.Keyword(
            "we|let's",
            [
                "let's +": [
                    "Let's, by all means. You start; I'm better at second.",
                    "I'm willing. How does one go about it?",
                ],
                "we +": [
                    "Whose idea was it?",
                    "And is it the same for the others, do you think?",
                    "You together. What would be lost if it were only you?",
                ],
            ]),
    ]
}
