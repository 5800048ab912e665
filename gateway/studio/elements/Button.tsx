import { type ButtonHTMLAttributes, type MouseEvent, type ReactNode, useState } from 'react';
import { Icon, type IconName } from './Icon.tsx';
import { OneAtATime } from './one-at-a-time.ts';

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'onClick'> {
  /** `primary` once a view: what most people came for. `quiet` has no border until it is pointed at. */
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly icon?: IconName;
  /** The work it started is under way: it cannot be started again, and says so. */
  readonly busy?: boolean;
  /** While a promise it answers is open, the button is busy by itself. */
  readonly onClick?: ((event: MouseEvent<HTMLButtonElement>) => unknown) | undefined;
}

export function Button({
  look = 'plain',
  icon,
  busy = false,
  children,
  onClick,
  ...rest
}: ButtonProps): ReactNode {
  const [once] = useState(() => new OneAtATime());
  const [isWorking, setIsWorking] = useState(false);
  const isBusy = busy || isWorking;
  const press = async (event: MouseEvent<HTMLButtonElement>): Promise<void> => {
    const work = once.do(() => onClick?.(event));
    if (work === undefined) return;
    setIsWorking(true);
    await work.finally(() => setIsWorking(false));
  };
  return (
    <button
      type="button"
      {...rest}
      className={`button ${rest.className ?? ''}`}
      data-look={look}
      data-alone={children === undefined || undefined}
      aria-busy={isBusy || undefined}
      // Not `disabled`: the browser would take the focus away from who pressed it. A click of a form's own button sends the form.
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : (event) => void press(event)}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}
