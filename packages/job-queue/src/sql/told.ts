import { outboxInsert } from '@tributary/engines/outbox/relational';

/** Where the caller's `EventFrame` stands among the parameters of a statement. */
export interface FramePlaces {
  /** `$6`: the moment, RFC 3339. */
  readonly time: string;
  /** `$7`: further attributes of the envelope as the inside of a JSON object, with a comma before it, or ''. */
  readonly attributes: string;
}

/**
 * Two parts of a statement that write the event of each run in its part `changed`, as `stateEvents` makes them: the same names, the same values. `changed` has
 * the columns of a run's summary, `"eventId"` and `n`.
 */
export function tellChanged({ time, attributes }: FramePlaces): string {
  return `
events AS (
  SELECT 'jobs.run' AS topic, n, (left(json_build_object(
    'specversion', '1.0', 'id', "eventId", 'source', '/workers/job-runner',
    'type', 'jobs.run.' || CASE state WHEN 'RUNNING' THEN 'started' ELSE lower(state) END,
    'subject', 'Run/' || id, 'time', ${time}::text, 'datacontenttype', 'application/json', 'workspaceid', "workspaceId",
    'partitionkey', 'Run/' || id, 'actorkind', principal ->> 'kind', 'actorid', principal ->> 'id',
    'data', json_build_object('after', json_build_object(
      'id', id, 'job', job, 'queue', queue, 'state', state, 'priority', priority, 'attempt', attempt, 'progressDone', "progressDone",
      'progressTotal', "progressTotal", 'progressMessage', "progressMessage", 'errorCode', "errorCode", 'parentId', "parentId",
      'origin', origin, 'cancelRequested', "cancelRequested", 'startedBy', principal ->> 'id'))
    )::text, -1) || ${attributes}::text || '}') AS event
  FROM changed
),
told AS (${outboxInsert('events', { refusable: false })})`;
}
