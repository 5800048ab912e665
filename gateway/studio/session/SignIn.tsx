import { type FormEvent, type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { useMutation, useQuery } from 'urql';
import { Mark } from '../app/Mark.tsx';
import { Button } from '../elements/Button.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { type Role, signUpMutation, startQuery } from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { roleNames } from './role-names.ts';
import './sign-in.css';
import { useSession } from './use-session.ts';

interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** The door: sign in, make an account where that is open, or walk into the demo where this is one. */
export function SignIn(): ReactNode {
  const session = useSession();
  const unended = useSyncExternalStore(session.subscribe, session.unended);
  const [{ data }] = useQuery({ query: startQuery });
  const [isNew, setIsNew] = useState(false);
  const [busy, setBusy] = useState('');
  const [error, setError] = useState<Refusal>();
  const [, signUp] = useMutation(signUpMutation);
  useEffect(() => {
    document.title = 'Sign in · Tributary';
  }, []);

  const enter = async ({ email, password }: Credentials, name?: string): Promise<void> => {
    setBusy(email);
    setError(undefined);
    try {
      if (name !== undefined) {
        const answer = await signUp({ input: { email, password, name } });
        if (answer.error !== undefined) throw Refusal.of(answer.error);
        const outcome = answer.data?.signUp;
        if (outcome?.__typename !== 'SignUpAccepted')
          throw new Refusal(outcome?.message ?? 'No account was made.', {
            code: 'BAD_USER_INPUT',
            advice: '',
          });
      }
      await session.signIn(email, password);
    } catch (cause) {
      setBusy('');
      setError(Refusal.of(cause as Error));
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>): Promise<void> => {
    const form = new FormData(event.currentTarget);
    const text = (field: string): string => String(form.get(field) ?? '');
    return enter({ email: text('email'), password: text('password') }, isNew ? text('name') : undefined);
  };
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <Mark />
        <h1>{isNew ? 'Make an account' : 'Sign in to Tributary'}</h1>
        {unended === 'unreached' && (
          <FailureNotice error={unreached} onRetry={() => void session.endWhatIsLeft()} />
        )}
        {unended === 'refused' && <FailureNotice error={refused} />}
        <Form onSubmit={submit}>
          {isNew && (
            <Field label="Name">
              {(parts) => <input {...parts} className="input" name="name" autoComplete="name" required />}
            </Field>
          )}
          <Field label="E-mail">
            {(parts) => (
              <input
                {...parts}
                className="input"
                name="email"
                type="email"
                autoComplete="username"
                required
              />
            )}
          </Field>
          <Field label="Password" hint={isNew ? 'At least 12 characters.' : undefined}>
            {(parts) => (
              <input
                {...parts}
                className="input"
                name="password"
                type="password"
                autoComplete={isNew ? 'new-password' : 'current-password'}
                minLength={isNew ? 12 : undefined}
                required
              />
            )}
          </Field>
          {error !== undefined && <SignInFault error={error} />}
          <Button look="primary" type="submit" busy={busy !== ''}>
            {isNew ? 'Make the account' : 'Sign in'}
          </Button>
        </Form>
        {data?.signUpOpen === true && (
          <p className="sign-in-other soft">
            {isNew ? 'You have an account?' : 'New here?'}{' '}
            <button type="button" className="text-button" onClick={() => setIsNew(!isNew)}>
              {isNew ? 'Sign in' : 'Make an account'}
            </button>
          </p>
        )}
      </div>
      {data !== undefined && data.demoSignIns.length > 0 && (
        <section className="sign-in-demo" aria-labelledby="demo-title">
          <h2 id="demo-title">This is a demo</h2>
          <p className="soft">Real airports and flights, on this machine alone. Walk in as</p>
          <ul>
            {data.demoSignIns.map((account) => (
              <li key={account.email}>
                <Button busy={busy === account.email} onClick={() => enter(account)}>
                  {roleNames[account.role].title}
                </Button>
                <span className="soft">{demoHints[account.role]}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </main>
  );
}

const goesOn = 'You are signed out here, but the session goes on.';
const unreached = new Refusal(goesOn, {
  code: 'UNREACHABLE',
  advice: 'The gateway could not be told. It is told again by itself while this page is open.',
  retryable: true,
});
const refused = new Refusal(goesOn, {
  code: 'SESSION_NOT_ENDED',
  advice:
    'This browser holds nothing of it any more, and it runs out by itself. To end it now, sign in again and sign out everywhere under “Your account”.',
});

const demoHints: Readonly<Record<Role, string>> = {
  OWNER: 'sees and may do everything',
  ADMIN: 'looks after members and keys',
  EDITOR: 'changes data, and is seen doing it',
  VIEWER: 'looks, and is refused the rest',
};

/** Wrong credentials are an ordinary answer; whatever else went wrong is shown whole. */
function SignInFault({ error }: { readonly error: Refusal }): ReactNode {
  if (error.code !== 'UNAUTHENTICATED' && error.code !== 'BAD_USER_INPUT')
    return <FailureNotice error={error} />;
  return (
    <p className="field-fault" role="alert">
      {error.message}
    </p>
  );
}
