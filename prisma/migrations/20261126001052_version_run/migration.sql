-- The run of a job that made a version: what its scan changes is that run's doing too. The table is read and written in SQL by the files
-- subgraph, so it is not in schema.prisma.
ALTER TABLE files.version ADD COLUMN run_id uuid;
