import type { ReactNode } from 'react';
import { Field } from './Field.tsx';
import { localText, type TimeRange } from './time-range.ts';

const spans = [
  { days: 1, title: 'Last 24 hours' },
  { days: 7, title: 'Last 7 days' },
  { days: 30, title: 'Last 30 days' },
  { days: 90, title: 'Last 90 days' },
] as const;

/** The last so many days, or from one moment to another. */
export function RangeChoice({
  range,
  onChange,
}: {
  readonly range: TimeRange;
  readonly onChange: (range: TimeRange) => void;
}): ReactNode {
  const isOwn = 'fromLocal' in range;
  return (
    <>
      <Field label="Time">
        {(parts) => (
          <select
            {...parts}
            className="select"
            value={isOwn ? 'own' : String(range.days)}
            onChange={({ target: { value } }) =>
              onChange(value === 'own' ? lastWeek() : { days: Number(value) })
            }
          >
            {spans.map(({ days, title }) => (
              <option key={days} value={days}>
                {title}
              </option>
            ))}
            <option value="own">From … to …</option>
          </select>
        )}
      </Field>
      {isOwn &&
        (['fromLocal', 'toLocal'] as const).map((end) => (
          <Field key={end} label={end === 'fromLocal' ? 'From' : 'To'}>
            {(parts) => (
              <input
                {...parts}
                type="datetime-local"
                className="input"
                value={range[end]}
                onChange={(event) => onChange({ ...range, [end]: event.target.value })}
              />
            )}
          </Field>
        ))}
    </>
  );
}

function lastWeek(): TimeRange {
  const now = Date.now();
  return { fromLocal: localText(now - 7 * 86_400_000), toLocal: localText(now) };
}
