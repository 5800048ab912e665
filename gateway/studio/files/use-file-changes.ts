import { useEffect, useRef } from 'react';
import { useClient } from 'urql';
import { fileChangedSubscription } from '../generated/operations.ts';

/** A burst of changes is read once. */
const quietMs = 250;

/** Calls when files of the workspace changed, whoever changed them. */
export function useFileChanges(onChange: () => void): void {
  const client = useClient();
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const following = client.subscription(fileChangedSubscription, {}).subscribe(({ data }) => {
      if (data?.fileChanged === undefined || data.fileChanged === null) return;
      clearTimeout(timer);
      timer = setTimeout(() => latest.current(), quietMs);
    });
    return () => {
      clearTimeout(timer);
      following.unsubscribe();
    };
  }, [client]);
}
