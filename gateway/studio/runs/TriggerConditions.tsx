import { type ReactNode, useId } from 'react';
import { Button } from '../elements/Button.tsx';
import { Field } from '../elements/Field.tsx';
import { SelectField } from '../elements/SelectField.tsx';
import { type ConditionDraft, conditionTests, testTitles } from './trigger-draft.ts';

const mostConditions = 10;

/** What must hold of an event, all of it. */
export function TriggerConditions({
  drafts,
  paths,
  onChange,
}: {
  readonly drafts: readonly ConditionDraft[];
  readonly paths: readonly string[];
  readonly onChange: (drafts: readonly ConditionDraft[]) => void;
}): ReactNode {
  const pathsId = useId();
  const set = (key: number, part: Partial<ConditionDraft>): void =>
    onChange(drafts.map((draft) => (draft.key === key ? { ...draft, ...part } : draft)));
  const add = (): void => {
    const key = Math.max(-1, ...drafts.map((draft) => draft.key)) + 1;
    onChange([...drafts, { key, path: '', test: 'eq', text: '' }]);
  };
  return (
    <fieldset className="options">
      <legend>
        Only where <span className="faint">all of it holds</span>
      </legend>
      <datalist id={pathsId}>
        {paths.map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
      {drafts.map(({ key, path, test, text }) => (
        <div key={key} className="trigger-condition">
          <Field label="What it says at">
            {(parts) => (
              <input
                {...parts}
                className="input code"
                required
                list={pathsId}
                placeholder="data.after.name"
                value={path}
                onChange={(event) => set(key, { path: event.target.value })}
              />
            )}
          </Field>
          <SelectField
            label="Compares"
            value={test}
            choices={conditionTests}
            nameOf={(choice) => testTitles[choice]}
            onChange={(chosen) => set(key, { test: chosen })}
          />
          <Field label={test === 'in' ? 'A JSON list' : 'Text or JSON'}>
            {(parts) => (
              <input
                {...parts}
                className="input code"
                value={text}
                onChange={(event) => set(key, { text: event.target.value })}
              />
            )}
          </Field>
          <Button
            look="quiet"
            icon="trash"
            aria-label={`Remove the condition on ${path || 'nothing yet'}`}
            title="Remove"
            onClick={() => onChange(drafts.filter((draft) => draft.key !== key))}
          />
        </div>
      ))}
      {drafts.length < mostConditions && (
        <div>
          <Button icon="plus" onClick={add}>
            Add a condition
          </Button>
        </div>
      )}
    </fieldset>
  );
}
