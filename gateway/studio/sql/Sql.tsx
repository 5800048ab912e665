import { type ReactNode, useId, useRef, useState } from 'react';
import { useMutation } from 'urql';
import { useLocation } from 'wouter';
import { z } from 'zod/mini';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { RangeChoice } from '../elements/RangeChoice.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { momentsOf, type TimeRange } from '../elements/time-range.ts';
import { enqueueJobMutation } from '../generated/operations.ts';
import type { Keeper } from '../session/kept-here.ts';
import { mayUse } from '../session/rights.ts';
import { useDraft } from '../session/use-draft.ts';
import { useKeeper, useViewer } from '../session/viewer.tsx';
import { keepQuery, keptQueries } from './kept-queries.ts';
import { SqlEditor } from './SqlEditor.tsx';
import { SqlResult } from './SqlResult.tsx';
import { useSqlTables } from './sql-tables.ts';
import { TableList } from './TableList.tsx';
import { useSql } from './use-sql.ts';
import './sql.css';

const firstQuery =
  'SELECT name, count(*) AS events, count(DISTINCT subject) AS subjects\nFROM events\nGROUP BY name\nORDER BY events DESC';

export function Sql(): ReactNode {
  const { role, workspace } = useViewer();
  const keeper = useKeeper();
  const lead = 'Asks events and models of this workspace with one SELECT. It reads, and can do nothing else.';
  return (
    <>
      <PageHead title="SQL" lead={lead} />
      {mayUse(role, 'analyticsQuery') && workspace !== null ? (
        <Workbench keeper={keeper} />
      ) : (
        <EmptyState icon="database" title="SQL is for editors">
          You read this workspace as a viewer. Ask an admin of it for the role of an editor.
        </EmptyState>
      )}
    </>
  );
}

/** What is known on the right, the query, and below it the answer. */
function Workbench({ keeper }: { readonly keeper: Keeper }): ReactNode {
  const hintId = useId();
  const control = useRef<HTMLTextAreaElement>(null);
  const [kept, setKept] = useState(() => keptQueries(keeper));
  const draft = useDraft('sql', z.string(), () => kept[0] ?? firstQuery);
  const sql = draft.value;
  const setSql = (next: string): void => draft.change(() => next);
  const [range, setRange] = useState<TimeRange>({ days: 7 });
  const [, go] = useLocation();
  const { role } = useViewer();
  const [exporting, startExport] = useMutation(enqueueJobMutation);
  const { outcome, isAsking, ask, stop } = useSql();
  const { tables, ...asked } = useSqlTables();
  const names = tables.flatMap((table) => [table.name, ...table.columns.map(({ name }) => name)]);
  const moments = momentsOf(range, Date.now());
  const canAsk = sql.trim() !== '' && moments !== undefined;
  /** With those that were asked, where it is found from now on. */
  const keep = (): void => {
    setKept(keepQuery(sql, keeper));
    draft.drop();
  };
  const run = (): void => {
    if (!canAsk) return;
    keep();
    ask(sql, moments);
  };
  const exportAll = async (): Promise<void> => {
    if (moments === undefined) return;
    keep();
    const input = { sql, from: moments.from, to: moments.to, format: 'CSV' };
    const { data } = await startExport({ input: { job: 'export-query', input } });
    if (data !== undefined) go(`/runs/${data.enqueueJob.run.id}`);
  };
  const insert = (name: string): void => {
    control.current?.focus();
    if (!document.execCommand('insertText', false, name)) setSql(`${sql} ${name}`);
  };
  return (
    <div className="sql">
      <div className="stack">
        <section className="panel" aria-label="Query">
          <SqlEditor {...{ sql, names, control }} describedBy={hintId} onChange={setSql} onRun={run} />
          <div className="sql-bar">
            <RangeChoice range={range} onChange={setRange} />
            <Recent queries={kept} onTake={setSql} />
            <span className="sql-run">
              <span id={hintId} className="faint">
                <kbd>Ctrl</kbd> or <kbd>⌘</kbd> with <kbd>Enter</kbd>
              </span>
              {mayUse(role, 'enqueueJob') && (
                <Button
                  icon="download"
                  busy={exporting.fetching}
                  disabled={!canAsk}
                  title="All rows, however long it takes, by a job"
                  onClick={() => exportAll()}
                >
                  All as a file
                </Button>
              )}
              {isAsking ? (
                <Button icon="close" onClick={stop}>
                  Stop
                </Button>
              ) : (
                <Button look="primary" icon="play" disabled={!canAsk} onClick={run}>
                  Run
                </Button>
              )}
            </span>
          </div>
        </section>
        {exporting.error !== undefined && <FailureNotice error={exporting.error} />}
        {isAsking && <Skeleton rows={4} label="Asking" />}
        {!isAsking && outcome?.error !== undefined && <FailureNotice error={outcome.error} />}
        {!isAsking && outcome?.answer !== undefined && (
          <SqlResult key={outcome.tookMs} answer={outcome.answer} tookMs={outcome.tookMs} />
        )}
      </div>
      {asked.error === undefined ? (
        <TableList tables={tables} onInsert={insert} />
      ) : (
        <FailureNotice error={asked.error} onRetry={asked.retry} />
      )}
    </div>
  );
}

function Recent({
  queries,
  onTake,
}: {
  readonly queries: readonly string[];
  readonly onTake: (sql: string) => void;
}): ReactNode {
  if (queries.length === 0) return null;
  return (
    <label className="field">
      <span>Asked before</span>
      <select
        className="select"
        value=""
        onChange={({ target: { value } }) => value !== '' && onTake(queries[Number(value)] ?? '')}
      >
        <option value="">Choose …</option>
        {queries.map((sql, index) => (
          <option key={sql} value={index}>
            {sql.replaceAll(/\s+/g, ' ').slice(0, 80)}
          </option>
        ))}
      </select>
    </label>
  );
}
