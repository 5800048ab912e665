import { type ReactNode, useRef } from 'react';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Icon } from '../elements/Icon.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { useSharedText } from './use-shared-text.ts';

const said = {
  loading: '',
  saved: 'Everybody has it',
  saving: 'Saving …',
  away: 'Not saved yet, trying again …',
  gone: 'Deleted',
} as const;

/** The text of an item that several people edit at once: what others type appears as they type it. */
export function RoomText({
  noteId,
  what,
  mayWrite,
}: {
  readonly noteId: string;
  /** What it is the text of, in words. */
  readonly what: string;
  readonly mayWrite: boolean;
}): ReactNode {
  const control = useRef<HTMLTextAreaElement>(null);
  const { text, state, error, type } = useSharedText(noteId, control);
  return (
    <section className="panel" aria-label="Text">
      <header className="panel-head">
        <h2>Text</h2>
        <span className="faint" role="status">
          {said[state]}
        </span>
      </header>
      {state === 'gone' && (
        <div className="notice" data-tone="warning" role="alert">
          <Icon name="alert" />
          <div>
            <p className="notice-title">This {what} was deleted.</p>
            <p className="soft">Nobody reads what is written here any more. Copy what you want to keep.</p>
          </div>
        </div>
      )}
      {error !== undefined && <FailureNotice error={error} />}
      {text === undefined && error === undefined && state !== 'gone' && (
        <Skeleton rows={4} label="Loading the text" />
      )}
      {text !== undefined && (
        <div className="room-text">
          <textarea
            ref={control}
            className="textarea"
            aria-label="Text, edited together"
            readOnly={!mayWrite || state === 'gone'}
            value={text}
            placeholder={
              mayWrite ? 'Write something; others see it as you type.' : 'Nobody has written anything yet.'
            }
            onChange={(event) => type(event.target.value)}
          />
        </div>
      )}
    </section>
  );
}
