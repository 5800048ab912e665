import type { ReactNode } from 'react';
import type { FieldParts } from '../elements/Field.tsx';
import { FileControl } from './FileControl.tsx';
import { ReferenceControl } from './ReferenceControl.tsx';
import { TextControl } from './TextControl.tsx';
import type { Model, ModelField } from './use-models.ts';

export interface FieldControlProps {
  readonly field: ModelField;
  readonly models: readonly Model[];
  /** As it is typed; of a reference, the other's id. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly parts: Partial<FieldParts> & { readonly 'aria-label'?: string };
  /** In a cell: as small as the cell, and focused at once. */
  readonly inCell?: boolean;
  readonly disabled?: boolean;
}

const placeholders: Readonly<Record<string, string>> = {
  DateTime: '2001-01-01T00:47:00Z',
  JSON: '{ }',
};

/** The control that fits a field's type. */
export function FieldControl(props: FieldControlProps): ReactNode {
  const { field, models, text, onChange, parts, inCell = false, disabled = false } = props;
  const target = models.find(({ name }) => name === field.target);
  if (target !== undefined) return <ReferenceControl {...props} target={target} />;
  if (field.entity === 'File') return <FileControl {...props} />;
  const shared = { ...parts, disabled, autoFocus: inCell };
  if (field.type === 'Boolean')
    return (
      <select {...shared} className="select" value={text} onChange={(event) => onChange(event.target.value)}>
        {!field.required && <option value="">empty</option>}
        <option value="true">true</option>
        <option value="false">false</option>
      </select>
    );
  if (field.type === 'JSON')
    return (
      <textarea
        {...shared}
        className="textarea"
        spellCheck={false}
        placeholder={placeholders['JSON']}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  if (field.type === 'String') return <TextControl {...props} />;
  const isNumber = field.type === 'Int' || field.type === 'Float';
  return (
    <input
      {...shared}
      className={`input${field.type === 'DateTime' || field.type === 'ID' ? ' code' : ''}`}
      inputMode={isNumber ? (field.type === 'Int' ? 'numeric' : 'decimal') : undefined}
      placeholder={placeholders[field.type]}
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
