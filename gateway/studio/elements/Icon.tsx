import type { ReactNode } from 'react';

/** Drawn on a 16 × 16 grid, in strokes of 1.5. */
const shapes = {
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6',
  pulse: 'M1.5 8.5h3l2-5 3 9 2-4h3',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  people:
    'M6 7.5a2.25 2.25 0 1 0 0-4.5 2.25 2.25 0 0 0 0 4.5ZM2 13c0-2.2 1.8-3.5 4-3.5s4 1.3 4 3.5M10.5 3.2a2.2 2.2 0 0 1 0 4.2M12 9.8c1.3.5 2 1.7 2 3.2',
  key: 'M10.5 7.5a3 3 0 1 0-3-3c0 .5.1.9.3 1.3L2.5 11v2.5H5l.5-2h2l.3-2 1.5-1.3c.4.2.8.3 1.2.3ZM11 4.5h.01',
  code: 'm5 4.5-3.5 3.5L5 11.5M11 4.5l3.5 3.5-3.5 3.5M9 3 7 13',
  upload: 'M8 10V2.5M4.5 6 8 2.5 11.5 6M2.5 10v3.5h11V10',
  download: 'M8 2.5V10M4.5 6.5 8 10l3.5-3.5M2.5 10v3.5h11V10',
  spark: 'M8 1.5 9.5 6.5 14.5 8l-5 1.5L8 14.5 6.5 9.5 1.5 8l5-1.5z',
  flag: 'M3.5 14.5v-12h8l-1.5 3 1.5 3h-8',
  folder: 'M1.5 3.5h4.5l1.5 2h7v7.5h-13z',
  file: 'M4 1.5h5l3.5 3.5v9.5H4zM9 1.5V5h3.5',
  play: 'M4.5 2.5v11l8.5-5.5z',
  chart: 'M2 13.5h12M3.5 11V7.5M6.5 11V4M9.5 11V6M12.5 11V2.5',
  database:
    'M8 6c3 0 5-.9 5-2s-2-2-5-2-5 .9-5 2 2 2 5 2ZM3 4v4c0 1.1 2 2 5 2s5-.9 5-2V4M3 8v4c0 1.1 2 2 5 2s5-.9 5-2V8',
  book: 'M2.5 3c2-.7 4-.5 5.5.7 1.5-1.2 3.5-1.4 5.5-.7v9.5c-2-.7-4-.5-5.5.7-1.5-1.2-3.5-1.4-5.5-.7zM8 3.7v9.5',
  plus: 'M8 3v10M3 8h10',
  close: 'm4 4 8 8M12 4l-8 8',
  check: 'm3 8.5 3.5 3.5L13 4.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  trash: 'M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9M6.7 7v4M9.3 7v4',
  pencil: 'm10.5 2.5 3 3-8 8-3.5.5.5-3.5zM9 4l3 3',
  filter: 'M2 3.5h12M4.5 8h7M6.5 12.5h3',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  left: 'M10 3.5 5.5 8l4.5 4.5',
  right: 'M6 3.5 10.5 8 6 12.5',
  down: 'm3.5 6 4.5 4.5L12.5 6',
  up: 'm3.5 10 4.5-4.5 4.5 4.5',
  away: 'M6 3.5H3v9.5h9.5V10M9 2.5h4.5V7M13.5 2.5 7.5 8.5',
  alert: 'M8 2 1.5 13.5h13zM8 6.5v3.5M8 12h.01',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14',
  menu: 'M2 4h12M2 8h12M2 12h12',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  pause: 'M5 3v10M11 3v10',
  refresh: 'M13.5 8a5.5 5.5 0 1 1-1.6-3.9L13.5 5.5M13.5 2v3.5H10',
  leave: 'M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6',
  link: 'M6.5 9.5a3 3 0 0 0 4.2 0l2.1-2.1a3 3 0 0 0-4.2-4.2L7.7 4M9.5 6.5a3 3 0 0 0-4.2 0L3.2 8.6a3 3 0 0 0 4.2 4.2l.8-.8',
} as const;

export type IconName = keyof typeof shapes;

/** Beside a text that says the same, or with a `label` where it stands alone. */
export function Icon({ name, label }: { readonly name: IconName; readonly label?: string }): ReactNode {
  if (label === undefined)
    return (
      <svg {...drawing} aria-hidden="true">
        <path d={shapes[name]} />
      </svg>
    );
  return (
    <svg {...drawing} role="img" aria-label={label}>
      <path d={shapes[name]} />
    </svg>
  );
}

const drawing = {
  className: 'icon',
  viewBox: '0 0 16 16',
  width: 16,
  height: 16,
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.5,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;
