import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { Moment } from '../elements/Moment.tsx';
import { RowActions } from './RowActions.tsx';
import { runStates } from './run-states.ts';
import type { Schedule } from './Schedules.tsx';

const missedTexts = {
  SKIP: 'missed ones are passed over',
  ONCE: 'one run for all missed ones',
  CATCH_UP: 'missed ones are caught up with',
} as const;

export function ScheduleRow({
  schedule,
  mayChange,
  onToggle,
  onEdit,
  onDelete,
}: {
  readonly schedule: Schedule;
  readonly mayChange: boolean;
  readonly onToggle: () => Promise<unknown>;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}): ReactNode {
  const { id, name, jobName, cron, timeZone, missed, enabled, nextTimes, lastAt, lastRun } = schedule;
  return (
    <tr data-over={!enabled || undefined}>
      <td>
        <span className="two-lines">
          <b>{name}</b>
          <Link href={`/runs?origin=${encodeURIComponent(`schedule:${id}`)}`} title="The runs it has started">
            {jobName}
          </Link>
        </span>
      </td>
      <td>
        <span className="two-lines">
          <span>
            <code>{cron}</code> {timeZone}
          </span>
          <span className="faint">{missedTexts[missed]}</span>
        </span>
      </td>
      <td>
        {enabled ? (
          <ol className="next-times">
            {nextTimes.map((time) => (
              <li key={time}>
                <Moment at={time} />
              </li>
            ))}
            {nextTimes.length === 0 && <li className="faint">never again</li>}
          </ol>
        ) : (
          <Badge tone="warning">paused</Badge>
        )}
      </td>
      <td>
        {lastAt === null ? (
          <span className="faint">not yet</span>
        ) : (
          <span className="two-lines">
            <Moment at={lastAt} show="ago" />
            {lastRun !== null && (
              <Link href={`/runs/${lastRun.id}`}>
                <Badge tone={runStates[lastRun.state].tone}>{runStates[lastRun.state].title}</Badge>
              </Link>
            )}
          </span>
        )}
      </td>
      {mayChange && (
        <td className="end">
          <RowActions name={name} enabled={enabled} onToggle={onToggle} onDelete={onDelete}>
            <Button
              look="quiet"
              icon="pencil"
              aria-label={`Change ${name}`}
              title="Change"
              onClick={onEdit}
            />
          </RowActions>
        </td>
      )}
    </tr>
  );
}
