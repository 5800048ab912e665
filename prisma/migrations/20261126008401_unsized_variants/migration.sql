-- Variants made before their sizes were kept; the sweep of the files subgraph looks them up, and then there are none.
-- Read by SQL alone, as all of `files`.
CREATE INDEX variant_unsized_idx ON files.variant (workspace_id, object_key) WHERE size_bytes = 0;
