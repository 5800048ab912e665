import { hash, verify } from '@node-rs/argon2';
import { CodedError } from '@tributary/runtime';

/** OWASP's first choice for Argon2id: 19 MiB, two passes, one lane; ~15 ms on one core. `algorithm: 2` is Argon2id. */
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Each holds a thread of libuv's pool of four; files and DNS need the others. */
const atOnce = 2;
const maxWaiting = 200;

/** A hash of nobody's password with the same parameters: what is checked when there is no account. */
const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$Rj3BepeUTNMe+FJBCP7fig$V9dHnixfRT5HyRhwhPdTy3XK6H3Ft+kE28fnrDVvQqM';

export interface PasswordHashing {
  /** Argon2id in PHC format. @throws CodedError OVERLOADED when too many wait. */
  hash(password: string): Promise<string>;
  /** Takes as long without a hash as with one; then answers false. @throws CodedError OVERLOADED */
  verify(passwordHash: string | undefined, password: string): Promise<boolean>;
}

export function createPasswordHashing(): PasswordHashing {
  let running = 0;
  const waiting: (() => void)[] = [];
  const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running >= atOnce) {
      if (waiting.length >= maxWaiting)
        throw new CodedError('OVERLOADED', 'Too many sign-ins at once.', {
          details: { retryAfterSeconds: 5 },
        });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, not freed: a newcomer cannot slip in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
  return {
    hash: (password) => inTurn(() => hash(password.normalize('NFKC'), parameters)),
    verify: (passwordHash, password) =>
      inTurn(async () => {
        const matches = await verify(passwordHash ?? nobodysHash, password.normalize('NFKC'));
        return matches && passwordHash !== undefined;
      }),
  };
}
