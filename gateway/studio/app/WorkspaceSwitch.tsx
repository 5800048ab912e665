import { type ReactNode, useState } from 'react';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Icon } from '../elements/Icon.tsx';
import { ReceivedInvitations } from '../session/ReceivedInvitations.tsx';
import { roleNames } from '../session/role-names.ts';
import { useEnterWorkspace } from '../session/use-enter-workspace.ts';
import { useViewer, useViewerReload } from '../session/viewer.tsx';
import { NewWorkspace } from './NewWorkspace.tsx';

/** Names the workspace one works in, says how many others invite, and leads to them. */
export function WorkspaceSwitch(): ReactNode {
  const [open, setOpen] = useState(false);
  const { workspace, role, invitations } = useViewer();
  const reload = useViewerReload();
  const show = (): void => {
    setOpen(true);
    // Nobody is told of an invitation that comes meanwhile.
    reload();
  };
  return (
    <>
      <button type="button" className="workspace-switch" aria-haspopup="dialog" onClick={show}>
        <span className="workspace-initial" aria-hidden="true">
          {(workspace?.name ?? '?').slice(0, 1)}
        </span>
        <span className="workspace-name">
          <span>{workspace?.name}</span>
          <span className="faint">{role === null ? '' : roleNames[role].title}</span>
        </span>
        {invitations.length > 0 && (
          <Badge tone="accent">
            {invitations.length}
            <span className="only-heard">{invitations.length === 1 ? ' invitation' : ' invitations'}</span>
          </Badge>
        )}
        <Icon name="down" label="Change workspace" />
      </button>
      {open && <Workspaces onClose={() => setOpen(false)} />}
    </>
  );
}

function Workspaces({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { memberships, invitations, workspace: current } = useViewer();
  const [making, setMaking] = useState(false);
  const { enter, error, fetching } = useEnterWorkspace();
  const reload = useViewerReload();
  if (making) return <NewWorkspace onMade={(slug) => void enter(slug)} onClose={onClose} />;
  return (
    <Dialog title="Workspaces" onClose={onClose}>
      <ul className="choices">
        {memberships.map(({ workspace, role }) => (
          <li key={workspace.id}>
            <button
              type="button"
              className="choice"
              aria-current={workspace.id === current?.id ? 'true' : undefined}
              disabled={fetching}
              onClick={() => (workspace.id === current?.id ? onClose() : void enter(workspace.slug))}
            >
              <span className="workspace-initial" aria-hidden="true">
                {workspace.name.slice(0, 1)}
              </span>
              <span className="workspace-name">
                <span>{workspace.name}</span>
                <span className="faint">
                  {workspace.slug} · {roleNames[role].title}
                </span>
              </span>
              {workspace.id === current?.id && <Icon name="check" label="where you are" />}
            </button>
          </li>
        ))}
      </ul>
      <ReceivedInvitations invitations={invitations} onEnter={enter} onDeclined={reload} />
      {error !== undefined && <FailureNotice error={error} />}
      <div className="dialog-foot">
        <Button icon="plus" onClick={() => setMaking(true)}>
          New workspace
        </Button>
      </div>
    </Dialog>
  );
}
