-- A link holds while whoever made it has rights in the workspace (decision 174). Null: made before this release, and ended within a day of it.
ALTER TABLE files.link ADD COLUMN created_by_kind text;
