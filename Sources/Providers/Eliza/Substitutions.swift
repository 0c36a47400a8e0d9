extension Eliza {
    /// Spellings that are changed before anything is looked up, so that a pattern need only know one of them.
    enum Substitutions {
        static let words: [String: String] = [
            "im": "i am", "i'm": "i am", "ive": "i have", "i've": "i have", "i'ma": "i am going to",
            "youre": "you are", "you're": "you are", "youve": "you have", "you've": "you have",
            "we're": "we are", "we've": "we have", "theyre": "they are", "they're": "they are", "they've": "they have",
            "he's": "he is", "she's": "she is", "it's": "it is", "that's": "that is", "thats": "that is",
            "there's": "there is", "theres": "there is", "here's": "here is", "what's": "what is", "whats": "what is",
            "who's": "who is", "how's": "how is", "where's": "where is", "when's": "when is", "why's": "why is",
            "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't", "cannot": "can't",
            "wont": "won't", "isnt": "isn't", "arent": "aren't", "wasnt": "wasn't", "werent": "weren't",
            "couldnt": "couldn't", "shouldnt": "shouldn't", "wouldnt": "wouldn't", "havent": "haven't",
            "hasnt": "hasn't", "hadnt": "hadn't", "lets": "let's", "youll": "you'll", "youd": "you'd",
            "wanna": "want to", "gonna": "going to", "gotta": "got to", "kinda": "kind of", "dunno": "don't know",
            "u": "you", "ur": "your", "plz": "please", "pls": "please", "thx": "thanks", "bc": "because",
            "cuz": "because", "coz": "because", "cos": "because", "noone": "nobody", "yeah": "yes", "yep": "yes",
            "yup": "yes", "nope": "no", "nah": "no", "alot": "a lot",
        ]

        static let pairs: [String: String] = ["no one": "nobody", "can not": "can't", "of course": "certainly"]
    }
}
