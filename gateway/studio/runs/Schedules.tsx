import { type ReactNode, useEffect, useState } from 'react';
import { useClient, useMutation, useQuery } from 'urql';
import { Button } from '../elements/Button.tsx';
import { ConfirmDialog } from '../elements/ConfirmDialog.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { usePages } from '../elements/use-pages.ts';
import {
  deleteScheduleMutation,
  jobsQuery,
  type SchedulesQuery,
  schedulesQuery,
  updateScheduleMutation,
} from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { useNewestRows } from '../graph/use-newest-rows.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { RunTabs } from './RunTabs.tsx';
import { ScheduleForm } from './ScheduleForm.tsx';
import { ScheduleRow } from './ScheduleRow.tsx';

export type Schedule = SchedulesQuery['schedules']['nodes'][number];

const keyOf = ({ id }: Schedule): string => id;
/** Ticks lie on whole minutes; a tick is seen within this. */
const refreshMs = 10_000;

/** What starts by itself, when it will, and what became of it last time. */
export function Schedules(): ReactNode {
  const client = useClient();
  const say = useToast();
  const { role } = useViewer();
  const pages = usePages();
  const [{ data, error }, reload] = useReloadable({
    query: schedulesQuery,
    variables: { after: pages.after ?? null },
    requestPolicy: 'cache-and-network',
  });
  const [{ data: known }] = useQuery({ query: jobsQuery, requestPolicy: 'cache-and-network' });
  const [changing, change] = useMutation(updateScheduleMutation);
  const [work, setWork] = useState<
    { readonly kind: 'make' } | { readonly kind: 'edit' | 'delete'; readonly schedule: Schedule }
  >();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, refreshMs);
    return () => clearInterval(timer);
  }, [reload]);
  const close = (): void => setWork(undefined);
  const [schedules, renew] = useNewestRows(data?.schedules.nodes, keyOf);
  const mayChange = mayUse(role, 'createSchedule');
  const fault = changing.error ?? error;
  return (
    <>
      <PageHead
        title="Schedules"
        lead="Jobs that start by themselves. A schedule acts with the rights of whoever changed it last."
      >
        {mayChange && (known?.jobs.length ?? 0) > 0 && (
          <Button look="primary" icon="plus" onClick={() => setWork({ kind: 'make' })}>
            New schedule
          </Button>
        )}
      </PageHead>
      <RunTabs />
      {fault !== undefined && <FailureNotice error={fault} onRetry={reload} />}
      {data === undefined && error === undefined && <Skeleton label="Loading the schedules" />}
      {data !== undefined && (
        <div className="panel">
          {schedules.length === 0 ? (
            <EmptyState icon="refresh" title="Nothing is scheduled">
              A schedule starts a job by the clock: every night, every hour, on the first of a month.
            </EmptyState>
          ) : (
            <div className="scroll-x">
              <table className="table schedules">
                <thead>
                  <tr>
                    <th scope="col">Schedule</th>
                    <th scope="col">When</th>
                    <th scope="col">Next</th>
                    <th scope="col">Last</th>
                    {mayChange && (
                      <th scope="col">
                        <span className="only-heard">Change</span>
                      </th>
                    )}
                  </tr>
                </thead>
                <tbody>
                  {schedules.map((schedule) => (
                    <ScheduleRow
                      key={schedule.id}
                      schedule={schedule}
                      mayChange={mayChange}
                      onToggle={() =>
                        change({
                          id: schedule.id,
                          input: { enabled: !schedule.enabled },
                          expectedVersion: schedule.version,
                        }).then((answer) => {
                          renew(schedule.id, answer.data?.updateSchedule);
                          reload();
                        })
                      }
                      onEdit={() => setWork({ kind: 'edit', schedule })}
                      onDelete={() => setWork({ kind: 'delete', schedule })}
                    />
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <PageTurner pages={pages} pageInfo={data.schedules.pageInfo}>
            {schedules.length} on this page
          </PageTurner>
        </div>
      )}
      {work?.kind === 'make' && <ScheduleForm jobs={known?.jobs ?? []} onDone={reload} onClose={close} />}
      {work?.kind === 'edit' && (
        <ScheduleForm jobs={known?.jobs ?? []} schedule={work.schedule} onDone={reload} onClose={close} />
      )}
      {work?.kind === 'delete' && (
        <ConfirmDialog
          title={`Delete ${work.schedule.name}?`}
          action="Delete the schedule"
          onClose={close}
          onConfirm={async () => {
            const { error: refused } = await client.mutation(deleteScheduleMutation, {
              id: work.schedule.id,
              expectedVersion: work.schedule.version,
            });
            if (refused !== undefined) throw Refusal.of(refused);
            say(`${work.schedule.name} is deleted.`);
            reload();
          }}
        >
          <p>It starts nothing any more. The runs it has started stay, and go on.</p>
        </ConfirmDialog>
      )}
    </>
  );
}
