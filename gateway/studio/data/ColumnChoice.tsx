import { type ReactNode, useState } from 'react';
import { Button } from '../elements/Button.tsx';
import { Described } from '../elements/Described.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import type { AddedField } from './added-fields.ts';
import { spelled } from './model-labels.ts';
import type { Model, ModelField } from './use-models.ts';

export interface Columns {
  readonly shown: readonly ModelField[];
  /** Those of them that other parts of the graph compute. */
  readonly shownAdded: readonly AddedField[];
  /** All there are to choose from. */
  readonly all: readonly ModelField[];
  toggle(name: string): void;
  reset(): void;
}

const usuallyHidden = new Set(['id', 'version', 'createdAt', 'createdBy']);

/** Which columns one wants to see, kept in this browser. What others add costs to compute, and is shown by choice. */
export function useColumns(model: Model, added: readonly AddedField[]): Columns {
  const key = `tributary.columns.${model.name}`;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => hiddenIn(localStorage.getItem(key), model));
  const addedKey = `${key}.added`;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(localStorage.getItem(addedKey)?.split(',')),
  );
  const keep = (next: ReadonlySet<string>): void => {
    setHidden(next);
    localStorage.setItem(key, [...next].join());
  };
  // The model's own fields first: what the system adds is looked at less.
  const ordered = [
    ...model.fields.filter(({ system }) => !system),
    ...model.fields.filter(({ system }) => system),
  ];
  const shownAdded = added.filter(({ name }) => chosen.has(name));
  return {
    shown: [...ordered.filter(({ name }) => !hidden.has(name)), ...shownAdded],
    shownAdded,
    all: [...model.fields, ...added],
    toggle: (name) => {
      if (added.some((field) => field.name === name)) {
        const next = new Set(chosen);
        if (!next.delete(name)) next.add(name);
        setChosen(next);
        localStorage.setItem(addedKey, [...next].join());
        return;
      }
      const next = new Set(hidden);
      if (!next.delete(name)) next.add(name);
      keep(next);
    },
    reset: () => {
      localStorage.removeItem(key);
      localStorage.removeItem(addedKey);
      setChosen(new Set());
      setHidden(hiddenIn(null, model));
    },
  };
}

function hiddenIn(kept: string | null, model: Model): ReadonlySet<string> {
  if (kept !== null) return new Set(kept.split(','));
  return new Set(model.fields.map(({ name }) => name).filter((name) => usuallyHidden.has(name)));
}

export function ColumnChoice({ columns }: { readonly columns: Columns }): ReactNode {
  const [open, setOpen] = useState(false);
  const shown = new Set(columns.shown.map(({ name }) => name));
  return (
    <>
      <Button icon="columns" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Columns
      </Button>
      {open && (
        <Dialog title="Columns" onClose={() => setOpen(false)}>
          <ul className="dialog-body">
            {columns.all.map(({ name, description }) => (
              <li key={name}>
                <label className="check">
                  <input
                    type="checkbox"
                    checked={shown.has(name)}
                    disabled={shown.size === 1 && shown.has(name)}
                    onChange={() => columns.toggle(name)}
                  />
                  <span>
                    {spelled(name)}{' '}
                    {description !== null && (
                      <span className="faint">
                        <Described text={description} />
                      </span>
                    )}
                  </span>
                </label>
              </li>
            ))}
          </ul>
          <div className="dialog-foot">
            <Button onClick={() => columns.reset()}>As it was</Button>
            <Button look="primary" onClick={() => setOpen(false)}>
              Done
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
