import type { Session } from './session.ts';

/** Has the browser ask before the document goes while something would be lost with it. Whoever signs out is not held. Answers how to end it. */
export function askBeforeLeaving(session: Session, isNeeded: () => boolean): () => void {
  const ask = (event: BeforeUnloadEvent): void => {
    if (session.standing() === 'signed-in' && isNeeded()) event.preventDefault();
  };
  addEventListener('beforeunload', ask);
  return () => removeEventListener('beforeunload', ask);
}
