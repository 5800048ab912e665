import type { ReactNode } from 'react';
import { plainDescription } from '../elements/Described.tsx';
import { Creator } from './Creator.tsx';
import { FieldValue } from './FieldValue.tsx';
import { spelled } from './model-labels.ts';
import type { Model } from './use-models.ts';
import type { Row } from './values.ts';

/** What an item holds, its own fields first; what others change while one looks lights up. */
export function RecordFields({
  model,
  models,
  row,
  fresh,
}: {
  readonly model: Model;
  readonly models: readonly Model[];
  readonly row: Row;
  readonly fresh: ReadonlySet<string>;
}): ReactNode {
  const fields = [...model.fields].sort((a, b) => Number(a.system) - Number(b.system));
  return (
    <dl className="fields">
      {fields.map((field) => (
        <div
          key={`${field.name} ${fresh.has(field.name) ? row.version : ''}`}
          data-system={field.system || undefined}
          data-fresh={fresh.has(field.name) || undefined}
        >
          <dt title={plainDescription(field.description)}>{spelled(field.name)}</dt>
          <dd>
            {field.name === 'createdBy' && typeof row['createdBy'] === 'string' ? (
              <Creator id={row['createdBy']} />
            ) : (
              <FieldValue field={field} value={row[field.name]} models={models} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
