import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Icon } from '../elements/Icon.tsx';
import { switchWorkspaceMutation } from '../generated/operations.ts';
import { ReceivedInvitations } from '../session/ReceivedInvitations.tsx';
import { roleNames } from '../session/role-names.ts';
import { useSession } from '../session/use-session.ts';
import { useViewer } from '../session/viewer.tsx';
import { NewWorkspace } from './NewWorkspace.tsx';

/** Names the workspace one works in, and leads to the others. */
export function WorkspaceSwitch(): ReactNode {
  const [open, setOpen] = useState(false);
  const { workspace, role } = useViewer();
  return (
    <>
      <button type="button" className="workspace-switch" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <span className="workspace-initial" aria-hidden="true">
          {(workspace?.name ?? '?').slice(0, 1)}
        </span>
        <span className="workspace-name">
          <span>{workspace?.name}</span>
          <span className="faint">{role === null ? '' : roleNames[role].title}</span>
        </span>
        <Icon name="down" label="Change workspace" />
      </button>
      {open && <Workspaces onClose={() => setOpen(false)} />}
    </>
  );
}

function Workspaces({ onClose }: { readonly onClose: () => void }): ReactNode {
  const session = useSession();
  const { memberships, invitations, workspace: current } = useViewer();
  const [making, setMaking] = useState(false);
  const [{ error, fetching }, switchWorkspace] = useMutation(switchWorkspaceMutation);
  const enter = async (slug: string): Promise<void> => {
    const { data } = await switchWorkspace({ slug });
    if (data === undefined) return;
    session.switchTo(data.switchWorkspace);
    // Everything on the page belongs to the workspace that is left behind.
    location.assign('/studio/');
  };
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
      <ReceivedInvitations invitations={invitations} onEnter={(slug) => void enter(slug)} />
      {error !== undefined && <FailureNotice error={error} />}
      <div className="dialog-foot">
        <Button icon="plus" onClick={() => setMaking(true)}>
          New workspace
        </Button>
      </div>
    </Dialog>
  );
}
