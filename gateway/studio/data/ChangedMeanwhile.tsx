import type { ReactNode } from 'react';
import { Icon } from '../elements/Icon.tsx';
import { changedBetween } from './conflict.ts';
import { spelled } from './model-labels.ts';
import type { LiveRow } from './row-changes.ts';
import type { Model } from './use-models.ts';
import type { Row } from './values.ts';

/**
 * Says that the item moved on since one began to work on it, and what follows. The region is there from the beginning: only what is
 * put into one that exists is read out.
 */
export function ChangedMeanwhile({
  model,
  begun,
  live,
  consequence,
}: {
  readonly model: Model;
  /** The item as it was when one began. */
  readonly begun: Row;
  readonly live: LiveRow;
  readonly consequence: string;
}): ReactNode {
  const text = newsOf(model, begun, live);
  return (
    <div role="status" className="meanwhile">
      {text !== undefined && (
        <div className="notice" data-tone="warning">
          <Icon name="alert" />
          <div>
            <p className="notice-title">{text}</p>
            {!live.isGone && <p className="soft">{consequence}</p>}
          </div>
        </div>
      )}
    </div>
  );
}

function newsOf(model: Model, begun: Row, { row, isGone }: LiveRow): string | undefined {
  if (isGone) return 'Somebody deleted this item meanwhile.';
  if (row.version <= begun.version) return undefined;
  const changed = changedBetween(model, begun, row).map(({ name }) => spelled(name));
  const what = changed.length === 0 ? '' : `: ${changed.join(', ')}`;
  return `Somebody saved version ${row.version} meanwhile${what}. You began on version ${begun.version}.`;
}
