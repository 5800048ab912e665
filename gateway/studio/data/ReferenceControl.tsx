import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { useClient } from 'urql';
import type { FieldControlProps } from './FieldControl.tsx';
import { labelFields, labelOf, spelled } from './model-labels.ts';
import { itemOf, listOf } from './record-operations.ts';
import type { Model } from './use-models.ts';
import type { Row } from './values.ts';

const offered = 8;
const typingPauseMs = 180;
const none: readonly Row[] = [];

/** Finds another item by what it is known by: a combobox (WAI-ARIA Authoring Practices) over the graph. */
export function ReferenceControl({
  target,
  models,
  text: id,
  onChange,
  parts,
  inCell = false,
  disabled = false,
  field,
}: FieldControlProps & { readonly target: Model }): ReactNode {
  const client = useClient();
  const listId = useId();
  const [typed, setTyped] = useState<string>();
  const [chosen, setChosen] = useState('');
  const [answer, setAnswer] = useState<{ readonly typed: string; readonly rows: readonly Row[] }>();
  const [active, setActive] = useState(0);
  // What was found for an earlier text is not what one looks for now.
  const found = answer !== undefined && answer.typed === typed ? answer.rows : none;
  const isOpen = found.length > 0;

  useEffect(() => {
    if (id === '') {
      setChosen('');
      return;
    }
    const asking = client.query(itemOf(target, models), { id }).subscribe(({ data }) => {
      if (data?.item !== undefined && data.item !== null) setChosen(labelOf(target, data.item));
    });
    return () => asking.unsubscribe();
  }, [client, id, target, models]);

  useEffect(() => {
    if (typed === undefined) return;
    let asking: { readonly unsubscribe: () => void } | undefined;
    const timer = setTimeout(() => {
      asking = client
        .query(listOf(target, models), { where: searchFor(target, typed), first: offered })
        .subscribe(({ data }) => {
          setAnswer({ typed, rows: data?.items?.nodes ?? none });
          setActive(0);
        });
    }, typingPauseMs);
    return () => {
      clearTimeout(timer);
      asking?.unsubscribe();
    };
  }, [client, target, models, typed]);

  const take = (row: Row | undefined): void => {
    if (row === undefined) return;
    setChosen(labelOf(target, row));
    setTyped(undefined);
    onChange(row.id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    // Enter chooses; before there is anything to choose it does not send the form.
    const waits = typed !== undefined && typed !== '' && answer?.typed !== typed;
    if (!isOpen && !(waits && event.key === 'Enter')) return;
    if (event.key === 'ArrowDown') setActive(Math.min(found.length - 1, active + 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(0, active - 1));
    else if (event.key === 'Enter') take(found[active]);
    else if (event.key === 'Escape') setTyped(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="reference">
      <input
        {...parts}
        className="input"
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={isOpen ? `${listId}-${active}` : undefined}
        autoComplete="off"
        disabled={disabled}
        // biome-ignore lint/a11y/noAutofocus: the cell that holds it had the focus and gave it over on request.
        autoFocus={inCell}
        placeholder={`Find ${spelled(target.name).toLowerCase()} …`}
        value={typed ?? chosen}
        onChange={(event) => {
          setTyped(event.target.value);
          if (event.target.value === '' && !field.required) onChange('');
        }}
        onFocus={(event) => event.target.select()}
        onBlur={() => setTyped(undefined)}
        onKeyDown={onKeyDown}
      />
      <div
        id={listId}
        role="listbox"
        aria-label={pluralHint(target)}
        hidden={!isOpen}
        className="reference-list"
      >
        {found.map((row, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox has the keys of its list.
          <div
            key={row.id}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            // The control keeps the focus while one points at the list.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(row)}
          >
            {labelOf(target, row)}
          </div>
        ))}
      </div>
    </div>
  );
}

function pluralHint(target: Model): string {
  return spelled(target.plural);
}

function searchFor(target: Model, typed: string): object | null {
  const text = typed.trim();
  const fields = labelFields(target).filter(({ filterable }) => filterable);
  if (text === '' || fields.length === 0) return null;
  return {
    or: fields.map(({ name, unique }) => ({
      [name]: unique ? { startsWith: text, ignoreCase: true } : { contains: text, ignoreCase: true },
    })),
  };
}
