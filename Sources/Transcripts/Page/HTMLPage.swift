/// What every page has, whoever is in it: no scripts, nothing from the network, colours for light, dark and paper.
enum HTMLPage {
    static let beginning = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" \
        content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <meta name="color-scheme" content="light dark">

        """

    static let style = """
        <style>
        :root { --page: #fff; --ink: #1b1b1b; --faint: #5f5f5f; --user: #eef3fb; --code: #f4f4f2; --line: #ddd; --link: #1256a8 }
        @media (prefers-color-scheme: dark) {
        :root { --page: #161616; --ink: #e6e6e6; --faint: #a0a0a0; --user: #1f2836; --code: #222; --line: #3a3a3a; --link: #8ab8f0 }
        }
        body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 46rem; background: var(--page); color: var(--ink);
        font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere }
        a { color: var(--link) }
        article + article { margin-top: 4rem; border-top: 2px solid var(--line) }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 1.5rem 0 .5rem }
        h2 { font-size: 1rem; margin: 0 0 .25rem }
        h1, bdi { unicode-bidi: isolate }
        .facts, .place { color: var(--faint); font-size: .85rem; font-weight: normal; margin: 0 }
        .facts a, .place a { color: inherit }
        dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem }
        dt, dd { margin: 0 }
        dd { white-space: pre-wrap; unicode-bidi: plaintext }
        section { margin: 1.25rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem }
        section:target { border-color: var(--link) }
        .user { background: var(--user) }
        .text { white-space: pre-wrap; unicode-bidi: plaintext; margin: .5rem 0 }
        pre, code { font-family: ui-monospace, monospace; font-size: .9em }
        code { background: var(--code); border-radius: .2rem }
        pre { background: var(--code); padding: .75rem; border-radius: .4rem; overflow-x: auto; margin: .5rem 0 }
        @media print {
        :root { --page: #fff; --ink: #000; --faint: #444; --user: #fff; --code: #fff; --line: #999; --link: #000 }
        body { max-width: none; padding: 0; font-size: 10pt }
        article + article { break-before: page; border-top: 0; margin-top: 0 }
        h1, h2 { break-after: avoid }
        pre { white-space: pre-wrap; border: 1px solid var(--line) }
        }
        </style>
        </head>
        <body>

        """

    static let ending = "</body>\n</html>\n"
}
