-- Workspaces take turns: a priority, and a long row of runs, count within a workspace and never against another one.
CREATE INDEX run_ready_of_workspace ON jobs.run (workspace_id, priority DESC, run_at, id) WHERE state = 'QUEUED' AND NOT limited;
DROP INDEX jobs.run_ready;

-- Locks up to `most` runs that are ready, past those that others are locking. Workspaces come in the order of how few of their runs are at work, by lot where
-- that is equal, and share what there is to take; what one of them leaves goes to the others. Within a workspace the best come first. Each look is a
-- step through the index in its order, however many runs wait: as statistics of a queue that empties and fills are never right, the planner has no other way.
CREATE OR REPLACE FUNCTION jobs.take_ready(known_jobs text[], most integer)
RETURNS TABLE (workspace_id uuid, id uuid)
LANGUAGE plpgsql VOLATILE ROWS 1
SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    room integer := most;
    turn uuid[];
    following uuid[];
    space uuid;
    share integer;
    taken uuid[] := '{}';
    found_now uuid[];
    pivot uuid;
BEGIN
    IF most < 1 THEN RETURN; END IF;
    -- Of more than 1,000 workspaces another thousand is looked at each time: those that follow the one whose run was started last.
    SELECT r.workspace_id INTO pivot FROM jobs.run r WHERE r.state = 'RUNNING' ORDER BY r.started_at DESC LIMIT 1;
    pivot := coalesce(pivot, '00000000-0000-0000-0000-000000000000');
    WITH RECURSIVE
    above AS (
        (SELECT r.workspace_id, 1 AS n FROM jobs.run r
         WHERE r.state = 'QUEUED' AND NOT r.limited AND r.workspace_id > pivot ORDER BY r.workspace_id LIMIT 1)
        UNION ALL
        SELECT next.workspace_id, a.n + 1 FROM above a CROSS JOIN LATERAL (
            SELECT r.workspace_id FROM jobs.run r
            WHERE r.state = 'QUEUED' AND NOT r.limited AND r.workspace_id > a.workspace_id ORDER BY r.workspace_id LIMIT 1) next
        WHERE a.n < 1000
    ),
    below AS (
        (SELECT r.workspace_id, 1 AS n FROM jobs.run r
         WHERE r.state = 'QUEUED' AND NOT r.limited AND r.workspace_id <= pivot ORDER BY r.workspace_id LIMIT 1)
        UNION ALL
        SELECT next.workspace_id, b.n + 1 FROM below b CROSS JOIN LATERAL (
            SELECT r.workspace_id FROM jobs.run r
            WHERE r.state = 'QUEUED' AND NOT r.limited AND r.workspace_id > b.workspace_id AND r.workspace_id <= pivot
            ORDER BY r.workspace_id LIMIT 1) next
        WHERE b.n < 1000
    ),
    ready AS (
        SELECT s.workspace_id FROM (SELECT workspace_id FROM above UNION ALL SELECT workspace_id FROM below) s LIMIT 1000
    )
    SELECT array_agg(s.workspace_id ORDER BY coalesce(w.n, 0), random()) INTO turn
    FROM ready s LEFT JOIN (
        SELECT r.workspace_id, count(*) AS n FROM jobs.run r
        WHERE r.state = 'RUNNING' AND r.job = ANY(known_jobs) GROUP BY r.workspace_id
    ) w ON w.workspace_id = s.workspace_id;

    WHILE room > 0 AND cardinality(turn) > 0 LOOP
        share := greatest(1, room / cardinality(turn));
        following := '{}';
        FOREACH space IN ARRAY turn LOOP
            EXIT WHEN room = 0;
            found_now := ARRAY(
                SELECT r.id FROM jobs.run r
                WHERE r.workspace_id = space AND r.state = 'QUEUED' AND NOT r.limited AND r.job = ANY(known_jobs)
                  AND r.id <> ALL(taken)
                  -- Run by run: a pause holds from its commit on, before the sweep has moved what was queued.
                  AND (SELECT q.state = 'PAUSED' OR q.limited FROM jobs.queue q WHERE q.workspace_id = r.workspace_id AND q.name = r.queue)
                      IS NOT TRUE
                ORDER BY r.priority DESC, r.run_at, r.id
                LIMIT least(share, room)
                FOR UPDATE OF r SKIP LOCKED);
            CONTINUE WHEN cardinality(found_now) = 0;
            room := room - cardinality(found_now);
            taken := taken || found_now;
            IF cardinality(found_now) = share THEN following := following || space; END IF;
            RETURN QUERY SELECT space, picked FROM unnest(found_now) AS picked;
        END LOOP;
        turn := following;
    END LOOP;
END $$;
