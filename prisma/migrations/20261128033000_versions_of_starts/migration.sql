-- Whoever changes what starts or holds runs says which version they have seen: two who change one at once overwrite nobody unseen.
ALTER TABLE jobs.schedule ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE jobs.trigger ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE jobs.hook ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE jobs.queue ADD COLUMN version integer NOT NULL DEFAULT 1;
-- Null where its runs share the runner's process, and until a runner that tells it has started.
ALTER TABLE jobs.definition ADD COLUMN memory_mb integer;
