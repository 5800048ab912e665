import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Icon } from '../elements/Icon.tsx';
import { entityPath } from './entity-pages.ts';
import { FileInField } from './FileInField.tsx';
import { labelOf } from './model-labels.ts';
import type { Model, ModelField } from './use-models.ts';
import { readableText } from './values.ts';

/** A value as it is read: a reference leads to what it refers to. */
export function FieldValue({
  field,
  value,
  models,
  inGrid = false,
}: {
  readonly field: ModelField;
  readonly value: unknown;
  readonly models: readonly Model[];
  /** Then the cell has the focus, and the link inside it is no stop of its own. */
  readonly inGrid?: boolean;
}): ReactNode {
  if (value === null || value === undefined)
    return (
      <span className="nothing">
        <span aria-hidden="true">–</span>
        <span className="only-heard">empty</span>
      </span>
    );
  const target = models.find(({ name }) => name === field.target);
  if (target !== undefined) {
    const item = value as Readonly<Record<string, unknown>>;
    return (
      <Link href={`/data/${target.plural}/${String(item['id'])}`} tabIndex={inGrid ? -1 : undefined}>
        {labelOf(target, item)}
      </Link>
    );
  }
  if (field.entity !== null) {
    const id = String((value as { readonly id: string }).id);
    if (field.entity === 'File') return <FileInField id={id} inGrid={inGrid} />;
    return <EntityLink entity={field.entity} id={id} />;
  }
  if (field.type === 'Boolean') return value === true ? <Icon name="check" label="true" /> : 'false';
  if (field.type === 'ID')
    return <code title={String(value)}>{inGrid ? `…${String(value).slice(-8)}` : String(value)}</code>;
  if (field.type === 'JSON')
    return inGrid ? <code>{readableText(field, value)}</code> : <pre>{JSON.stringify(value, null, 2)}</pre>;
  if (field.type === 'DateTime')
    return (
      <time dateTime={String(value)} title={String(value)}>
        {readableText(field, value)}
      </time>
    );
  return readableText(field, value);
}

/** An entity of another subgraph. */
function EntityLink({ entity, id }: { readonly entity: string; readonly id: string }): ReactNode {
  const path = entityPath(entity, id);
  const text = <code>…{id.slice(-8)}</code>;
  return path === undefined ? text : <Link href={path}>{text}</Link>;
}
