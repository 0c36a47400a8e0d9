extension Eliza.Script {
    /// Where a game of words must stop, and point to people. A false alarm does less harm than a missed one.
    static let grave: [Eliza.Keyword] = [
        Eliza.Keyword(
            "suicide|suicidal|self-harm|self-harming|kms", rank: Eliza.Rank.grave,
            [
                "*": [
                    """
                    I'm taking that seriously, and I'm only a small program: you deserve a person now. Please call \
                    someone you trust, a crisis line, or the emergency number where you are. Are you safe at this moment?
                    """,
                    """
                    Thank you for saying it. This is more than I can hold, so please don't stay alone with it: reach out \
                    to someone close, a crisis line or the emergency services. Who could you call right now?
                    """,
                    """
                    That matters far more than any talk with a program. Is there someone near you who could sit with you \
                    today? A crisis line or a doctor will listen too, at any hour. Please reach one of them.
                    """,
                ]
            ]),
        Eliza.Keyword(
            "die|dead|dying", rank: Eliza.Rank.grave,
            [
                "* i want|wanted|wish|need to die *": [.link("suicide")],
                "* want|wanted|wish to be dead *": [.link("suicide")],
                "* wish i was|were dead *": [.link("suicide")],
                "* better off dead *": [.link("suicide")],
            ]),
        Eliza.Keyword(
            "live|living|exist|alive", rank: Eliza.Rank.grave,
            [
                "* i don't want|wish to live|exist": [.link("suicide")],
                "* i don't want|wish to live|exist anymore|any|longer|now *": [.link("suicide")],
                "* i don't want|wish to be alive *": [.link("suicide")],
                "* no|any reason|point to|in live|living *": [.link("suicide")],
            ]),
        Eliza.Keyword(
            "life|end|ending", rank: Eliza.Rank.grave,
            [
                "* end|ending|take|taking my life *": [.link("suicide")],
                "* end|ending|take|taking my own life *": [.link("suicide")],
                "* i * end it all *": [.link("suicide")],
            ]),
        Eliza.Keyword(
            "kill|killing|hurt|hurting|harm|harming|cut|cutting", rank: Eliza.Rank.grave,
            [
                "* kill|killing|hurt|hurting|harm|harming|cut|cutting myself *": [.link("suicide")]
            ]),
    ]
}
