import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { roomUpdatesSubscription, sendRoomUpdateMutation } from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { base64Of, bytesOf, type Marked, mergedUpdates, SharedText } from './shared-text.ts';

/** Letters typed in this span are sent together. */
const gatherMs = 150;
const retryMs = 2_000;

export interface SharedTextState {
  /** Undefined until it has come. */
  readonly text: string | undefined;
  /** `gone`: the item is deleted, and what is typed reaches nobody. */
  readonly state: 'loading' | 'saved' | 'saving' | 'away' | 'gone';
  readonly error: Refusal | undefined;
  readonly type: (next: string) => void;
}

/** The text of a room, alive: what others write comes in, and what is typed is sent, again until it has arrived. */
export function useSharedText(
  noteId: string,
  control: RefObject<HTMLTextAreaElement | null>,
): SharedTextState {
  const client = useClient();
  const [text, setText] = useState<string>();
  const [state, setState] = useState<SharedTextState['state']>('loading');
  const [error, setError] = useState<Refusal>();
  const marked = useRef<Marked>(undefined);
  const type = useRef<(next: string) => void>(() => undefined);
  useEffect(() => {
    const unsent: Uint8Array[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isSending = false;
    let isOver = false;
    const send = async (): Promise<void> => {
      timer = undefined;
      if (isSending || unsent.length === 0) return;
      isSending = true;
      const count = unsent.length;
      const update = base64Of(mergedUpdates(unsent));
      const { error: fault } = await client.mutation(sendRoomUpdateMutation, { noteId, update });
      isSending = false;
      if (fault === undefined) unsent.splice(0, count);
      const refusal = fault === undefined ? undefined : Refusal.of(fault);
      if (isOver) return;
      if (refusal?.code === 'NOT_FOUND') return end();
      setError(refusal?.retryable === true ? undefined : refusal);
      if (refusal !== undefined && !refusal.retryable) return;
      setState(refusal === undefined ? (unsent.length === 0 ? 'saved' : 'saving') : 'away');
      if (unsent.length > 0)
        timer ??= setTimeout(() => void send(), refusal === undefined ? gatherMs : retryMs);
    };
    const end = (): void => {
      isOver = true;
      clearTimeout(timer);
      unsent.length = 0;
      setError(undefined);
      setState('gone');
    };
    const shared = new SharedText({
      onUpdate: (update) => {
        if (isOver) return;
        unsent.push(update);
        setState('saving');
        timer ??= setTimeout(() => void send(), gatherMs);
      },
      onRemote: (moved) => {
        const element = control.current;
        if (element !== null) marked.current = [moved(element.selectionStart), moved(element.selectionEnd)];
      },
    });
    type.current = (next) => {
      shared.type(next);
      setText(shared.text);
    };
    const following = client.subscription(roomUpdatesSubscription, { noteId }).subscribe((result) => {
      const refusal = result.error === undefined ? undefined : Refusal.of(result.error);
      if (refusal?.code === 'NOT_FOUND') return end();
      if (refusal !== undefined) setError(refusal);
      const update = result.data?.docUpdates?.update;
      if (update === undefined) return;
      shared.apply(bytesOf(update));
      setText(shared.text);
      setState((present) => (present === 'loading' ? 'saved' : present));
    });
    return () => {
      isOver = true;
      following.unsubscribe();
      clearTimeout(timer);
      // What was typed last goes out though one has turned to another page.
      void send().finally(() => shared.destroy());
    };
  }, [client, noteId, control]);
  useLayoutEffect(() => {
    const [start, end] = marked.current ?? [];
    marked.current = undefined;
    if (start !== undefined && end !== undefined && document.activeElement === control.current)
      control.current?.setSelectionRange(start, end);
  });
  return { text, state, error, type: (next) => type.current(next) };
}
