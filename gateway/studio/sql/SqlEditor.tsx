import { type KeyboardEvent, type ReactNode, type RefObject, useId, useMemo, useRef, useState } from 'react';
import { completionsFor, keywords, nameBefore, wordsOf } from './sql-words.ts';

const offered = 8;
/** Fewer letters would propose something at every word. */
const fewestLetters = 2;

/**
 * A plain text control, so that it is typed in, read aloud and undone like any other, over the same text in colours. What is typed
 * is completed: the arrows choose, Tab takes; Escape closes the list, and Tab then leaves the control as everywhere.
 */
export function SqlEditor({
  sql,
  names,
  control,
  describedBy,
  onChange,
  onRun,
}: {
  readonly sql: string;
  /** Tables and columns. */
  readonly names: readonly string[];
  readonly control: RefObject<HTMLTextAreaElement | null>;
  readonly describedBy: string;
  readonly onChange: (sql: string) => void;
  readonly onRun: () => void;
}): ReactNode {
  const listId = useId();
  const colours = useRef<HTMLPreElement>(null);
  const [caret, setCaret] = useState<number>();
  const [active, setActive] = useState(0);
  const known = useMemo(() => [...names, ...keywords], [names]);
  const typed = caret === undefined ? undefined : nameBefore(sql, caret);
  const found =
    typed !== undefined && typed.length >= fewestLetters ? completionsFor(typed, known, offered) : [];
  const isOpen = found.length > 0;
  const chosen = Math.min(active, found.length - 1);
  const place =
    isOpen && caret !== undefined ? placeOf(sql.slice(0, caret - (typed?.length ?? 0))) : undefined;

  const take = (name: string | undefined): void => {
    const element = control.current;
    if (name === undefined || element === null || caret === undefined || typed === undefined) return;
    element.setSelectionRange(caret - typed.length, caret);
    // The browser's own insertion keeps its undo; it is the one way to it.
    if (!document.execCommand('insertText', false, name))
      onChange(sql.slice(0, caret - typed.length) + name + sql.slice(caret));
    setCaret(undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      setCaret(undefined);
      onRun();
    } else if (!isOpen) return;
    else if (event.key === 'ArrowDown') setActive((chosen + 1) % found.length);
    else if (event.key === 'ArrowUp') setActive((chosen + found.length - 1) % found.length);
    else if (event.key === 'Tab' && !event.shiftKey) take(found[chosen]);
    else if (event.key === 'Escape') setCaret(undefined);
    else return;
    event.preventDefault();
  };
  return (
    <div className="sql-editor">
      <pre ref={colours} aria-hidden="true">
        {wordsOf(sql).map(({ kind, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the words of a text are what they are by their order.
          <span key={index} data-kind={kind}>
            {text}
          </span>
        ))}
        {'\n'}
      </pre>
      <textarea
        ref={control}
        aria-label="Query"
        aria-describedby={describedBy}
        aria-autocomplete="list"
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={isOpen ? `${listId}-${chosen}` : undefined}
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        value={sql}
        onChange={(event) => {
          onChange(event.target.value);
          setCaret(event.target.selectionStart);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setCaret(undefined)}
        onClick={() => setCaret(undefined)}
        onScroll={({ currentTarget: { scrollLeft, scrollTop } }) => {
          setCaret(undefined);
          colours.current?.scrollTo(scrollLeft, scrollTop);
        }}
      />
      {isOpen && place !== undefined && (
        <div
          id={listId}
          role="listbox"
          aria-label="Completions"
          className="sql-completions"
          style={{
            top: `calc(${place.line + 1} * var(--sql-line) + var(--space-3) - ${control.current?.scrollTop ?? 0}px)`,
            left: `calc(${place.column}ch + var(--space-4) - ${control.current?.scrollLeft ?? 0}px)`,
          }}
        >
          {found.map((name, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the control has the keys of its list.
            <div
              key={name}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(name)}
            >
              {name}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

/** Where a text ends, in lines and columns of a fixed-width type. */
function placeOf(text: string): { readonly line: number; readonly column: number } {
  const lines = text.split('\n');
  return { line: lines.length - 1, column: lines.at(-1)?.length ?? 0 };
}
