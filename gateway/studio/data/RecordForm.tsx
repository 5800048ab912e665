import { type ReactNode, useEffect, useRef, useState } from 'react';
import { z } from 'zod/mini';
import { Button } from '../elements/Button.tsx';
import { Described } from '../elements/Described.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { Restored } from '../elements/Restored.tsx';
import { Refusal } from '../graph/refusal.ts';
import type { DraftInHand } from '../session/use-draft.ts';
import { ChangedMeanwhile } from './ChangedMeanwhile.tsx';
import { FieldControl } from './FieldControl.tsx';
import { spelled } from './model-labels.ts';
import type { LiveRow } from './row-changes.ts';
import type { Model, ModelField } from './use-models.ts';
import { refusedFields } from './use-record-writes.ts';
import { editableText, parseValue, type Row, sameValue } from './values.ts';

/** A form half filled in, as it is kept. */
export const recordDraft = z.object({
  /** What is changed, as it was when one began; for a new one only what it will be known by. */
  row: z.looseObject({ id: z.string(), version: z.number() }),
  texts: z.record(z.string(), z.string()),
});
export type RecordDraft = z.infer<typeof recordDraft>;

export interface RecordFormProps {
  readonly model: Model;
  readonly models: readonly Model[];
  readonly draft: DraftInHand<RecordDraft>;
  readonly isNew?: boolean;
  /** The same item as it is now. */
  readonly live?: LiveRow;
  readonly action: string;
  /** Gets what differs (all that is filled in, for a new one). @throws Error when it was not taken */
  readonly onSave: (values: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly onCancel: () => void;
}

/** All fields of an item at once. Faults stand beside the fields they are of, whether found here or by the server. */
export function RecordForm({
  model,
  models,
  draft,
  isNew = false,
  live,
  action,
  onSave,
  onCancel,
}: RecordFormProps): ReactNode {
  const form = useRef<HTMLFormElement>(null);
  const fields = model.fields.filter(({ system }) => !system);
  const row = isNew ? undefined : draft.value.row;
  const texts = { ...startingTexts(model, row), ...draft.value.texts };
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const hasNewFaults = useRef(false);
  useEffect(() => {
    if (!hasNewFaults.current) return;
    hasNewFaults.current = false;
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  });
  const point = (found: Readonly<Record<string, string>>): void => {
    hasNewFaults.current = Object.keys(found).length > 0;
    setFaults(found);
  };
  const refused = (cause: Error): void => {
    const refusal = Refusal.of(cause);
    const names = refusedFields(model, refusal);
    if (names.length === 0) setError(refusal);
    else point(Object.fromEntries(names.map((name) => [name, refusal.message])));
  };
  const change = (name: string, text: string): void => {
    draft.change((present) => ({ ...present, texts: { ...present.texts, [name]: text } }));
    setFaults(({ [name]: _mended, ...others }) => others);
  };
  const giveUp = (): void => {
    draft.drop();
    onCancel();
  };
  const submit = async (): Promise<void> => {
    const { values, faults: found } = readForm(fields, texts, row);
    point(found);
    if (Object.keys(found).length > 0) return;
    if (row !== undefined && Object.keys(values).length === 0) return giveUp();
    setBusy(true);
    setError(undefined);
    try {
      await onSave(values);
    } catch (cause) {
      refused(cause as Error);
    }
    setBusy(false);
  };
  return (
    <Form ref={form} className="record-form" onSubmit={submit} noValidate>
      <Restored draft={draft} />
      {fields.map((field) => (
        <Field
          key={field.name}
          label={spelled(field.name)}
          hint={field.description === null ? undefined : <Described text={field.description} />}
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
              onChange={(text) => change(field.name, text)}
            />
          )}
        </Field>
      ))}
      {error !== undefined && <FailureNotice error={error} />}
      <div className="record-form-foot">
        <Button look="primary" type="submit" busy={busy}>
          {action}
        </Button>
        <Button onClick={giveUp}>Cancel</Button>
      </div>
      {/* Last, so that nothing moves away under the pointer when it appears. */}
      {row !== undefined && live !== undefined && (
        <ChangedMeanwhile
          model={model}
          begun={row}
          live={live}
          consequence="When you save, you see theirs beside yours and choose; what you leave as it is stays theirs."
        />
      )}
    </Form>
  );
}

/** What the controls of a form hold at its beginning. */
export function startingTexts(model: Model, row: Row | undefined): Record<string, string> {
  const fields = model.fields.filter(({ system }) => !system);
  return Object.fromEntries(fields.map((field) => [field.name, startingText(field, row)]));
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
