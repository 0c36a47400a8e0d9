-- What is learned about providers' sites, and a way through the attempts by how they ended.
--
-- The reasons, and what the index costs: Docs/Storage.md.

-- One row a fact: what a site answers to, so that no process has to find out again.
CREATE TABLE site_facts (
    site TEXT NOT NULL,                       -- base address, without a trailing slash
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    learned_at INTEGER NOT NULL,
    PRIMARY KEY (site, name)
) STRICT, WITHOUT ROWID;

-- The attempts of one provider, kind and outcome side by side, in the order of their ids: a page of any list of attempts
-- is put together from the ends of such runs, and reads no more than it shows.
CREATE INDEX provider_attempts_by_outcome ON provider_attempts (provider, kind, outcome);
