import { type ReactNode, useMemo } from 'react';
import { Link } from 'wouter';
import { Button } from '../elements/Button.tsx';
import { Described } from '../elements/Described.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Icon } from '../elements/Icon.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { useListParams, usePages } from '../elements/use-pages.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { useAddedFields, useAddedValues } from './added-fields.ts';
import { ColumnChoice, useColumns } from './ColumnChoice.tsx';
import { conditionsIn, whereOf, writeConditions } from './conditions.ts';
import { FilterBar } from './FilterBar.tsx';
import { ModelTabs } from './ModelTabs.tsx';
import { pluralTitle, spelled } from './model-labels.ts';
import { RecordTable } from './RecordTable.tsx';
import { countOf, listOf } from './record-operations.ts';
import { useLiveRows } from './use-live-rows.ts';
import type { Model } from './use-models.ts';

const pageSize = 50;

/** The items of a model: filtered, sorted, a page at a time, and alive. What is shown is in the address, to be sent to somebody. */
export function Records({
  model,
  models,
}: {
  readonly model: Model;
  readonly models: readonly Model[];
}): ReactNode {
  const [params, setParams] = useListParams();
  const conditions = useMemo(() => conditionsIn(params), [params]);
  const where = useMemo(() => whereOf(conditions, model), [conditions, model]);
  const cannotAsk = where === undefined;
  const sort = params.get('sort') ?? '';
  const pages = usePages();
  const [{ data, error, fetching }, askAgain] = useReloadable({
    query: listOf(model, models),
    variables: { where: where ?? null, orderBy: orderOf(sort), first: pageSize, after: pages.after ?? null },
    requestPolicy: 'cache-and-network',
    pause: cannotAsk,
  });
  const [{ data: counted }, countAgain] = useReloadable({
    query: countOf(model),
    variables: { where: where ?? null },
    requestPolicy: 'cache-and-network',
    pause: cannotAsk,
  });
  const live = useLiveRows({ model, models }, data?.items?.nodes, askAgain);
  const columns = useColumns(model, useAddedFields(model));
  const added = useAddedValues(
    model,
    columns.shownAdded,
    live.rows.map(({ row }) => row),
  );
  const rows = live.rows.map((each) => ({ ...each, row: { ...each.row, ...added.get(each.row.id) } }));
  const reload = (): void => {
    live.forget();
    pages.first();
    askAgain();
    countAgain();
  };
  const sortBy = (next: string): void =>
    setParams((present) => {
      if (next === '') present.delete('sort');
      else present.set('sort', next);
      return present;
    });
  const total = counted?.items?.totalCount;
  const isFiltered = where !== null;
  return (
    <>
      <PageHead
        title={pluralTitle(model)}
        lead={model.description === null ? undefined : <Described text={model.description} />}
      >
        <ColumnChoice columns={columns} />
        {model.writable && (
          <Link href={`/data/${model.plural}/new`} className="button" data-look="primary">
            <Icon name="plus" /> New {spelled(model.name).toLowerCase()}
          </Link>
        )}
      </PageHead>
      <ModelTabs models={models} current={model} />
      <FilterBar
        key={model.name}
        model={model}
        conditions={conditions}
        onChange={(next) => setParams((present) => writeConditions(present, next))}
      />
      {error !== undefined && <FailureNotice error={error} onRetry={reload} />}
      {cannotAsk && (
        <EmptyState icon="filter" title="This cannot be filtered so">
          Take away the filter that is marked, or add it again as it is meant.
        </EmptyState>
      )}
      {data === undefined && error === undefined && !cannotAsk && (
        <Skeleton label={`Loading ${pluralTitle(model)}`} rows={12} />
      )}
      {data !== undefined && !cannotAsk && (
        <div className="panel" aria-busy={fetching}>
          <div role="status">
            {live.newcomers > 0 && (
              <button type="button" className="newcomers" onClick={reload}>
                {live.newcomers === 1 ? 'A new one was created' : `${live.newcomers} new ones were created`}.
                Show them
              </button>
            )}
          </div>
          {live.rows.length === 0 ? (
            <Nothing
              model={model}
              isFiltered={isFiltered}
              onClear={() => setParams((all) => writeConditions(all, []))}
            />
          ) : (
            <RecordTable
              model={model}
              models={models}
              fields={columns.shown}
              live={{ rows, take: live.take }}
              sort={sort}
              onSort={sortBy}
            />
          )}
          <PageTurner pages={pages} pageInfo={data.items?.pageInfo}>
            {total === undefined ? 'Counting …' : counting(total, isFiltered)}
          </PageTurner>
        </div>
      )}
    </>
  );
}

/** `-delayMinutes` is the longest delay first. */
function orderOf(sort: string): readonly object[] | null {
  if (sort === '') return null;
  return [sort.startsWith('-') ? { [sort.slice(1)]: 'DESC' } : { [sort]: 'ASC' }];
}

function counting(total: number, isFiltered: boolean): string {
  const counted = new Intl.NumberFormat('en').format(total);
  return `${counted} ${isFiltered ? 'match' : 'in all'}`;
}

function Nothing({
  model,
  isFiltered,
  onClear,
}: {
  readonly model: Model;
  readonly isFiltered: boolean;
  readonly onClear: () => void;
}): ReactNode {
  const name = pluralTitle(model).toLowerCase();
  if (isFiltered)
    return (
      <EmptyState
        icon="filter"
        title={`No ${name} match`}
        action={<Button onClick={onClear}>Clear the filters</Button>}
      >
        All conditions must hold at once.
      </EmptyState>
    );
  return (
    <EmptyState
      icon="table"
      title={`No ${name} yet`}
      action={
        model.writable && (
          <Link href={`/data/${model.plural}/new`} className="button" data-look="primary">
            Make the first one
          </Link>
        )
      }
    >
      They appear here the moment somebody makes one, by hand, over the API or from a file.
    </EmptyState>
  );
}
