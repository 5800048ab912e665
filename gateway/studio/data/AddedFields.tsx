import { type ReactNode, useMemo } from 'react';
import { Described } from '../elements/Described.tsx';
import { useAddedFields, useAddedValues } from './added-fields.ts';
import { FieldValue } from './FieldValue.tsx';
import { spelled } from './model-labels.ts';
import type { Model } from './use-models.ts';
import type { Row } from './values.ts';

/** What metrics and predictions say of one item; nothing where they say nothing of its kind. */
export function AddedFields({ model, row }: { readonly model: Model; readonly row: Row }): ReactNode {
  const fields = useAddedFields(model);
  const rows = useMemo(() => [row], [row]);
  const values = useAddedValues(model, fields, rows).get(row.id);
  if (fields.length === 0) return null;
  return (
    <section className="panel" aria-label="Computed">
      <header className="panel-head">
        <h2>Computed</h2>
        <span className="faint">by metrics and predictions</span>
      </header>
      <dl className="fields">
        {fields.map((field) => (
          <div key={field.name}>
            <dt>{spelled(field.name)}</dt>
            <dd>
              <span className="two-lines">
                <FieldValue field={field} value={values?.[field.name]} models={[]} />
                {field.description !== null && (
                  <span className="faint">
                    <Described text={field.description} />
                  </span>
                )}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
