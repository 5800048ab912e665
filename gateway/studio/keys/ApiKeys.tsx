import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { ConfirmDialog } from '../elements/ConfirmDialog.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Moment } from '../elements/Moment.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { usePages } from '../elements/use-pages.ts';
import { type ApiKeysQuery, apiKeysQuery, revokeApiKeyMutation } from '../generated/operations.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { mayUse } from '../session/rights.ts';
import { roleNames } from '../session/role-names.ts';
import { useViewer } from '../session/viewer.tsx';
import { NewApiKey } from './NewApiKey.tsx';

type ApiKey = ApiKeysQuery['apiKeys']['nodes'][number];

export function ApiKeys(): ReactNode {
  const { role } = useViewer();
  const pages = usePages();
  const [{ data, error }, reload] = useReloadable({
    query: apiKeysQuery,
    variables: { after: pages.after ?? null },
    requestPolicy: 'cache-and-network',
  });
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey>();
  const keys = data?.apiKeys.nodes;
  const make = mayUse(role, 'createApiKey') && (
    <Button look="primary" icon="plus" onClick={() => setMaking(true)}>
      New API key
    </Button>
  );
  return (
    <>
      <PageHead
        title="API keys"
        lead="For programs and partners: each key has a role, and only the scopes it needs."
      >
        {make}
      </PageHead>
      {error !== undefined && <FailureNotice error={error} onRetry={reload} />}
      {keys === undefined && error === undefined && <Skeleton label="Loading the keys" rows={3} />}
      {keys !== undefined && (
        <div className="panel">
          {keys.length === 0 ? (
            <EmptyState icon="key" title="No API keys yet" action={make}>
              A key lets a program in over GraphQL, REST and sockets, without anybody’s password.
            </EmptyState>
          ) : (
            <div className="scroll-x">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">State</th>
                    <th scope="col">Role</th>
                    <th scope="col">Scopes</th>
                    <th scope="col">Made</th>
                    <th scope="col" className="end">
                      <span className="only-heard">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {keys.map((key) => (
                    <KeyRow key={key.id} apiKey={key} onRevoke={() => setRevoking(key)} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <PageTurner pages={pages} pageInfo={data?.apiKeys.pageInfo}>
            {keys.length} on this page
          </PageTurner>
        </div>
      )}
      {making && <NewApiKey onClose={() => setMaking(false)} onMade={reload} />}
      {revoking !== undefined && (
        <RevokeKey apiKey={revoking} onClose={() => setRevoking(undefined)} onRevoked={reload} />
      )}
    </>
  );
}

function KeyRow({ apiKey, onRevoke }: { readonly apiKey: ApiKey; readonly onRevoke: () => void }): ReactNode {
  const { name, role, scopes, createdAt, createdBy } = apiKey;
  const state = stateOf(apiKey);
  return (
    <tr data-over={state.isOver || undefined}>
      <td>{name}</td>
      <td>
        <Badge tone={state.tone}>{state.text}</Badge>{' '}
        {state.at !== null && (
          <span className="faint">
            <Moment at={state.at} show="day" />
          </span>
        )}
      </td>
      <td>{roleNames[role].title}</td>
      <td>
        <span className="badges">
          {scopes.map((scope) => (
            <Badge key={scope}>
              <code>{scope}</code>
            </Badge>
          ))}
        </span>
      </td>
      <td>
        <span className="two-lines">
          <Moment at={createdAt} show="day" />
          <span className="faint">{createdBy === null ? 'account is gone' : `by ${createdBy.name}`}</span>
        </span>
      </td>
      <td className="end">
        {!state.isOver && (
          <Button look="quiet" onClick={onRevoke} aria-label={`Revoke ${name}`}>
            Revoke
          </Button>
        )}
      </td>
    </tr>
  );
}

function stateOf({ revokedAt, expiresAt }: ApiKey) {
  if (revokedAt !== null) return { text: 'revoked', tone: 'danger', at: revokedAt, isOver: true } as const;
  if (expiresAt === null) return { text: 'active', tone: 'good', at: null, isOver: false } as const;
  const isOver = Date.parse(expiresAt) <= Date.now();
  if (isOver) return { text: 'expired', tone: 'warning', at: expiresAt, isOver } as const;
  return { text: 'active until', tone: 'good', at: expiresAt, isOver } as const;
}

function RevokeKey({
  apiKey,
  onClose,
  onRevoked,
}: {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
  readonly onRevoked: () => void;
}): ReactNode {
  const say = useToast();
  const [, revoke] = useMutation(revokeApiKeyMutation);
  return (
    <ConfirmDialog
      title={`Revoke ${apiKey.name}?`}
      action="Revoke the key"
      onClose={onClose}
      onConfirm={async () => {
        const { error } = await revoke({ id: apiKey.id });
        if (error !== undefined) throw error;
        say(`${apiKey.name} is revoked.`);
        onRevoked();
      }}
    >
      <p>Whatever uses it is refused within seconds, for good. A revoked key cannot come back.</p>
    </ConfirmDialog>
  );
}
