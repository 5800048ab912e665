-- Links that ended, for the sweep of the files subgraph, and those of a version that is removed, which go with it.
-- Read by SQL alone, as all of `files`.
CREATE INDEX link_expires_idx ON files.link (expires_at);
CREATE INDEX link_version_idx ON files.link (workspace_id, version_id);
