import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { Button } from '../elements/Button.tsx';
import { Icon } from '../elements/Icon.tsx';
import { type Condition, comparisonOf, comparisonsFor, faultOf } from './conditions.ts';
import { spelled } from './model-labels.ts';
import './filters.css';
import type { Model } from './use-models.ts';

/** The conditions in force, each to be taken away, and a line to add another. */
export function FilterBar({
  model,
  conditions,
  onChange,
}: {
  readonly model: Model;
  readonly conditions: readonly Condition[];
  readonly onChange: (conditions: readonly Condition[]) => void;
}): ReactNode {
  const [adding, setAdding] = useState(false);
  const bar = useRef<HTMLElement>(null);
  const without = (index: number): readonly Condition[] => conditions.filter((_, at) => at !== index);
  // What had the focus goes with it; without another place one would begin at the top of the page.
  const change = (next: readonly Condition[]): void => {
    onChange(next);
    bar.current?.focus();
  };
  const faults = conditions.map((condition) => faultOf(condition, model));
  return (
    <section ref={bar} className="filter-bar" aria-label="Filters" tabIndex={-1}>
      {conditions.map((condition, index) => (
        <span
          key={`${condition.field} ${condition.comparison} ${condition.text}`}
          className="condition"
          data-faulty={faults[index] !== undefined || undefined}
        >
          <span className="soft">{spelled(condition.field)}</span> {comparisonOf(condition.comparison).title}{' '}
          {comparisonOf(condition.comparison).bare !== true && <b>{condition.text}</b>}
          <button
            type="button"
            aria-label={`Remove the filter ${spelled(condition.field)} ${comparisonOf(condition.comparison).title} ${condition.text}`}
            onClick={() => change(without(index))}
          >
            <Icon name="close" />
          </button>
        </span>
      ))}
      {adding ? (
        <NewCondition
          model={model}
          onAdd={(condition) => {
            setAdding(false);
            change([...conditions, condition]);
          }}
          onCancel={() => {
            setAdding(false);
            bar.current?.focus();
          }}
        />
      ) : (
        <Button look="quiet" icon="filter" onClick={() => setAdding(true)}>
          {conditions.length === 0 ? 'Filter' : 'Add a filter'}
        </Button>
      )}
      {conditions.length > 1 && !adding && (
        <Button look="quiet" onClick={() => change([])}>
          Clear all
        </Button>
      )}
      {conditions.map(
        (condition, index) =>
          faults[index] !== undefined && (
            <p
              key={`${condition.field} ${condition.comparison} ${condition.text}`}
              className="field-fault"
              role="alert"
            >
              {spelled(condition.field)} {comparisonOf(condition.comparison).title} {condition.text}:{' '}
              {faults[index]}
            </p>
          ),
      )}
    </section>
  );
}

function NewCondition({
  model,
  onAdd,
  onCancel,
}: {
  readonly model: Model;
  readonly onAdd: (condition: Condition) => void;
  readonly onCancel: () => void;
}): ReactNode {
  const fields = [...model.fields]
    .filter(({ filterable }) => filterable)
    .sort((a, b) => Number(a.system) - Number(b.system));
  const [name, setName] = useState(fields[0]?.name ?? 'id');
  const field = fields.find((candidate) => candidate.name === name);
  const offered = field === undefined ? [] : comparisonsFor(field);
  const [chosen, setChosen] = useState(offered[0] ?? 'eq');
  const comparison = offered.includes(chosen) ? chosen : (offered[0] ?? 'eq');
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string>();
  const isBare = comparisonOf(comparison).bare === true;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const condition = { field: name, comparison, text: isBare ? '' : text };
    const found = faultOf(condition, model);
    if (found === undefined) onAdd(condition);
    else setFault(found);
  };
  return (
    <form
      className="new-condition"
      onSubmit={submit}
      onKeyDown={(event) => event.key === 'Escape' && onCancel()}
    >
      <select
        className="select"
        aria-label="Field"
        value={name}
        onChange={(event) => setName(event.target.value)}
      >
        {fields.map((candidate) => (
          <option key={candidate.name} value={candidate.name}>
            {spelled(candidate.name)}
          </option>
        ))}
      </select>
      <select
        className="select"
        aria-label="Comparison"
        value={comparison}
        onChange={(event) => setChosen(event.target.value)}
      >
        {offered.map((candidate) => (
          <option key={candidate} value={candidate}>
            {comparisonOf(candidate).title}
          </option>
        ))}
      </select>
      {!isBare && (
        <input
          className="input"
          aria-label="Value"
          aria-invalid={fault !== undefined || undefined}
          // biome-ignore lint/a11y/noAutofocus: whoever asks for a filter goes on to type it.
          autoFocus
          value={text}
          placeholder={field?.type === 'DateTime' ? '2001-01-01T00:00Z' : undefined}
          onChange={(event) => {
            setText(event.target.value);
            setFault(undefined);
          }}
        />
      )}
      <Button type="submit" look="primary">
        Apply
      </Button>
      <Button look="quiet" onClick={onCancel}>
        Cancel
      </Button>
      {fault !== undefined && (
        <p className="field-fault" role="alert">
          {fault}
        </p>
      )}
    </form>
  );
}
