import { type ReactNode, useId } from 'react';
import { useQuery } from 'urql';
import type { Clash } from './conflict.ts';
import { FieldValue } from './FieldValue.tsx';
import { spelled } from './model-labels.ts';
import { itemOf } from './record-operations.ts';
import type { Model, ModelField } from './use-models.ts';
import { isReference, readableText } from './values.ts';

export type Side = 'mine' | 'theirs';

/** One field of a conflict. Where each side has a value of its own, one chooses between them. */
export function ConflictRow({
  field,
  clash,
  models,
  values,
  side,
  onSide,
}: {
  readonly field: ModelField;
  readonly clash: Clash;
  readonly models: readonly Model[];
  readonly values: { readonly read: unknown; readonly theirs: unknown; readonly mine: unknown };
  readonly side: Side;
  readonly onSide: (side: Side) => void;
}): ReactNode {
  const group = useId();
  const choice = (of: Side, value: ReactNode): ReactNode =>
    clash === 'theirs' || clash === 'agreed' ? (
      value
    ) : (
      <label className="check">
        <input
          type="radio"
          name={group}
          aria-label={`${spelled(field.name)}: ${of === 'mine' ? 'yours' : 'theirs'}`}
          checked={side === of}
          onChange={() => onSide(of)}
        />
        <span>{value}</span>
      </label>
    );
  return (
    <tr>
      <th scope="row">{spelled(field.name)}</th>
      <td>
        <FieldValue field={field} value={values.read} models={models} />
      </td>
      <td>{choice('theirs', <FieldValue field={field} value={values.theirs} models={models} />)}</td>
      <td>
        {clash === 'theirs' ? (
          <span className="faint">You did not change it; theirs stays.</span>
        ) : (
          choice('mine', <Wanted field={field} value={values.mine} models={models} />)
        )}
      </td>
    </tr>
  );
}

/** What one wants to write: of a reference the id, which says nothing, so the other is asked for. */
function Wanted({
  field,
  value,
  models,
}: {
  readonly field: ModelField;
  readonly value: unknown;
  readonly models: readonly Model[];
}): ReactNode {
  const target = models.find(({ name }) => name === field.target);
  if (target !== undefined && typeof value === 'string')
    return <WantedItem field={field} target={target} models={models} id={value} />;
  if (isReference(field) && typeof value === 'string')
    return <FieldValue field={field} value={{ id: value }} models={models} />;
  return readableText(field, value) || '–';
}

function WantedItem({
  field,
  target,
  models,
  id,
}: {
  readonly field: ModelField;
  readonly target: Model;
  readonly models: readonly Model[];
  readonly id: string;
}): ReactNode {
  const [{ data }] = useQuery({ query: itemOf(target, models), variables: { id } });
  return <FieldValue field={field} value={data?.item ?? { id }} models={models} />;
}
