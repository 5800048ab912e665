import type { ReactNode } from 'react';
import { Field } from './Field.tsx';

/** One of a few values, each with the name it is shown by. */
export function SelectField<Value extends string>({
  label,
  hint,
  value,
  choices,
  nameOf = (choice) => choice,
  onChange,
}: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly value: Value;
  readonly choices: readonly Value[];
  readonly nameOf?: (choice: Value) => string;
  readonly onChange: (choice: Value) => void;
}): ReactNode {
  return (
    <Field label={label} hint={hint}>
      {(parts) => (
        <select
          {...parts}
          className="select"
          value={value}
          onChange={(event) => {
            const chosen = choices.find((choice) => choice === event.target.value);
            if (chosen !== undefined) onChange(chosen);
          }}
        >
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {nameOf(choice)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
