import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Moment } from '../elements/Moment.tsx';
import type { RunDetails } from './RunPage.tsx';
import { readableDuration } from './run-states.ts';

export function RunFacts({ run }: { readonly run: RunDetails }): ReactNode {
  const { startedBy, origin, startedAt, finishedAt, output, files } = run;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Queue', run.queue],
    ['Attempt', `${run.attempt} of ${run.maxAttempts}, ${readableDuration(run.timeLimitMs)} at most`],
    ['Started by', `${startedBy.user?.name ?? startedBy.id} (${origin})`],
    ['Enqueued', <Moment key="at" at={run.createdAt} />],
    ['Began', startedAt === null ? 'not yet' : <Moment key="at" at={startedAt} />],
    ['Ended', finishedAt === null ? 'not yet' : <Moment key="at" at={finishedAt} />],
    ['Input', <pre key="json">{JSON.stringify(run.input, null, 2)}</pre>],
    ...(files === null || files.nodes.length === 0
      ? []
      : [['Files', <MadeFiles key="files" files={files} />] as const]),
    ...(output === null
      ? []
      : [['Output', <pre key="json">{JSON.stringify(output, null, 2)}</pre>] as const]),
  ];
  return (
    <section className="panel" aria-label="Facts">
      <dl className="fields">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function MadeFiles({ files }: { readonly files: NonNullable<RunDetails['files']> }): ReactNode {
  return (
    <ul>
      {files.nodes.map(({ id, name }) => (
        <li key={id}>
          <Link href={`/files/${id}`}>{name}</Link>
        </li>
      ))}
      {files.pageInfo.hasNextPage && <li className="faint">and more</li>}
    </ul>
  );
}
