import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Icon } from '../elements/Icon.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { type TourStateQuery, tourStateQuery } from '../generated/operations.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import './tour.css';
import { type TourStep, tourSteps } from './tour-steps.ts';

/** What the product does, step by step, with what one's role may do; what the workspace has already is ticked. */
export function Tour(): ReactNode {
  const { role } = useViewer();
  const [{ data, error }] = useQuery({
    query: tourStateQuery,
    variables: { managesKeys: mayUse(role, 'apiKeys') },
    requestPolicy: 'cache-and-network',
  });
  const jobs = new Set(data?.jobs.map(({ name }) => name));
  const steps = tourSteps
    .filter(({ needs }) => mayUse(role, needs))
    .filter(({ job }) => job === undefined || jobs.has(job));
  return (
    <>
      <PageHead
        title="A tour"
        lead="From bytes to answers in a few minutes. Each step is a page you will come back to."
      />
      {error !== undefined && <FailureNotice error={error} />}
      <ol className="tour">
        {steps.map((step) => (
          <Step key={step.title} step={step} state={data} />
        ))}
      </ol>
    </>
  );
}

function Step({
  step,
  state,
}: {
  readonly step: TourStep;
  readonly state: TourStateQuery | undefined;
}): ReactNode {
  const { title, text, path, go, icon, apart, isDone } = step;
  const done = state !== undefined && isDone?.(state) === true;
  return (
    <li className="panel" data-done={done || undefined}>
      <span className="tour-icon">{done ? <Icon name="check" label="done" /> : <Icon name={icon} />}</span>
      <div>
        <h2>{title}</h2>
        <p className="soft">{text}</p>
      </div>
      {apart === true ? (
        <a href={path} className="button">
          {go}
        </a>
      ) : (
        <Link href={path} className="button">
          {go}
        </Link>
      )}
    </li>
  );
}
