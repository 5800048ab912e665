import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Icon } from '../elements/Icon.tsx';
import { queuesQuery } from '../generated/operations.ts';

/** Says why nothing starts, where runs are looked at: some queue is paused or takes nothing new. */
export function HeldQueues(): ReactNode {
  const [{ data }] = useQuery({
    query: queuesQuery,
    variables: { after: null },
    requestPolicy: 'cache-and-network',
  });
  const held = data?.queues.nodes.filter(({ state }) => state !== 'RUNNING') ?? [];
  if (held.length === 0) return null;
  const names = (state: string): string =>
    held
      .filter((each) => each.state === state)
      .map(({ name }) => name)
      .join(', ');
  const [paused, draining] = [names('PAUSED'), names('DRAINING')];
  return (
    <div className="notice held-queues" data-tone="warning" role="status">
      <Icon name="pause" />
      <div>
        {paused !== '' && <p className="notice-title">Paused, so nothing of it starts: {paused}</p>}
        {draining !== '' && <p className="notice-title">Draining, so it takes nothing new: {draining}</p>}
        <p>
          <Link href="/runs/queues">To the queues</Link>
        </p>
      </div>
    </div>
  );
}
