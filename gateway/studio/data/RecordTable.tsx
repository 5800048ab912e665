import { type ReactNode, useCallback } from 'react';
import { Link } from 'wouter';
import { plainDescription } from '../elements/Described.tsx';
import { Icon } from '../elements/Icon.tsx';
import { useViewer } from '../session/viewer.tsx';
import { Cell } from './Cell.tsx';
import { ConflictDialog } from './ConflictDialog.tsx';
import { labelOf, spelled } from './model-labels.ts';
import type { LiveRow } from './row-changes.ts';
import { useGridKeys } from './use-grid-keys.ts';
import type { useLiveRows } from './use-live-rows.ts';
import type { Model, ModelField } from './use-models.ts';
import { useRecordWrites } from './use-record-writes.ts';
import { isNumeric, type Row } from './values.ts';

export interface RecordTableProps {
  readonly model: Model;
  readonly models: readonly Model[];
  readonly fields: readonly ModelField[];
  readonly live: Pick<ReturnType<typeof useLiveRows>, 'rows' | 'take'>;
  /** The field sorted by, with a minus for the other way round; empty for none. */
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

/** The grid: a cell is one stop of the keyboard, values are edited where they stand, and what others change lights up. */
export function RecordTable({ model, models, fields, live, sort, onSort }: RecordTableProps): ReactNode {
  const { grid, place, setPlace, focusAt, onKeyDown } = useGridKeys({
    rows: live.rows.length,
    columns: fields.length + 1,
  });
  const { write, conflict, dismiss } = useRecordWrites({ model, models }, live.take);
  const { user } = useViewer();
  const mayEdit = useCallback(
    (row: Row, field: ModelField): boolean =>
      model.writable &&
      !field.system &&
      field.type !== 'JSON' &&
      // A file is chosen where there is room to see it: on the item's page.
      field.entity !== 'File' &&
      (!model.ownItemsOnly || row['createdBy'] === user?.id),
    [model, user],
  );
  return (
    <div className="scroll-x grid-frame">
      <table
        ref={grid}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table one walks cell by cell.
        role="grid"
        className="table grid"
        aria-label={spelled(model.plural)}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr>
            <th scope="col" className="grid-open">
              <span className="only-heard">Open</span>
            </th>
            {fields.map((field) => (
              <ColumnHead key={field.name} field={field} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {live.rows.map((liveRow, rowIndex) => (
            <tr key={liveRow.row.id} data-gone={liveRow.isGone || undefined}>
              <OpenCell
                model={model}
                live={liveRow}
                place={`${rowIndex}:0`}
                isCurrent={place.row === rowIndex && place.column === 0}
                onFocus={() => setPlace({ row: rowIndex, column: 0 })}
              />
              {fields.map((field, index) => {
                const column = index + 1;
                return (
                  <Cell
                    key={field.name}
                    row={liveRow.row}
                    field={field}
                    models={models}
                    place={`${rowIndex}:${column}`}
                    isCurrent={place.row === rowIndex && place.column === column}
                    isFresh={liveRow.fresh.has(field.name)}
                    isEditable={!liveRow.isGone && mayEdit(liveRow.row, field)}
                    onFocus={() => setPlace({ row: rowIndex, column })}
                    onWrite={async (value, read) => void (await write(read, { [field.name]: value }))}
                    onLeave={(where) => focusAt({ row: rowIndex + (where === 'below' ? 1 : 0), column })}
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {conflict !== undefined && (
        <ConflictDialog
          conflict={conflict}
          model={model}
          models={models}
          onKeepTheirs={live.take}
          onWriteMine={write}
          onClose={dismiss}
        />
      )}
    </div>
  );
}

function ColumnHead({
  field,
  sort,
  onSort,
}: {
  readonly field: ModelField;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}): ReactNode {
  const { name, sortable, description } = field;
  const direction = sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : undefined;
  const next = { none: name, ascending: `-${name}`, descending: '' }[direction ?? 'none'];
  return (
    <th
      scope="col"
      aria-sort={direction}
      className={isNumeric(field) ? 'end' : undefined}
      title={plainDescription(description)}
    >
      {sortable ? (
        <button type="button" className="column-sort" onClick={() => onSort(next)}>
          {spelled(name)}
          {direction !== undefined && <Icon name={direction === 'ascending' ? 'up' : 'down'} />}
        </button>
      ) : (
        spelled(name)
      )}
    </th>
  );
}

function OpenCell({
  model,
  live,
  place,
  isCurrent,
  onFocus,
}: {
  readonly model: Model;
  readonly live: LiveRow;
  readonly place: string;
  readonly isCurrent: boolean;
  readonly onFocus: () => void;
}): ReactNode {
  const label = labelOf(model, live.row);
  return (
    <td className="grid-open">
      {live.isGone ? (
        <span data-place={place} tabIndex={isCurrent ? 0 : -1} title="Deleted by somebody just now">
          <Icon name="trash" label={`${label} is deleted`} />
        </span>
      ) : (
        <Link
          href={`/data/${model.plural}/${live.row.id}`}
          data-place={place}
          tabIndex={isCurrent ? 0 : -1}
          onFocus={onFocus}
          aria-label={`Open ${label}`}
          title={`Open ${label}`}
        >
          <Icon name="right" />
        </Link>
      )}
    </td>
  );
}
