internal import Conversations
internal import SQLite

extension Connection {
    static let factsQuery = "SELECT name, value FROM site_facts WHERE site = ?1"

    func facts(of site: String) throws(SQLiteError) -> [String: String] {
        let statement = try prepared(Self.factsQuery)
        defer { statement.reset() }
        try statement.bind(site)
        var facts: [String: String] = [:]
        while try statement.step() { facts[statement.text(0)] = statement.text(1) }
        return facts
    }

    func remember(_ facts: [String: String?], of site: String, now: Timestamp) throws(SQLiteError) {
        for (name, value) in facts {
            guard let value else {
                try run("DELETE FROM site_facts WHERE site = ?1 AND name = ?2", site, name)
                continue
            }
            try run(
                """
                INSERT INTO site_facts (site, name, value, learned_at) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (site, name) DO UPDATE SET value = ?3, learned_at = ?4
                """,
                site, name, value, now.rawValue)
        }
    }
}
