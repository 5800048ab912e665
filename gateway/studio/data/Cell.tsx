import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { Refusal } from '../graph/refusal.ts';
import { FieldControl } from './FieldControl.tsx';
import { FieldValue } from './FieldValue.tsx';
import { spelled } from './model-labels.ts';
import type { Model, ModelField } from './use-models.ts';
import { editableText, isNumeric, parseValue, type Row, sameValue } from './values.ts';

export interface CellProps {
  readonly row: Row;
  readonly field: ModelField;
  readonly models: readonly Model[];
  readonly place: string;
  readonly isCurrent: boolean;
  readonly isFresh: boolean;
  readonly isEditable: boolean;
  readonly onFocus: () => void;
  /** Writes the value over that of `read`. @throws Refusal when it was not taken */
  readonly onWrite: (value: unknown, read: Row) => Promise<void>;
  /** Gives the focus back to the cell, or to the one below. */
  readonly onLeave: (where: 'here' | 'below') => void;
}

/** A value in the grid. Enter, F2 or a double click edits it; Enter writes, Shift-Enter begins a line in a text, Escape leaves it as it was. */
export function Cell(props: CellProps): ReactNode {
  const { row, field, models, place, isCurrent, isFresh, isEditable, onFocus, onWrite, onLeave } = props;
  // The row as it was when one began to edit the cell.
  const [begun, setBegun] = useState<Row>();
  const isEditing = begun !== undefined;
  const value = row[field.name];
  const leave = (where: 'here' | 'below'): void => {
    setBegun(undefined);
    requestAnimationFrame(() => onLeave(where));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTableCellElement>): void => {
    if (event.target !== event.currentTarget || (event.key !== 'Enter' && event.key !== 'F2')) return;
    event.preventDefault();
    if (isEditable && !event.ctrlKey) setBegun(row);
    else event.currentTarget.querySelector('a')?.click();
  };
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: a cell of a grid is a gridcell (HTML-AAM, td).
    <td
      data-place={place}
      data-fresh={isFresh || undefined}
      data-editing={isEditing || undefined}
      className={isNumeric(field) ? 'end numeric' : undefined}
      tabIndex={isCurrent && !isEditing ? 0 : -1}
      aria-readonly={!isEditable}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      onDoubleClick={() => isEditable && begun === undefined && setBegun(row)}
    >
      {isEditing ? (
        <CellEditor
          field={field}
          models={models}
          value={begun[field.name]}
          // The rest of the row is alive beside it; only a change of this very value must not be written over unseen.
          onWrite={(next) => onWrite(next, sameValue(begun[field.name], value) ? row : begun)}
          onLeave={leave}
        />
      ) : (
        <span className="cell-value">
          <FieldValue field={field} value={value} models={models} inGrid />
        </span>
      )}
    </td>
  );
}

function CellEditor({
  field,
  models,
  value,
  onWrite,
  onLeave,
}: Pick<CellProps, 'field' | 'models' | 'onLeave'> & {
  readonly value: unknown;
  readonly onWrite: (value: unknown) => Promise<void>;
}): ReactNode {
  const [before] = useState(() => editableText(field, value));
  const [text, setText] = useState(before);
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const write = async (): Promise<void> => {
    const parsed = parseValue(field, text);
    if ('fault' in parsed) return setFault(parsed.fault);
    const typedBefore = parseValue(field, before);
    if ('value' in typedBefore && sameValue(parsed.value, typedBefore.value)) return onLeave('here');
    setBusy(true);
    try {
      await onWrite(parsed.value);
      onLeave('below');
    } catch (error) {
      setBusy(false);
      setFault(Refusal.of(error as Error).message);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // It ends a composition of Chinese, Japanese or Korean, and is not meant for the cell.
    if (event.nativeEvent.isComposing) return;
    // A line break, where the control has lines.
    if (event.key === 'Enter' && event.shiftKey && event.target instanceof HTMLTextAreaElement) return;
    if (event.key === 'Enter') void write();
    else if (event.key === 'Escape') onLeave('here');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears the keys of the control inside it.
    <div
      className="cell-editor"
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget) && !busy && fault === undefined) void write();
      }}
    >
      <FieldControl
        field={field}
        models={models}
        text={text}
        inCell
        disabled={busy}
        parts={{ 'aria-label': spelled(field.name), 'aria-invalid': fault === undefined ? undefined : true }}
        onChange={(next) => {
          setText(next);
          setFault(undefined);
        }}
      />
      {fault !== undefined && (
        <p className="cell-fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
