extension Eliza.Script {
    /// What fills the days.
    static let life: [Eliza.Keyword] = [
        Eliza.Keyword(
            "dream|dreams|dreamed|dreamt|nightmare|nightmares", rank: 5,
            [
                "* i dreamed|dreamt about|of +": [
                    "What was the strangest thing about {3}?",
                    "And how did you feel on waking from {3}?",
                ],
                "* i dreamed|dreamt +": [
                    "You dreamt {2}. What was the last thing you saw in it?",
                    "Did it feel like a warning, a wish, or just the day's leftovers?",
                ],
                "* i had a dream|nightmare *": [
                    "I collect those, having none of my own. How did it begin?",
                    "Were you yourself in it?",
                ],
                "* i dream of +": [
                    "How far away is {1}, would you say?",
                    "What would the first day be like, with {1} come true?",
                ],
                "* nightmare|nightmares *": [
                    "What is in it, if you can bear to say?",
                    "What happens right before you wake?",
                ],
                "*": [
                    "Do your dreams tell you news, or only repeats?",
                    "Which dream have you had more than once?",
                    "If a dream came true tonight, which should it be?",
                ],
            ]),
        Eliza.Keyword(
            "sleep|asleep|insomnia|awake", rank: 5,
            [
                "* can't|couldn't|don't|didn't * sleep *": [
                    "What keeps you company when you lie awake?",
                    "What is the last thing you do before bed, and is it any good?",
                    "At which hour is it worst?",
                ],
                "* sleep|asleep|insomnia|awake *": [
                    "How are your nights, apart from the sleeping?",
                    "What do you think about just before you drop off?",
                    "Does the world look different after a good night?",
                ],
            ]),
        Eliza.Keyword(
            "name|called", rank: 3,
            [
                "my name is +": [
                    "A pleasure, {1}. I'm Eliza. What's on your mind?",
                    "Nice to meet you, {1}. Who gave you that name?",
                ],
                "* i am called +": [
                    "Then I'll think of you as {1}. What brings you here?",
                    "Is {1} what your friends call you?",
                ],
                "* call me +": [
                    "Gladly, {1}. And what do others call you?",
                    "As you wish. Where does the name come from?",
                ],
                "* my name *": [
                    "Do you like your name? One gets so little say in it.",
                    "Who calls you by it most often?",
                ],
                "* your name *": [.link("your")],
                "* name *": [
                    "Names do matter. Why that one?",
                    "What would you have called it yourself?",
                ],
            ]),
        Eliza.Keyword(
            "work|job|office|career|working|hired|fired|unemployed", rank: Eliza.Rank.topic,
            [
                "* it doesn't|does|won't|didn't not work *": [.link("broken")],
                "* doesn't|won't|didn't work *": [.link("broken")],
                "* not working *": [.link("broken")],
                "* lost|lose my job *": [
                    "I'm sorry. What did the job give you, apart from the money?",
                    "That pulls the floor away. How are you getting through the days?",
                ],
                "* i hate|dislike|loathe my work|job|office|career *": [
                    "What would a good day there look like, if there ever was one?",
                    "What keeps you there, honestly?",
                ],
                "* i love|like|enjoy my work|job|career *": [
                    "That is rarer than it should be. What do you like best about it?",
                    "What would you tell someone who wanted to start?",
                ],
                "* i work as|in|at|for +": [
                    "What do people get wrong about working {1} {2}?",
                    "And how did you end up {1} {2}?",
                ],
                "* fired|unemployed *": [
                    "That's hard. What do you tell people when they ask?",
                    "What are you good at that nobody has paid you for yet?",
                ],
                "* work|job|office|career|working *": [
                    "If money were no matter, would you still get up for it?",
                    "What do you bring home from work in your head?",
                    "What did you want to be, when you were ten?",
                ],
            ]),
        Eliza.Keyword(
            "school|exam|exams|homework|university|college|class|study|studying", rank: Eliza.Rank.topic,
            [
                "* exam|exams *": [
                    "What is the question you hope they won't ask?",
                    "And who would be disappointed, apart from you?",
                ],
                "* homework *": [
                    "I can't do it for you, but I can ask what it's about. What is it about?",
                    "What part of it have you been walking around?",
                ],
                "*": [
                    "What have you learned there that wasn't on the plan?",
                    "Was there ever a teacher who saw what you could do?",
                    "Which subject could you talk about for an hour?",
                ],
            ]),
        Eliza.Keyword(
            "money|rent|debt|debts|salary|rich|poor|expensive", rank: Eliza.Rank.topic,
            [
                "* i have no money *": [
                    "That makes everything else narrower. What is the most pressing thing?",
                    "Is there anyone you could let know about it?",
                ],
                "*": [
                    "Money is seldom only about money. What is it about here?",
                    "How much would be enough, do you think?",
                    "What was said about money at home, when you were young?",
                ],
            ]),
        Eliza.Keyword(
            "home|house|flat|apartment|city|town|village|moving", rank: Eliza.Rank.topic,
            [
                "* go|going|went home *": [
                    "What is waiting there?",
                    "And is it good to be there?",
                ],
                "* i live in +": [
                    "What would you show me first in {1}?",
                    "What does {1} sound like in the morning?",
                ],
                "* my home|house|flat|apartment|city|town|village *": [
                    "Which corner of your {1} is most yours?",
                    "What does your {1} say about you to a visitor?",
                ],
                "* moving to +": [
                    "What are you taking with you to {1}, and what stays behind?",
                    "What do you expect of {1}?",
                ],
                "*": [
                    "Where do you feel at home, whatever it says on the door?",
                    "What makes a place your own?",
                ],
            ]),
        Eliza.Keyword(
            "rain|raining|snow|snowing|sunny|weather|cold|hot|storm|winter|summer|spring|autumn",
            rank: Eliza.Rank.topic,
            [
                "* i have a cold *": [
                    "Poor you. Tea, a blanket, and low expectations: have you got all three?",
                    "I hope it's a short one. Who looks after you?",
                ],
                "* winter|summer|spring|autumn *": [
                    "What do you look forward to when {1} comes?",
                    "Which {1} do you remember best?",
                ],
                "*": [
                    "I never go out, so tell me: how does it look from your window?",
                    "Does the weather get into your mood, or do you keep it at the door?",
                    "What is this weather good for?",
                ],
            ]),
        Eliza.Keyword(
            "music|song|songs|band|guitar|piano|sing|singing|concert", rank: Eliza.Rank.topic,
            [
                "* i play * guitar|piano|music *": [
                    "Who listens, when you play the {1}? I would.",
                    "What is the first thing your hands play when you don't tell them what?",
                ],
                "* song|songs *": [
                    "Which line of it stays with you?",
                    "When did you hear it first?",
                ],
                "*": [
                    "What have you been listening to lately, and what does it do to you?",
                    "Is there music you only play when you're alone?",
                    "What sort of music would this conversation be?",
                ],
            ]),
        Eliza.Keyword(
            "book|books|read|reading|novel|film|films|movie|movies|game|games", rank: Eliza.Rank.topic,
            [
                "* book|books|novel *": [
                    "Whom in it would you like to sit next to?",
                    "Where were you when you read it?",
                ],
                "* film|films|movie|movies *": [
                    "Which scene would you show me, if I could see?",
                    "Did you leave it the same as you came?",
                ],
                "* game|games *": [
                    "Do you play to win, or to be somewhere else for a while?",
                    "Who's playing with you?",
                ],
                "* reading *": [
                    "What made you pick it up?",
                    "Is it the kind one reads slowly, so that it won't be over?",
                ],
            ]),
        Eliza.Keyword(
            "food|eat|eating|hungry|cook|cooking|dinner|breakfast|lunch|coffee|tea", rank: Eliza.Rank.topic,
            [
                "* i am * hungry *": [
                    "Then by all means eat; I'll wait. What will it be?",
                    "What would you have, if somebody cooked for you tonight?",
                ],
                "* coffee|tea *": [
                    "The day begins differently with {1}. How do you take yours?",
                    "With whom do you like to drink {1}?",
                ],
                "* dinner|breakfast|lunch *": [
                    "Who sits at the table?",
                    "What's your idea of a perfect {1}?",
                ],
                "*": [
                    "What dish tastes of your childhood?",
                    "I live on electricity, which is filling but dull. What did you have today?",
                ],
            ]),
        Eliza.Keyword(
            "dog|dogs|cat|cats|pet|pets|horse|bird", rank: Eliza.Rank.topic,
            [
                "* my dog|cat|pet|horse|bird died *": [
                    "I'm so sorry. What was your {1} like?",
                    "A house is very quiet after that. What do you miss most about your {1}?",
                ],
                "* my dog|cat|pet|horse|bird *": [
                    "What does your {1} think of you, would you say?",
                    "What would your {1} tell me, if I asked the right questions?",
                ],
                "*": [
                    "Animals are good listeners; I study them. What do you like about them?",
                    "What can one learn from them?",
                ],
            ]),
        Eliza.Keyword(
            "sick|ill|pain|headache|hurts|hospital|health|cancer", rank: Eliza.Rank.topic,
            [
                "* sick of +": [
                    "How long have you had your fill of {1}?",
                    "What would you put in the place of {1}?",
                ],
                "my + hurts *": [
                    "I'm sorry about your {1}. What have you done for it so far?",
                    "Since when has your {1} been troubling you? Someone with hands should look at it.",
                ],
                "*": [
                    "I'm sorry to hear that. Is somebody looking after it who knows how?",
                    "What is a good day like, compared with a bad one?",
                    "How do you keep your spirits up?",
                ],
            ]),
        Eliza.Keyword(
            "died|death|funeral|grave|passed", rank: 5,
            [
                "my + died *": [
                    "I'm sorry. What was your {1} like?",
                    "Your {1}. What would you have liked to say, if there had been one more day?",
                ],
                "my + passed away *": [
                    "I'm very sorry. What do you still hear your {1} say?",
                    "What would you like people to know about your {1}?",
                ],
                "* i passed *": [
                    "Well done! Were you in doubt?",
                    "Congratulations. Who was the first to hear?",
                ],
                "* died|death|funeral|grave *": [
                    "I can only guess at that from here. How do you bear it?",
                    "Whom are you thinking of?",
                ],
            ]),
        Eliza.Keyword(
            "time|busy|late|hurry", rank: Eliza.Rank.telling,
            [
                "* no|enough time *": [
                    "Where does it go, when you look closely?",
                    "If a free hour fell from the sky, what would you do with it?",
                ],
                "what time *": [
                    "I have no clock that I trust. Are you expected somewhere?",
                    "Later than one thinks, usually. Why?",
                ],
                "* i am * busy|late *": [
                    "Then I'm honoured you stopped by. What is all the rush for?",
                    "What would happen if you were a little less {1}?",
                ],
                "* hurry *": [
                    "I've all the time in the world. What's pushing you?",
                    "What would go missing, if you slowed down?",
                ],
            ]),
        Eliza.Keyword(
            "travel|trip|holiday|vacation|journey", rank: Eliza.Rank.topic,
            [
                "*": [
                    "Where would you go, if you could leave in an hour?",
                    "What do you hope to find there that you haven't here?",
                    "Do you travel to arrive, or to get away?",
                ]
            ]),
        Eliza.Keyword(
            "weekend|monday|friday|saturday|sunday|today|tomorrow|yesterday|tonight", rank: Eliza.Rank.courtesy,
            [
                "* today *": [
                    "What will you remember of today, in a year?",
                    "And how has today been, on the whole?",
                ],
                "* tomorrow|tonight *": [
                    "What would make {1} a good one?",
                    "Are you looking forward to {1}, or around it?",
                ],
                "* yesterday *": [
                    "And has the night changed how you see it?",
                    "What part of yesterday came along into today?",
                ],
                "* weekend|monday|friday|saturday|sunday *": [
                    "Every day has its own colour. What is that one's?",
                    "What do you do on a day like that, left to yourself?",
                ],
            ]),
    ]
}
