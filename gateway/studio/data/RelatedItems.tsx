import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { useReloadable } from '../graph/use-reloadable.ts';
import { FieldValue } from './FieldValue.tsx';
import { labelFields, labelOf, spelled } from './model-labels.ts';
import { relatedOf } from './record-operations.ts';
import type { Model, ModelField, ModelList } from './use-models.ts';
import { isNumeric } from './values.ts';

const shownItems = 6;
const shownColumns = 3;

/** The other end of references: the first few items, and the way to all of them. */
export function RelatedItems({
  model,
  models,
  list,
  id,
}: {
  readonly model: Model;
  readonly models: readonly Model[];
  readonly list: ModelList;
  readonly id: string;
}): ReactNode {
  const [{ data, error }, reload] = useReloadable({
    query: relatedOf(model, list, { models, first: shownItems }),
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  const target = models.find(({ name }) => name === list.target);
  if (target === undefined) return null;
  const related = data?.item?.related;
  const columns = tellingFields(target, list);
  const count =
    related === undefined || related === null ? '' : new Intl.NumberFormat('en').format(related.totalCount);
  return (
    <section className="panel" aria-label={spelled(list.name)}>
      <header className="panel-head">
        <h2>
          {spelled(list.name)} <span className="faint numeric">{count}</span>
        </h2>
        {related !== undefined && related !== null && related.totalCount > 0 && (
          <Link href={`/data/${target.plural}?where=${encodeURIComponent(`${list.via}~eq~${id}`)}`}>
            Show all
          </Link>
        )}
      </header>
      {error !== undefined && <FailureNotice error={error} onRetry={reload} />}
      {data === undefined && error === undefined && <Skeleton rows={3} />}
      {related?.totalCount === 0 && <p className="panel-note faint">None.</p>}
      {related !== undefined && related !== null && related.nodes.length > 0 && (
        <div className="scroll-x">
          <table className="table related">
            <thead>
              <tr>
                <th scope="col">{spelled(target.name)}</th>
                {columns.map((field) => (
                  <th key={field.name} scope="col" className={isNumeric(field) ? 'end' : undefined}>
                    {spelled(field.name)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {related.nodes.map((item) => (
                <tr key={item.id}>
                  <td>
                    <Link href={`/data/${target.plural}/${item.id}`}>{labelOf(target, item)}</Link>
                  </td>
                  {columns.map((field) => (
                    <td key={field.name} className={isNumeric(field) ? 'end numeric' : undefined}>
                      <FieldValue field={field} value={item[field.name]} models={models} inGrid />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** What one wants to know of an item at a glance: its own fields, but not the way back and not what names it already. */
function tellingFields(target: Model, list: ModelList): readonly ModelField[] {
  const naming = new Set([list.via, ...labelFields(target).map(({ name }) => name)]);
  return target.fields
    .filter(({ name, system, type }) => !system && type !== 'JSON' && !naming.has(name))
    .slice(0, shownColumns);
}
