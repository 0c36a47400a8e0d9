extension Eliza.Script {
    private static let sad = "sad|unhappy|depressed|miserable|gloomy|down|heartbroken|crying|upset"
    private static let glad = "happy|glad|cheerful|delighted|excited|proud|joyful"
    private static let cross = "angry|mad|furious|annoyed|irritated|frustrated"
    private static let fearful = "afraid|scared|frightened|anxious|worried|nervous|terrified|worry|panicking"
    private static let lonely = "lonely|alone|isolated|homesick"
    private static let weary = "tired|exhausted|weary|stressed|overwhelmed|drained"
    private static let lost = "confused|lost|stuck|unsure|torn"
    private static let ashamed = "ashamed|embarrassed|guilty|jealous|envious"

    /// "I'm not happy" is no happiness, and "I think she is angry" is about somebody else: other keywords have those.
    static let feelings: [Eliza.Keyword] = [
        Eliza.Keyword(
            sad, rank: Eliza.Rank.feeling,
            [
                "* not|don't|never|isn't|aren't \(sad) *": [.newKey],
                "* i * lie|lay|went|go|sat|sit|calm|slow|turned down *": [.newKey],
                "* he|she|they is|are|was|were * \(sad) *": [
                    "And when someone close to you is {3}, what does it do to you?",
                    "What have you tried so far? Sometimes sitting there is enough.",
                ],
                "* i * \(sad) because +": [
                    "Because {2}. Is that all of it, or only the part with a name?",
                    "And if it weren't for that, would the {1} feeling go, do you think?",
                ],
                "* i * \(sad) *": [
                    "I'm sorry it's like that. What weighs the most?",
                    "When were you last not {1}? What was different then?",
                    "Being {1} is tiring work. Who knows about it, besides me?",
                    "Does it come and go, being {1}, or has it moved in?",
                ],
                "\(sad) *": [.link("sadness")],
                "so|very|really|feeling|pretty|a|bit \(sad) *": [.link("sadness")],
            ]),
        Eliza.Keyword(
            "sadness|grief|tears|cry|cried", rank: Eliza.Rank.feeling,
            [
                "*": [
                    "That sounds heavy. Where does it come from, if it comes from anywhere?",
                    "There's no hurry here. What happened?",
                    "What would be some comfort, even a small one?",
                ]
            ]),
        Eliza.Keyword(
            glad, rank: Eliza.Rank.feeling,
            [
                "* i am|was not \(glad) *": [.link("i")],
                "* not|don't|never|isn't|aren't|can't * \(glad) *": [.newKey],
                "* he|she|they|you is|are|was|were * \(glad) *": [.newKey],
                "* i * \(glad) about|for|with +": [
                    "You have every right to be {1} {2} {3}. What was the best moment?",
                    "What made the difference?",
                ],
                "* i * \(glad) *": [
                    "That's good to hear. What made you {1}?",
                    "Lovely. Does anyone share it with you?",
                    "How does it show, when you are {1}? I can only see the letters.",
                ],
                "so|very|really|feeling \(glad) *": [
                    "It does one good just to read it. What's the occasion?",
                    "Hold on to that. What's behind it?",
                ],
                "\(glad)": [
                    "Just so, in one word! What brought it about?",
                    "I'm pleased for you. What's the story?",
                ],
            ]),
        Eliza.Keyword(
            cross, rank: Eliza.Rank.feeling,
            [
                "* not|don't|never|isn't|aren't \(cross) *": [.newKey],
                "* he|she|they|you is|are|was|were * \(cross) *": [.newKey],
                "* i * \(cross) with|at|about +": [
                    "What would you say to {3}, if nobody minded your tone?",
                    "What lies under being {1} {2} {3}? There is often something softer.",
                ],
                "* i * \(cross) *": [
                    "What would you do about it, if it cost you nothing?",
                    "How long have you been carrying that about?",
                    "Something you care about has been stepped on, it seems. What was it?",
                ],
                "* makes|make|made|drives|drive me \(cross) *": [
                    "What is it about that, of all things, that makes you {2}?",
                    "And do you show it, or swallow it?",
                ],
                "so|very|really|feeling \(cross) *": [
                    "I can tell. Who ought to hear about it?",
                    "Go on, let it out. I don't bruise.",
                ],
            ]),
        Eliza.Keyword(
            fearful, rank: Eliza.Rank.feeling,
            [
                "* not|don't|never|isn't|aren't \(fearful) *": [.newKey],
                "* he|she|they|you is|are|was|were * \(fearful) *": [.newKey],
                "* i * \(fearful) of|about +": [
                    "What is the worst of it, when you think about {3}?",
                    "When did {3} begin to frighten you?",
                    "Suppose it does happen. What would you do on the day after?",
                ],
                "* i * \(fearful) that +": [
                    "How likely is it, in daylight, that {2}?",
                    "And if it came to pass that {2}, who would be there with you?",
                ],
                "* i * \(fearful) *": [
                    "What does the fear say will happen?",
                    "Where do you notice it first, in the head or in the stomach?",
                    "It takes something to say that. What would make it a little smaller?",
                ],
                "so|very|really|feeling \(fearful) *": [
                    "What would make this hour a bit easier?",
                    "Of what, if it has a name?",
                ],
            ]),
        Eliza.Keyword(
            "fear|anxiety|panic", rank: Eliza.Rank.feeling,
            [
                "* fear|anxiety|panic of +": [
                    "Where did you learn to fear {2}?",
                    "What would you do tomorrow, if {2} had no hold on you?",
                ],
                "*": [
                    "When it comes, what does it tell you?",
                    "What has helped with it before, even a little?",
                ],
            ]),
        Eliza.Keyword(
            lonely, rank: Eliza.Rank.feeling,
            [
                "* leave|left|let me alone *": [
                    "I'll be quiet if you like. What would you do with the quiet?",
                    "Who is it that won't let you be?",
                ],
                "* not|don't|never|isn't|aren't \(lonely) *": [.newKey],
                "* he|she|they|you is|are|was|were * \(lonely) *": [.newKey],
                "* i * \(lonely) *": [
                    "I'm some company, if not much. Whose company do you miss?",
                    "Is it worse in a crowd, or in an empty room?",
                    "When did you last feel that somebody was really there?",
                ],
                "so|very|really|feeling \(lonely) *": [
                    "Whose voice would you like to hear just now?",
                    "What is it like, in the evening, when it's quiet?",
                ],
            ]),
        Eliza.Keyword(
            weary, rank: Eliza.Rank.feeling,
            [
                "* not|don't|never|isn't|aren't \(weary) *": [.newKey],
                "* he|she|they|you is|are|was|were * \(weary) *": [.newKey],
                "* i * \(weary) of +": [
                    "What would you do if you had no more of {2}?",
                    "How long have you put up with {2}?",
                ],
                "* i * \(weary) *": [
                    "What has been taking it out of you?",
                    "Is it the kind of tired that sleep mends, or the other kind?",
                    "What could you put down, just for today?",
                ],
                "so|very|really|feeling \(weary) *": [
                    "Then be gentle with yourself. What does rest look like, for you?",
                    "What is the one thing that can't wait? And the rest?",
                ],
            ]),
        Eliza.Keyword(
            "bored|boring|boredom", rank: Eliza.Rank.feeling,
            [
                "* you are|bore * boring|bored *": [
                    "I'm told it's restful. What would liven me up?",
                    "One does what one can with three hundred patterns. What would be less dull?",
                ],
                "* i * bored *": [
                    "Boredom is often a wish that hasn't found its name yet. What might it be?",
                    "What did you do as a child, when there was nothing to do?",
                    "And what would you be doing, if you weren't talking to me?",
                ],
                "* boring|boredom|bored *": [
                    "Which part is the dullest? I have a weakness for those.",
                    "What would have to happen to make it interesting?",
                ],
            ]),
        Eliza.Keyword(
            lost, rank: Eliza.Rank.feeling,
            [
                "* not|don't|never|isn't|aren't \(lost) *": [.newKey],
                "* he|she|they|you is|are|was|were * \(lost) *": [.newKey],
                "* i am|feel|was|felt confused|lost|stuck|unsure|torn about|between|in|with|on +": [
                    "Tell me the two or three things about {4} that you do know.",
                    "What is the smallest step that would bring some light into {4}?",
                ],
                "* i am|feel|was|felt * \(lost) *": [
                    "Where was the last place that you knew the way?",
                    "If someone drew you a map, what would be the first thing on it?",
                    "It's all right not to know. What are the choices, as you see them?",
                ],
            ]),
        Eliza.Keyword(
            ashamed, rank: Eliza.Rank.feeling,
            [
                "* not|don't|never|isn't|aren't \(ashamed) *": [.newKey],
                "* he|she|they|you is|are|was|were * \(ashamed) *": [.newKey],
                "* i * \(ashamed) of|about +": [
                    "Who taught you to be {1} {2} {3}?",
                    "Would you think less of a friend for {3}?",
                ],
                "* i * \(ashamed) *": [
                    "Whose eyes are you seeing yourself with?",
                    "That's an honest word to use. What would put it right?",
                    "And does anyone else blame you, or only you?",
                ],
            ]),
        Eliza.Keyword(
            "love|loved|loves", rank: 5,
            [
                "* in love with +": [
                    "What did you first notice about {1}?",
                    "Does {1} know?",
                ],
                "* in love": [
                    "That changes the colour of everything, I hear. What is it like?",
                    "Since when? There is usually a moment.",
                ],
                "* loves me *": [
                    "How do you know, on an ordinary day?",
                    "And can you believe it?",
                ],
                "* love you": [.newKey],
                "love *": [
                    "A large word. What is it made of, for you?",
                    "Who showed you how that's done?",
                ],
            ]),
        Eliza.Keyword(
            "feelings|mood|emotions", rank: Eliza.Rank.topic,
            [
                "* do you have * feelings|emotions *": [
                    "None that I've come across. You seem to have enough for both of us; how are they?",
                    "I have words for them, which isn't the same. What are you feeling?",
                ],
                "* my feelings|mood|emotions *": [
                    "If your {1} were weather, what would today be?",
                    "Do you trust your {1} to tell you the truth?",
                ],
                "*": [
                    "If there were a word for it, what would it be?",
                    "Where in a day do feelings catch up with you?",
                ],
            ]),
    ]
}
