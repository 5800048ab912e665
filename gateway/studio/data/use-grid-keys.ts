import { type KeyboardEvent, useCallback, useRef, useState } from 'react';

export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
};

/**
 * Keys of a data grid (WAI-ARIA Authoring Practices, "Grid"): one cell is in the tab order, arrows move, Home and End go to the ends of
 * the row, with Ctrl to the first and last cell. Cells carry `data-place="row:column"`.
 */
export function useGridKeys(size: { readonly rows: number; readonly columns: number }) {
  const grid = useRef<HTMLTableElement>(null);
  const [place, setPlace] = useState<GridPlace>({ row: 0, column: 0 });
  const { rows, columns } = size;
  const focusAt = useCallback(
    (wanted: GridPlace) => {
      const row = Math.max(0, Math.min(rows - 1, wanted.row));
      const column = Math.max(0, Math.min(columns - 1, wanted.column));
      setPlace({ row, column });
      grid.current?.querySelector<HTMLElement>(`[data-place="${row}:${column}"]`)?.focus();
    },
    [rows, columns],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLElement) || event.target.dataset['place'] === undefined) return;
    const step = steps[event.key];
    if (step !== undefined) focusAt({ row: place.row + step[0], column: place.column + step[1] });
    else if (event.key === 'Home') focusAt({ row: event.ctrlKey ? 0 : place.row, column: 0 });
    else if (event.key === 'End') focusAt({ row: event.ctrlKey ? rows - 1 : place.row, column: columns - 1 });
    else return;
    event.preventDefault();
  };
  return { grid, place, setPlace, focusAt, onKeyDown };
}
