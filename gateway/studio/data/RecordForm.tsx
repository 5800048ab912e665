import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from '../elements/Button.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { FieldControl } from './FieldControl.tsx';
import { spelled } from './model-labels.ts';
import type { Model, ModelField } from './use-models.ts';
import { editableText, parseValue, type Row, sameValue } from './values.ts';

export interface RecordFormProps {
  readonly model: Model;
  readonly models: readonly Model[];
  /** What is changed; absent for a new one. */
  readonly row?: Row;
  readonly action: string;
  /** Gets what differs (all that is filled in, for a new one). @throws Error when it was not taken */
  readonly onSave: (values: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly onCancel: () => void;
}

/** All fields of an item at once. Faults stand beside the fields they are of. */
export function RecordForm({ model, models, row, action, onSave, onCancel }: RecordFormProps): ReactNode {
  const fields = model.fields.filter(({ system }) => !system);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(fields.map((field) => [field.name, startingText(field, row)])),
  );
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const { values, faults: found } = readForm(fields, texts, row);
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    if (row !== undefined && Object.keys(values).length === 0) return onCancel();
    setBusy(true);
    setError(undefined);
    try {
      await onSave(values);
    } catch (cause) {
      setError(cause as Error);
    }
    setBusy(false);
  };
  return (
    <form className="record-form" onSubmit={(event) => void submit(event)} noValidate>
      {fields.map((field) => (
        <Field
          key={field.name}
          label={spelled(field.name)}
          hint={field.description ?? undefined}
          optional={!field.required}
          fault={faults[field.name]}
        >
          {(parts) => (
            <FieldControl
              field={field}
              models={models}
              parts={parts}
              text={texts[field.name] ?? ''}
              disabled={busy}
              onChange={(text) => setTexts((present) => ({ ...present, [field.name]: text }))}
            />
          )}
        </Field>
      ))}
      {error !== undefined && <FailureNotice error={error} />}
      <div className="record-form-foot">
        <Button look="primary" type="submit" busy={busy}>
          {action}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}

function startingText(field: ModelField, row: Row | undefined): string {
  if (row !== undefined) return editableText(field, row[field.name]);
  return field.type === 'Boolean' && field.required ? 'false' : '';
}

function readForm(
  fields: readonly ModelField[],
  texts: Readonly<Record<string, string>>,
  row: Row | undefined,
): { readonly values: Record<string, unknown>; readonly faults: Record<string, string> } {
  const values: Record<string, unknown> = {};
  const faults: Record<string, string> = {};
  for (const field of fields) {
    const text = texts[field.name] ?? '';
    const before = startingText(field, row);
    if (row === undefined ? text === '' && !field.required : text === before) continue;
    const parsed = parseValue(field, text);
    if ('fault' in parsed) faults[field.name] = parsed.fault;
    else if (row === undefined || !sameValue(parsed.value, row[field.name]))
      values[field.name] = parsed.value;
  }
  return { values, faults };
}
