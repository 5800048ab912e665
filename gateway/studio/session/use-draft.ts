import { useEffect, useRef, useState } from 'react';
import type { z } from 'zod/mini';
import { useToast } from '../elements/Toasts.tsx';
import { type Draft, dropDraft, isTyped, keepDraft, keptDraft } from './drafts.ts';
import { askBeforeLeaving } from './leaving.ts';
import { useSession } from './use-session.ts';
import { useKeeper } from './viewer.tsx';

export interface DraftInHand<Value> extends Draft<Value> {
  /** It was typed before this form was opened. */
  readonly isRestored: boolean;
  /** Gets what is there by then: what is uploaded into a field comes while others are typed in. */
  readonly change: (next: (present: Value) => Value) => void;
  /** Nothing of it is kept or asked about any more: it was sent, or given up. */
  readonly drop: () => void;
  /** Given up, and begun anew. */
  readonly restart: () => void;
}

/**
 * What a form holds. It begins with what was typed into it before in this tab and not sent; else with what `begin` answers. While there is something typed the
 * browser asks before the document goes, and who turns to another page is told that it is kept.
 */
export function useDraft<Value>(
  what: string,
  shape: z.ZodMiniType<Value>,
  begin: () => Value,
): DraftInHand<Value> {
  const session = useSession();
  const keeper = useKeeper();
  const say = useToast();
  const [draft, setDraft] = useState(() => {
    const kept = keptDraft(what, keeper, shape);
    const begun = kept?.begun ?? begin();
    return { begun, value: kept?.value ?? begun, isRestored: kept !== undefined };
  });
  const latest = useRef<Draft<Value>>(draft);
  const isKept = useRef(draft.isRestored);
  useEffect(() => {
    const stopAsking = askBeforeLeaving(session, () => isTyped(latest.current));
    return () => {
      stopAsking();
      if (isKept.current && session.standing() === 'signed-in') say('What you typed is kept in this tab.');
    };
  }, [session, say]);
  const change = (next: (present: Value) => Value): void => {
    const { begun, value } = latest.current;
    latest.current = { begun, value: next(value) };
    isKept.current = keepDraft(what, keeper, latest.current);
    setDraft((present) => ({ ...present, ...latest.current }));
  };
  const drop = (): void => {
    latest.current = { begun: latest.current.value, value: latest.current.value };
    isKept.current = false;
    dropDraft(what, keeper);
  };
  const restart = (): void => {
    drop();
    const begun = begin();
    latest.current = { begun, value: begun };
    setDraft({ begun, value: begun, isRestored: false });
  };
  return { ...draft, change, drop, restart };
}
