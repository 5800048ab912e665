import type { ReactNode } from 'react';
import { Described } from '../elements/Described.tsx';
import type { SqlTable } from './sql-tables.ts';

/** What can be asked of, each table with its columns; a click puts the name into the query. */
export function TableList({
  tables,
  onInsert,
}: {
  readonly tables: readonly SqlTable[];
  readonly onInsert: (name: string) => void;
}): ReactNode {
  return (
    <section className="panel sql-tables" aria-label="Tables">
      <header className="panel-head">
        <h2>Tables</h2>
      </header>
      <ul>
        {tables.map(({ name, description, columns }) => (
          <li key={name}>
            <details>
              <summary>
                <code>{name}</code>
              </summary>
              {description !== null && (
                <p className="faint">
                  <Described text={description} />
                </p>
              )}
              <ul>
                <li>
                  <button type="button" className="text-button" onClick={() => onInsert(name)}>
                    Insert <code>{name}</code>
                  </button>
                </li>
                {columns.map((column) => (
                  <li key={column.name}>
                    <button
                      type="button"
                      aria-label={`Insert ${column.name}`}
                      onClick={() => onInsert(column.name)}
                    >
                      <code>{column.name}</code>
                      <span className="faint">{column.type.toLowerCase()}</span>
                    </button>
                  </li>
                ))}
              </ul>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
