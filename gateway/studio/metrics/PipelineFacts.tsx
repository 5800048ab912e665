import type { ReactNode } from 'react';
import { Moment } from '../elements/Moment.tsx';
import type { PipelinesQuery } from '../generated/operations.ts';

type Pipeline = NonNullable<PipelinesQuery['pipelines']>[number];

export const pipelineStates = {
  RUNNING: { title: 'running', tone: 'good' },
  FAILING: { title: 'failing', tone: 'danger' },
  STOPPING: { title: 'stopping', tone: 'warning' },
  STOPPED: { title: 'stopped', tone: 'warning' },
} as const;
const engines = { EMBEDDED: 'in the product', FLINK: 'on Flink' } as const;
const changes = {
  RESUMED: 'Declared anew, and went on with its windows,',
  RECOMPUTED: 'Computed anew',
} as const;

/** How it stands with one pipeline, as of the last look. */
export function PipelineFacts({ pipeline }: { readonly pipeline: Pipeline }): ReactNode {
  const { engine, topic, version, since, state, failure, eventsBehind, checkpoint, change } = pipeline;
  const { savepoint, savepointFailure } = pipeline;
  return (
    <>
      <p className="soft">
        Version {version}, {engines[engine]}, over {topic}; {pipelineStates[state].title} since{' '}
        <Moment at={since} />.
      </p>
      {failure !== null && (
        <p className="pipeline-failure">
          {failure.message} <code>{failure.code}</code>
        </p>
      )}
      {savepointFailure !== null && (
        <p className="pipeline-failure">
          The savepoint: {savepointFailure.message} <code>{savepointFailure.code}</code>
        </p>
      )}
      <p>
        {eventsBehind === 0 ? (
          'Nothing waits to be computed.'
        ) : (
          <>
            <span className="numeric">{eventsBehind.toLocaleString('en')}</span> events wait to be computed.
          </>
        )}
      </p>
      {checkpoint !== null && (
        <p className="faint">
          Last checkpoint <Moment at={checkpoint.at} show="ago" />, at{' '}
          {checkpoint.offsets.map(placeText).join(' · ')}
        </p>
      )}
      {savepoint !== null && (
        <p className="faint">
          Stopped with all it had <Moment at={savepoint.at} show="ago" />
          {savepoint.place !== null && (
            <>
              , in <code>{savepoint.place}</code>
            </>
          )}
          {savepoint.restoredAt !== null && (
            <>
              ; went on from there <Moment at={savepoint.restoredAt} show="ago" />
            </>
          )}
          .
        </p>
      )}
      {change !== null && (
        <p className="faint">
          {changes[change.kind]} <Moment at={change.at} show="ago" />.
        </p>
      )}
    </>
  );
}

const placeText = (offset: number | null): string => (offset === null ? '–' : offset.toLocaleString('en'));
