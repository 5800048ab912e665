import { type FormEvent, type FormHTMLAttributes, type ReactNode, type Ref, useState } from 'react';
import { OneAtATime } from './one-at-a-time.ts';

/** A form of the page itself. It is sent once, however often a key or a button sends it before it is done: the button is busy from the next picture on only. */
export function Form({
  onSubmit,
  ...rest
}: Omit<FormHTMLAttributes<HTMLFormElement>, 'onSubmit'> & {
  readonly ref?: Ref<HTMLFormElement>;
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => Promise<void>;
}): ReactNode {
  const [once] = useState(() => new OneAtATime());
  return (
    <form
      {...rest}
      onSubmit={(event) => {
        event.preventDefault();
        void once.do(() => onSubmit(event));
      }}
    />
  );
}
