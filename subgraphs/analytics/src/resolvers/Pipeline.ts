import type { PipelineResolvers } from '../generated/schema.ts';

const moment = (ms: number): string => new Date(ms).toISOString();
const states = { running: 'RUNNING', failing: 'FAILING', stopping: 'STOPPING', stopped: 'STOPPED' } as const;
const engines = { embedded: 'EMBEDDED', flink: 'FLINK' } as const;
const kinds = { resumed: 'RESUMED', recomputed: 'RECOMPUTED' } as const;

export const Pipeline: PipelineResolvers = {
  name: ({ status }) => status.name,
  version: ({ status }) => status.version,
  engine: ({ engine }) => engines[engine],
  state: ({ status }) => states[status.state],
  since: ({ status }) => moment(status.sinceMs),
  failure: ({ status }) => status.failure ?? null,
  savepointFailure: ({ status }) => status.savepointFailure ?? null,
  savepoint: ({ status: { savepoint } }) =>
    savepoint === undefined
      ? null
      : {
          at: moment(savepoint.atMs),
          place: savepoint.place ?? null,
          restoredAt: savepoint.restoredAtMs === undefined ? null : moment(savepoint.restoredAtMs),
        },
  topic: ({ metric }) => metric.pipeline.source.topic,
  eventsBehind: ({ status }) => status.eventsBehind,
  lagMs: ({ status }) => status.lagMs,
  checkpoint: ({ status: { checkpoint } }) =>
    checkpoint === undefined
      ? null
      : { at: moment(checkpoint.atMs), offsets: checkpoint.offsets.map((next) => next ?? null) },
  change: ({ status: { change } }) =>
    change === undefined ? null : { at: moment(change.atMs), kind: kinds[change.how] },
};
