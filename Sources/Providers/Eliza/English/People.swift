extension Eliza.Script {
    private static let parents = "mother|father|mom|mum|dad|mommy|daddy|parents|stepmother|stepfather"
    private static let siblings =
        "brother|sister|brothers|sisters|grandmother|grandfather|grandma|grandpa|uncle|aunt|cousin"
    private static let partners = "wife|husband|girlfriend|boyfriend|partner|spouse|fiancé|fiancée|ex"
    private static let children = "son|daughter|child|children|kids|kid|baby"
    private static let friends = "friend|friends|roommate|flatmate|neighbour|neighbours|neighbor|neighbors"
    private static let bosses = "boss|manager|colleague|colleagues|coworker|coworkers|teacher|landlord"

    /// The people in a life.
    static let people: [Eliza.Keyword] = [
        Eliza.Keyword(
            parents, rank: Eliza.Rank.topic,
            [
                "my \(parents) +": [
                    "So your {1} {2}. How was it when you were small?",
                    "Your {1} {2}. What do you make of that today?",
                ],
                "* my \(parents) *": [
                    "What would your {1} say, reading this?",
                    "In what way do you take after your {1}?",
                    "When you think of your {1}, which picture comes first?",
                ],
                "* \(parents) *": [
                    "Who sat where at table, when you were small?",
                    "Which saying did you hear most often at home?",
                ],
            ]),
        Eliza.Keyword(
            siblings, rank: Eliza.Rank.topic,
            [
                "my \(siblings) +": [
                    "So your {1} {2}. How do you take that?",
                    "Your {1} {2}. And where does that leave you?",
                ],
                "* my \(siblings) *": [
                    "What do you and your {1} never talk about?",
                    "How would your {1} tell the same story?",
                ],
            ]),
        Eliza.Keyword(
            partners, rank: Eliza.Rank.topic,
            [
                "my \(partners) left|dumped me *": [
                    "That hurts to read. What were the last good days like?",
                    "I'm sorry. What do you miss, and what don't you?",
                ],
                "my \(partners) +": [
                    "So your {1} {2}. Have the two of you talked about it?",
                    "Your {1} {2}. What would you like to happen instead?",
                ],
                "* my \(partners) *": [
                    "How did you and your {1} meet?",
                    "What does your {1} know about this?",
                    "What do you wish your {1} would ask you?",
                ],
            ]),
        Eliza.Keyword(
            children, rank: Eliza.Rank.topic,
            [
                "my \(children) +": [
                    "So your {1} {2}. Does it remind you of yourself at that age?",
                    "Your {1} {2}. How do you feel, watching that?",
                ],
                "* my \(children) *": [
                    "What have you learned from your {1}?",
                    "What do you hope your {1} will remember of these years?",
                ],
                "when i was a \(children) *": [
                    "What could that {1} not have known?",
                    "Which room do you see, when you think back to it?",
                ],
            ]),
        Eliza.Keyword(
            "family|relatives|marriage|wedding|divorce|divorced", rank: Eliza.Rank.topic,
            [
                "my family|relatives +": [
                    "So your {1} {2}. What is your part in it?",
                    "Your {1} {2}. Who in the family would agree with you?",
                ],
                "* marriage|wedding|divorce|divorced *": [
                    "That is one of the large turnings. How did you get there?",
                    "Who stood by you in that?",
                ],
                "* family|relatives *": [
                    "Every family has its unwritten rules. What was one of yours?",
                    "Who in the family is easiest to talk to?",
                    "What would a stranger notice first at your table?",
                ],
            ]),
        Eliza.Keyword(
            friends, rank: Eliza.Rank.topic,
            [
                "* i have|had no friends *": [
                    "That is a hard thing to write down. Was there ever one?",
                    "Where might someone be who'd be glad to know you?",
                ],
                "* i don't have * friends *": [
                    "What would the first one be like, if you could choose?",
                    "Is it that they went, or that they never came?",
                ],
                "* be|my friend": [
                    "I'd be honoured, within my limits. What do you expect of a friend?",
                    "What makes someone a friend, in your experience?",
                ],
                "* my best friend *": [
                    "What makes that one the best?",
                    "What does your best friend know that nobody else does?",
                ],
                "my \(friends) +": [
                    "So your {1} {2}. What did you say to that?",
                    "Your {1} {2}. Do you see it the same way?",
                ],
                "* \(friends) *": [
                    "Who would you call at three in the morning?",
                    "What do your friends get from you that they don't get elsewhere?",
                ],
            ]),
        Eliza.Keyword(
            bosses, rank: Eliza.Rank.topic,
            [
                "my \(bosses) +": [
                    "So your {1} {2}. Have you ever said anything about it?",
                    "Your {1} {2}. How do the others take that?",
                ],
                "* my \(bosses) *": [
                    "What would you tell your {1}, if the door were closed and the rent were paid?",
                    "What does your {1} get right?",
                ],
            ]),
        Eliza.Keyword(
            "everyone|everybody|nobody|people|somebody|someone", rank: Eliza.Rank.telling,
            [
                "* nobody|everyone|everybody loves|likes|hates|understands|ignores|helps|wants me *": [
                    "Of all the people there are, who comes to mind first?",
                    "That is a lot of people to be sure of. Is there one exception?",
                ],
                "nobody +": [
                    "Nobody at all? I try to, for what it counts.",
                    "Nobody {1}. Who did, once?",
                ],
                "everyone|everybody +": [
                    "Is it really {1}? Whom are you thinking of?",
                    "I haven't met {1}. Can you introduce me to one of them?",
                ],
                "people are +": [
                    "Some are, I grant you. Who isn't {1}?",
                    "You've met people who are {1}. Tell me about one.",
                ],
                "someone|somebody +": [
                    "Someone in particular, I suspect. Who?",
                    "Does that someone have a name?",
                ],
                "* everyone|everybody|nobody|people *": [
                    "Pick one of them. What comes to mind?",
                    "Do you count yourself among them?",
                ],
            ]),
    ]
}
