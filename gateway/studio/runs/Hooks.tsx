import { type ReactNode, useState } from 'react';
import { useClient, useMutation } from 'urql';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { ConfirmDialog } from '../elements/ConfirmDialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Moment } from '../elements/Moment.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { usePages } from '../elements/use-pages.ts';
import {
  deleteHookMutation,
  type HooksQuery,
  hooksQuery,
  rotateHookSecretMutation,
  updateHookMutation,
} from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { useNewestRows } from '../graph/use-newest-rows.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { HookSecret, NewHook, type ShownSecret } from './NewHook.tsx';
import { RowActions } from './RowActions.tsx';

type Hook = HooksQuery['hooks']['nodes'][number];

const keyOf = ({ id }: Hook): string => id;

/** Addresses that start a job when somebody calls them with a signature. */
export function Hooks(): ReactNode {
  const client = useClient();
  const pages = usePages('hooks');
  const [{ data, error }, reload] = useReloadable({
    query: hooksQuery,
    variables: { after: pages.after ?? null },
    requestPolicy: 'cache-and-network',
  });
  const [hooks, renew] = useNewestRows(data?.hooks.nodes, keyOf);
  const [changing, change] = useMutation(updateHookMutation);
  const [rotating, rotate] = useMutation(rotateHookSecretMutation);
  const [work, setWork] = useState<
    { readonly kind: 'make' } | { readonly kind: 'delete'; readonly hook: Hook }
  >();
  const [shown, setShown] = useState<ShownSecret>();
  const renewSecret = async (hook: Hook): Promise<void> => {
    const { data: made } = await rotate({ id: hook.id, expectedVersion: hook.version });
    if (made === undefined) return;
    const { secret, hook: renewed } = made.rotateHookSecret;
    renew(hook.id, renewed);
    setShown({ secret, path: renewed.path });
    reload();
  };
  const fault = changing.error ?? rotating.error ?? error;
  return (
    <section className="panel" aria-label="Webhooks">
      <header className="panel-head">
        <h2>Webhooks</h2>
        <Button icon="plus" onClick={() => setWork({ kind: 'make' })}>
          New webhook
        </Button>
      </header>
      {fault !== undefined && <FailureNotice error={fault} onRetry={reload} />}
      {data !== undefined && hooks.length === 0 && (
        <p className="panel-note faint">
          None. A webhook is an address that others call, with a signature, to start a job.
        </p>
      )}
      {hooks.length > 0 && (
        <div className="scroll-x">
          <table className="table schedules">
            <thead>
              <tr>
                <th scope="col">Webhook</th>
                <th scope="col">Address</th>
                <th scope="col">Called</th>
                <th scope="col">
                  <span className="only-heard">Change</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {hooks.map((hook) => (
                <tr key={hook.id} data-over={!hook.enabled || undefined}>
                  <td>
                    <span className="two-lines">
                      <b>{hook.name}</b>
                      <span className="faint">{hook.jobName}</span>
                    </span>
                  </td>
                  <td>
                    <code>{hook.path}</code>
                  </td>
                  <td>
                    {hook.enabled ? null : <Badge tone="warning">paused</Badge>}{' '}
                    {hook.lastCalledAt === null ? (
                      <span className="faint">not yet</span>
                    ) : (
                      <Moment at={hook.lastCalledAt} show="ago" />
                    )}
                  </td>
                  <td className="end">
                    <RowActions
                      name={hook.name}
                      enabled={hook.enabled}
                      onToggle={() =>
                        change({
                          id: hook.id,
                          input: { enabled: !hook.enabled },
                          expectedVersion: hook.version,
                        }).then((answer) => {
                          renew(hook.id, answer.data?.updateHook);
                          reload();
                        })
                      }
                      onDelete={() => setWork({ kind: 'delete', hook })}
                    >
                      <Button
                        look="quiet"
                        icon="key"
                        onClick={() => renewSecret(hook)}
                        title="The old one holds for a day more"
                      >
                        New secret<span className="only-heard"> for {hook.name}</span>
                      </Button>
                    </RowActions>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <PageTurner pages={pages} pageInfo={data?.hooks.pageInfo} />
      {work?.kind === 'make' && (
        <NewHook
          onMade={(made) => {
            setShown(made);
            reload();
          }}
          onClose={() => setWork(undefined)}
        />
      )}
      {work?.kind === 'delete' && (
        <ConfirmDialog
          title={`Delete ${work.hook.name}?`}
          action="Delete the webhook"
          onClose={() => setWork(undefined)}
          onConfirm={async () => {
            const { error: failed } = await client.mutation(deleteHookMutation, {
              id: work.hook.id,
              expectedVersion: work.hook.version,
            });
            if (failed !== undefined) throw Refusal.of(failed);
            reload();
          }}
        >
          <p>Whoever calls its address is refused from now on.</p>
        </ConfirmDialog>
      )}
      {shown !== undefined && <HookSecret shown={shown} onClose={() => setShown(undefined)} />}
    </section>
  );
}
