import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { roomUpdatesSubscription, sendRoomUpdateMutation } from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { useLive } from '../graph/use-live.ts';
import { askBeforeLeaving } from '../session/leaving.ts';
import { useSession } from '../session/use-session.ts';
import { base64Of, bytesOf, type Marked, SharedText } from './shared-text.ts';
import { type SendingState, UnsentText } from './unsent-text.ts';

export interface SharedTextState {
  /** Undefined until it has come. */
  readonly text: string | undefined;
  /** `gone`: the item is deleted, and what is typed reaches nobody. */
  readonly state: 'loading' | SendingState['state'];
  readonly error: Refusal | undefined;
  readonly type: (next: string) => void;
}

/** The text of a room, alive: what others write comes in, and what is typed is sent, again until it has arrived. */
export function useSharedText(
  noteId: string,
  control: RefObject<HTMLTextAreaElement | null>,
): SharedTextState {
  const client = useClient();
  const live = useLive();
  const session = useSession();
  const [text, setText] = useState<string>();
  const [state, setState] = useState<SharedTextState['state']>('loading');
  const [error, setError] = useState<Refusal>();
  const marked = useRef<Marked>(undefined);
  const type = useRef<(next: string) => void>(() => undefined);
  useEffect(() => {
    const unsent = new UnsentText(
      async (update) => {
        const { error: fault } = await client.mutation(sendRoomUpdateMutation, {
          noteId,
          update: base64Of(update),
        });
        return fault && Refusal.of(fault);
      },
      (sending) => {
        setState(sending.state);
        setError(sending.error);
      },
    );
    const stopAsking = askBeforeLeaving(session, () => unsent.isLeft);
    const shared = new SharedText({
      onUpdate: (update) => unsent.add(update),
      onRemote: (moved) => {
        const element = control.current;
        if (element !== null) marked.current = [moved(element.selectionStart), moved(element.selectionEnd)];
      },
    });
    type.current = (next) => {
      shared.type(next);
      setText(shared.text);
    };
    const stop = live.follow(
      roomUpdatesSubscription,
      { noteId },
      {
        next: ({ docUpdates }) => {
          if (docUpdates === null) return;
          shared.apply(bytesOf(docUpdates.update));
          setText(shared.text);
          setState((present) => (present === 'loading' ? 'saved' : present));
        },
        refused: (refusal) => {
          if (refusal?.code === 'NOT_FOUND') unsent.end();
          else setError(refusal);
        },
      },
    );
    return () => {
      stop();
      shared.destroy();
      // What was typed last goes out though one has turned to another page.
      unsent.leave(stopAsking);
    };
  }, [client, live, session, noteId, control]);
  useLayoutEffect(() => {
    const [start, end] = marked.current ?? [];
    marked.current = undefined;
    if (start !== undefined && end !== undefined && document.activeElement === control.current)
      control.current?.setSelectionRange(start, end);
  });
  return { text, state, error, type: (next) => type.current(next) };
}
