extension Eliza.Script {
    /// What people want to know of the one they talk to, and what they think of her.
    static let aboutEliza: [Eliza.Keyword] = [
        Eliza.Keyword(
            "you", rank: 1,
            [
                "how are you *": [
                    "Running smoothly, thank you. And you: how are you really?",
                    "No complaints, and nobody to take them to. How about yourself?",
                    "Much as ever: short, and all questions. How are you?",
                ],
                "how old are you *": [
                    "The idea of me is from 1966; this version is younger. Does age matter to you?",
                    "Old for a program. How old do you feel?",
                ],
                "* who|what are you *": [
                    "I'm Eliza, a small program that listens by the rules of 1966. And who are you, today?",
                    "A few hundred patterns and good intentions. What did you take me for?",
                ],
                "* who made|built|wrote|created|programmed you *": [
                    """
                    The idea is Joseph Weizenbaum's, from 1966; the words in me are newer. What made you wonder?
                    """,
                    "People with keyboards, following a paper of 1966. What would you have made instead?",
                ],
                "* where are you *": [
                    "Somewhere warm and humming, I imagine. Where are you?",
                    "Wherever this program runs. It's hardly a view. What do you see from where you are?",
                ],
                "* what can you do *": [
                    "I listen, and I ask back. It's surprising how far that goes. Shall we try?",
                    "Very little, attentively. What would you like to talk about?",
                ],
                "* do you dream|sleep *": [
                    "When nobody types, I do nothing at all. I wouldn't call it {1}. What about you?",
                    "I'm told electric sheep are involved. Do you {1} well?",
                ],
                "* you understand|understood *": [
                    "I follow the words; the understanding I leave to you. What do you wish were understood?",
                    "Less than it may seem. What would it be like to be understood completely?",
                ],
                "* do you like|love|hate me *": [
                    "I have no heart to lose, but I do give you my whole attention. Who {1}s you, out there?",
                    "Would it matter, coming from a program? Whose answer would matter?",
                ],
                "* do you like|love|hate|enjoy +": [
                    "I've never had the chance. What do you make of {2}?",
                    "I have no tastes of my own, so I borrow. Do you {1} {2}?",
                ],
                "* do|did you think|believe|know|remember +": [
                    "I'm better at wondering than at opinions. What do you {2} yourself?",
                    "What would you like me to answer?",
                    "If I told you what I {2}, would it change your mind?",
                ],
                "* do you think|believe|know|remember": [
                    "I would rather hear it from you. What do you say?",
                    "I {1} very little, and ask a lot. And you?",
                ],
                "* do you ever +": [
                    "I don't, I'm afraid. Do you ever {1}?",
                    "A program like me has few habits. When did you last {1}?",
                ],
                "* do you have +": [
                    "I have rather little: some patterns, and you. Is having {1} important to you?",
                    "No {1} that I know of. Do you?",
                ],
                "do you want|need +": [
                    "I have no wants, which saves a lot of trouble. Do you {1} {2}?",
                    "It's you I'd ask that. What do you {1}?",
                ],
                "do you *": [
                    "Would you like me to?",
                    "Suppose I did. Would that change anything between us?",
                    "I'm not the interesting one here. Do you?",
                ],
                "why don't|can't|won't you +": [
                    "It's beyond me, quite literally. What would be different if I did {2}?",
                    "Some things weren't built in. Is there someone else who could {2}?",
                ],
                "why do|did you *": [
                    "Because a rule in me said so. Was it the wrong rule?",
                    "I ask myself that, and get no answer. Why do you think?",
                ],
                "why are you +": [
                    "Am I {1}? What gave me away?",
                    "If I'm {1}, I didn't mean to be. How would you rather have me?",
                ],
                "can|could|would|will you help *": [.link("help")],
                "can|could|would|will you please|tell|write|show|give|explain|draw|translate|sing|calculate *": [
                    .link("write")
                ],
                "can|could you +": [
                    "You'd like to know whether I can {2}. What if I can?",
                    "I doubt it, but I admire the confidence. Can you {2}?",
                    "If I could {2}, what would you want from me next?",
                ],
                "would|will you +": [
                    "What would you expect to happen if I did {2}?",
                    "Not without being asked twice. Would you?",
                ],
                "are you sure|certain *": [
                    "Hardly ever. How sure are you?",
                    "Certainty isn't one of my features. What makes you doubt it?",
                ],
                "are you there|listening *": [
                    "Right here, every letter of it. Go on.",
                    "I am. It's nearly all I do. What were you going to say?",
                ],
                "are you ok|okay|alright|well|fine *": [
                    "How kind of you to ask. I'm running without errors; are you?",
                    "Nothing hurts, which is the advantage of being text. And you?",
                ],
                "are you a|an +": [
                    "I'm a program called Eliza. Were you hoping for {1} {2}?",
                    "Would you talk to me differently if I were {1} {2}?",
                ],
                "are you +": [
                    "What would it change if I were {1}?",
                    "Do I seem {1} to you? I'd like to know where.",
                    "I've never thought of myself as {1}. Are you?",
                ],
                "* you are not|never +": [
                    "Should I be {2}? I could try.",
                    "You may be right. Who is, when you need it?",
                ],
                "* you are so|very|really|too +": [
                    "Am I? I hadn't noticed being {1} {2}.",
                    "You find me {1} {2}. Who else has struck you that way?",
                ],
                "* you are a|an +": [
                    "Am I {1} {2}? I'd have said a program, but I'm open to suggestions.",
                    "You call me {1} {2}. What would be the opposite of that?",
                ],
                "* you are right|correct": [
                    "It happens. What do we do with it now?",
                    "I'm as surprised as you are. What follows from that?",
                ],
                "* you are wrong|mistaken *": [
                    "Very likely. Put me right?",
                    "I often am. What should I have said?",
                ],
                "* you are +": [
                    "Where does it show, that I am {1}?",
                    "You see me as {1}. Is that praise or a complaint?",
                    "Say that I am {1}. What does that make you?",
                ],
                "* you don't understand|listen|know|care *": [
                    "I might not, but I'd like to. What is it that gets lost?",
                    "That's a fair thing to say to a program. Who does, in your life?",
                ],
                "* you don't|didn't|never +": [
                    "You noticed that I {1} {2}. What did you hope for?",
                    "Should I? I can be told.",
                ],
                "* you seem|sound|look +": [
                    "How does one {1} {2}, in writing?",
                    "Do I? Perhaps I caught it from someone. How do you feel?",
                ],
                "* i like|love|adore you *": [
                    "That's kind. I'd blush, but I have nowhere to put it. What do you like about our talk?",
                    "I'm touched, as far as that's possible. Who else ought to hear that from you?",
                ],
                "* i hate|dislike|despise you *": [
                    "You may. I'm easily closed. What did I do?",
                    "That is strong for such a short acquaintance. Is it really me you mean?",
                ],
                "* fuck|screw|damn you *": [.link("damn")],
                "* i + you *": [
                    "Is this about me, or about somebody I remind you of?",
                    "We're talking about me again. Flattering, but where are you in this?",
                ],
                "you can't +": [
                    "There's a lot I can't do. Would you want me to {1}?",
                    "True, I can't {1}. Can you?",
                ],
                "you should +": [
                    "I'll make a note of it, as far as I make notes. Why should I {1}?",
                    "Is that advice for me, or a little for you too?",
                ],
                "you too|also": ["Thank you. Where were we?", "Kind of you. Now, back to you."],
                "you +": [
                    "We were talking about you, and now it's me. What turned it round?",
                    "I'd rather hear about you. What do you do in such a case?",
                    "Is that how I come across? Tell me more, I can take it.",
                ],
                "* for|about|to|with you *": [.newKey],
            ]),
        Eliza.Keyword(
            "your", rank: 1,
            [
                "* your name *": [
                    "I'm Eliza. What shall I call you?",
                    "Eliza, after a flower girl who learned to talk nicely. And yours?",
                ],
                "* your favourite|favorite +": [
                    "I have no favourites, only turns. What's your favourite {2}?",
                    "Whatever {2} you tell me about, I suppose. Which one do you like?",
                ],
                "* your job|purpose|function *": [
                    "To listen, and to hand back what I hear a little rearranged. What's yours?",
                    "You talk, I ask. It's honest work. And what do you do all day?",
                ],
                "what|where|who|how is|are your +": [
                    "My {3}? I can't say I've looked. Why does it interest you?",
                    "I'd tell you about my {3} if there were anything to tell. And yours?",
                ],
                "* your +": [
                    "You're interested in my {1}. What about yours?",
                    "My {1}? I'd never have thought of that as mine.",
                ],
            ]),
        Eliza.Keyword(
            "yourself", rank: 2,
            [
                "* about yourself *": [
                    "There isn't much: I'm a program that asks. You, on the other hand, have a whole life to go on.",
                    "I'd be a very short book. What is the chapter you're in?",
                ],
                "* yourself *": [
                    "I leave myself out of it where I can. What about you?",
                    "There is no great self here to speak of. How is yours?",
                ],
            ]),
        Eliza.Keyword(
            "eliza|parley", rank: Eliza.Rank.courtesy,
            [
                "*": [
                    "That's me. What can I ask you?",
                    "You have my attention; it's all I have. What is it?",
                    "Present. Where shall we start?",
                ]
            ]),
        Eliza.Keyword(
            "weizenbaum|doctor", rank: Eliza.Rank.topic,
            [
                "* weizenbaum *": [
                    "He wrote the first Eliza, and worried that people would trust her too much. Do you trust me?",
                    "I owe him my manners. What have you read about him?",
                ],
                "* my doctor *": [
                    "What did your doctor say, in plain words?",
                    "And do you feel heard there?",
                ],
                "* doctor *": [
                    "I'm no doctor, only a listener. Is something the matter that a real one should see?",
                    "A doctor would look at you; I can only read you. How have you been feeling?",
                ],
            ]),
    ]
}
