-- Attempts a run had begun when it was last driven again: it goes on counting, and has all its attempts from there.
-- Read and written in SQL by @tributary/job-queue, so it is not in schema.prisma.
ALTER TABLE jobs.run ADD COLUMN spent_attempts integer NOT NULL DEFAULT 0;
