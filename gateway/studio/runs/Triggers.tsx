import { type ReactNode, useState } from 'react';
import { useClient, useMutation } from 'urql';
import { Link } from 'wouter';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { ConfirmDialog } from '../elements/ConfirmDialog.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Moment } from '../elements/Moment.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { usePages } from '../elements/use-pages.ts';
import { deleteTriggerMutation, triggersQuery, updateTriggerMutation } from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { useNewestRows } from '../graph/use-newest-rows.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { Hooks } from './Hooks.tsx';
import { RowActions } from './RowActions.tsx';
import { RunTabs } from './RunTabs.tsx';
import { TriggerForm } from './TriggerForm.tsx';
import { type Trigger, testTitles } from './trigger-draft.ts';

const keyOf = ({ id }: Trigger): string => id;

/** What starts jobs besides people and the clock: events, and signed calls of others. */
export function Triggers(): ReactNode {
  const client = useClient();
  const { role } = useViewer();
  const pages = usePages();
  const [{ data, error }, reload] = useReloadable({
    query: triggersQuery,
    variables: { after: pages.after ?? null },
    requestPolicy: 'cache-and-network',
  });
  const [{ error: refused }, change] = useMutation(updateTriggerMutation);
  const [work, setWork] = useState<
    { readonly kind: 'make' } | { readonly kind: 'edit' | 'delete'; readonly trigger: Trigger }
  >();
  const close = (): void => setWork(undefined);
  const [triggers, renew] = useNewestRows(data?.triggers.nodes, keyOf);
  const mayChange = mayUse(role, 'createTrigger');
  const fault = refused ?? error;
  return (
    <>
      <PageHead
        title="Triggers"
        lead="What starts jobs besides people and the clock: events, and signed calls of others."
      >
        {mayChange && (
          <Button look="primary" icon="plus" onClick={() => setWork({ kind: 'make' })}>
            New trigger
          </Button>
        )}
      </PageHead>
      <RunTabs />
      <div className="stack">
        {fault !== undefined && <FailureNotice error={fault} onRetry={reload} />}
        {data === undefined && error === undefined && <Skeleton label="Loading the triggers" />}
        {data !== undefined && (
          <section className="panel" aria-label="Triggers">
            {triggers.length === 0 ? (
              <EmptyState icon="pulse" title="No event starts a job">
                A trigger enqueues a run for each event that fits: a file that arrived, a record that changed.
              </EmptyState>
            ) : (
              <div className="scroll-x">
                <table className="table schedules">
                  <thead>
                    <tr>
                      <th scope="col">Trigger</th>
                      <th scope="col">Upon</th>
                      <th scope="col">Fired</th>
                      {mayChange && (
                        <th scope="col">
                          <span className="only-heard">Change</span>
                        </th>
                      )}
                    </tr>
                  </thead>
                  <tbody>
                    {triggers.map((trigger) => (
                      <TriggerRow
                        key={trigger.id}
                        trigger={trigger}
                        mayChange={mayChange}
                        onToggle={() =>
                          change({
                            id: trigger.id,
                            input: { enabled: !trigger.enabled },
                            expectedVersion: trigger.version,
                          }).then((answer) => {
                            renew(trigger.id, answer.data?.updateTrigger);
                            reload();
                          })
                        }
                        onEdit={() => setWork({ kind: 'edit', trigger })}
                        onDelete={() => setWork({ kind: 'delete', trigger })}
                      />
                    ))}
                  </tbody>
                </table>
              </div>
            )}
            <PageTurner pages={pages} pageInfo={data.triggers.pageInfo}>
              {triggers.length} on this page
            </PageTurner>
          </section>
        )}
        {mayUse(role, 'hooks') && <Hooks />}
      </div>
      {work?.kind === 'make' && <TriggerForm onDone={reload} onClose={close} />}
      {work?.kind === 'edit' && <TriggerForm trigger={work.trigger} onDone={reload} onClose={close} />}
      {work?.kind === 'delete' && (
        <ConfirmDialog
          title={`Delete ${work.trigger.name}?`}
          action="Delete the trigger"
          onClose={close}
          onConfirm={async () => {
            const { error: failed } = await client.mutation(deleteTriggerMutation, {
              id: work.trigger.id,
              expectedVersion: work.trigger.version,
            });
            if (failed !== undefined) throw Refusal.of(failed);
            reload();
          }}
        >
          <p>Events start nothing by it any more. The runs it has started stay, and go on.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function TriggerRow({
  trigger,
  mayChange,
  onToggle,
  onEdit,
  onDelete,
}: {
  readonly trigger: Trigger;
  readonly mayChange: boolean;
  readonly onToggle: () => Promise<unknown>;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}): ReactNode {
  const { id, name, jobName, topic, types, subject, conditions, enabled } = trigger;
  const { fired, passedOver, lastFiredAt, lastError } = trigger;
  return (
    <tr data-over={!enabled || undefined}>
      <td>
        <span className="two-lines">
          <b>{name}</b>
          <Link href={`/runs?origin=${encodeURIComponent(`trigger:${id}`)}`} title="The runs it has started">
            {jobName}
          </Link>
        </span>
      </td>
      <td>
        <span className="two-lines">
          <span className="letter-about">
            <code>{types.length === 0 ? topic : types.join(', ')}</code>
            {subject !== null && <> of {subject}</>}
          </span>
          {conditions.map((condition) => (
            <code key={JSON.stringify(condition)} className="faint">
              {conditionText(condition)}
            </code>
          ))}
        </span>
      </td>
      <td>
        <span className="two-lines">
          <span>
            {fired === 1 ? 'once' : `${fired.toLocaleString('en')} times`}{' '}
            {!enabled && <Badge tone="warning">paused</Badge>}
          </span>
          {lastFiredAt !== null && (
            <span className="faint">
              last <Moment at={lastFiredAt} show="ago" />
            </span>
          )}
          {passedOver > 0 && (
            <span>
              {passedOver === 1 ? '1 event' : `${passedOver.toLocaleString('en')} events`} passed over
            </span>
          )}
          {lastError !== null && (
            <span className="letter-why">
              <code>{lastError.code}</code> {lastError.message}
            </span>
          )}
        </span>
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

function conditionText({ path, eq, in: some, contains }: Trigger['conditions'][number]): string {
  if (some !== null) return `${path} ${testTitles.in} ${JSON.stringify(some)}`;
  if (contains !== null) return `${path} ${testTitles.contains} ${JSON.stringify(contains)}`;
  return `${path} ${testTitles.eq} ${JSON.stringify(eq)}`;
}
