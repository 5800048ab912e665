-- Locks up to `most` runs that are ready, best first, past those that others are locking. A queue empties and fills within moments, and statistics taken of
-- an empty one make the planner read and sort all that waits, for each claim anew. Here it has no other way than the index, in the order of the index;
-- and few are promised (ROWS), so that whoever joins them to the runs goes by the key.
CREATE FUNCTION jobs.take_ready(known_jobs text[], most integer)
RETURNS TABLE (workspace_id uuid, id uuid)
LANGUAGE plpgsql VOLATILE ROWS 1
SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN QUERY
    SELECT r.workspace_id, r.id FROM jobs.run r
    WHERE r.state = 'QUEUED' AND NOT r.limited AND r.job = ANY(known_jobs)
      -- Run by run: a pause holds from its commit on, before the sweep has moved what was queued.
      AND (SELECT q.state = 'PAUSED' OR q.limited FROM jobs.queue q WHERE q.workspace_id = r.workspace_id AND q.name = r.queue) IS NOT TRUE
    ORDER BY r.priority DESC, r.run_at, r.id
    LIMIT most
    FOR UPDATE OF r SKIP LOCKED;
END $$;
