import { CodedError } from '@tributary/runtime';

/** When a connection is let go: it is told after the delay, and what is under way then has so long to end. */
export interface Leave {
  readonly delayMs: number;
  readonly limitMs: number;
}

/** A connection, as far as it is to be let go. */
export interface Leaver {
  /** Takes nothing new from now on. Resolves when what was asked before is answered, and has left for the network. Never rejects. */
  lastWords(): Promise<void>;
  close(): void;
  /** Calls back when it is closed, whoever closed it. */
  onceClosed(listener: () => void): void;
}

/** Closes a connection when nothing is under way on it any more, or its time is over. Resolves when it is closed, whoever closed it. */
export function takeLeave(leaver: Leaver, { delayMs, limitMs }: Leave): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const close = (): void => {
      clearTimeout(timer);
      leaver.close();
    };
    const begin = (): void => {
      timer = setTimeout(close, limitMs);
      void leaver.lastWords().then(close);
    };
    leaver.onceClosed(() => {
      clearTimeout(timer);
      resolve();
    });
    if (delayMs === 0) begin();
    else timer = setTimeout(begin, delayMs);
  });
}

/** What whoever asks on a connection that is being let go is told. */
export function aboutToStop(): CodedError {
  return new CodedError('OVERLOADED', 'This process is about to stop; come back at once.', {
    details: { retryAfterSeconds: 1 },
  });
}
