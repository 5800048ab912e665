import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import { Icon } from './Icon.tsx';

interface Toast {
  readonly id: number;
  readonly text: string;
}

const shownMs = 5_000;
const Say = createContext<(text: string) => void>(() => undefined);

/** Says shortly, and aloud to those who listen, that something is done. What failed is said where it was asked for. */
export function useToast(): (text: string) => void {
  return useContext(Say);
}

export function Toasts({ children }: { readonly children: ReactNode }): ReactNode {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const say = useCallback((text: string) => {
    const toast = { id: performance.now(), text };
    setToasts((present) => [...present.slice(-2), toast]);
    setTimeout(() => setToasts((present) => present.filter(({ id }) => id !== toast.id)), shownMs);
  }, []);
  return (
    <Say value={say}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, text }) => (
          <p key={id} className="toast">
            <Icon name="check" />
            {text}
          </p>
        ))}
      </div>
    </Say>
  );
}
