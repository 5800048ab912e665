-- Since when a run finds no place to work in, without having been at work in between: it is put back for so long and no longer.
-- Read and written in SQL by @tributary/job-queue, so it is not in schema.prisma.
ALTER TABLE jobs.run ADD COLUMN overloaded_since timestamptz;
