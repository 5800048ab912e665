import { useCallback } from 'react';
import { useMutation } from 'urql';
import { switchWorkspaceMutation } from '../generated/operations.ts';
import { useSession } from './use-session.ts';

/** Moves the session to another workspace by its slug, which accepts an invitation to it, and starts the console there. */
export function useEnterWorkspace() {
  const session = useSession();
  const [{ error, fetching }, switchWorkspace] = useMutation(switchWorkspaceMutation);
  const enter = useCallback(
    async (slug: string): Promise<void> => {
      const { data } = await switchWorkspace({ slug });
      if (data === undefined) return;
      session.switchTo(data.switchWorkspace);
      // Everything on the page belongs to the workspace that is left behind.
      location.assign('/studio/');
    },
    [switchWorkspace, session],
  );
  return { enter, error, fetching };
}
