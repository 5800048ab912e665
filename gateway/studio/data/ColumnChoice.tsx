import { type ReactNode, useState } from 'react';
import { Button } from '../elements/Button.tsx';
import { Described } from '../elements/Described.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { spelled } from './model-labels.ts';
import type { Model, ModelField } from './use-models.ts';

export interface Columns {
  readonly shown: readonly ModelField[];
  toggle(name: string): void;
  reset(): void;
}

const usuallyHidden = new Set(['id', 'version', 'createdAt', 'createdBy']);

/** Which columns one wants to see, kept in this browser. */
export function useColumns(model: Model): Columns {
  const key = `tributary.columns.${model.name}`;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => hiddenIn(localStorage.getItem(key), model));
  const keep = (next: ReadonlySet<string>): void => {
    setHidden(next);
    localStorage.setItem(key, [...next].join());
  };
  // The model's own fields first: what the system adds is looked at less.
  const ordered = [
    ...model.fields.filter(({ system }) => !system),
    ...model.fields.filter(({ system }) => system),
  ];
  return {
    shown: ordered.filter(({ name }) => !hidden.has(name)),
    toggle: (name) => {
      const next = new Set(hidden);
      if (!next.delete(name)) next.add(name);
      keep(next);
    },
    reset: () => {
      localStorage.removeItem(key);
      setHidden(hiddenIn(null, model));
    },
  };
}

function hiddenIn(kept: string | null, model: Model): ReadonlySet<string> {
  if (kept !== null) return new Set(kept.split(','));
  return new Set(model.fields.map(({ name }) => name).filter((name) => usuallyHidden.has(name)));
}

export function ColumnChoice({
  model,
  columns,
}: {
  readonly model: Model;
  readonly columns: Columns;
}): ReactNode {
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
            {model.fields.map(({ name, description }) => (
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
