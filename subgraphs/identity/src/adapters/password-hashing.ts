import { hash, verify } from '@node-rs/argon2';
import { addressBlock, type Clock } from '@tributary/runtime';
import { type PasswordLane, PasswordTurns } from './password-turns.ts';

/** OWASP's first choice for Argon2id: 19 MiB, two passes, one lane; ~15 ms on one core. `algorithm: 2` is Argon2id. */
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const turnsOptions = {
  /** Each holds a thread of libuv's pool of four; files and DNS need the others. */
  atOnce: 2,
  /** An office behind one address signs in at nine o'clock. */
  waitingOfOwner: 32,
  waitingOfLane: 128,
} as const;
/**
 * So long after it began an operation waits for no hash any more, its earlier ones included: the gateway waits for five seconds by default, and
 * takes a subgraph that answers later for one that is away.
 */
const waitLimitMs = 3_000;

/** A hash of nobody's password with the same parameters: what is checked when there is no account. */
const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$Rj3BepeUTNMe+FJBCP7fig$V9dHnixfRT5HyRhwhPdTy3XK6H3Ft+kE28fnrDVvQqM';

/** For whom a password is hashed. */
export interface HashingFor {
  readonly lane: PasswordLane;
  /** Addresses (the /64 in IPv6) take turns. */
  readonly clientAddress?: string | undefined;
  /** Aborted when nobody waits for the answer. */
  readonly signal?: AbortSignal | undefined;
  /** When the operation began, on the monotonic clock; now when absent. */
  readonly askedAtMs?: number | undefined;
}

export interface PasswordHashing {
  /** Argon2id in PHC format. @throws CodedError OVERLOADED when too many wait, DEADLINE_EXCEEDED when nobody waits for it any more. */
  hash(password: string, asked: HashingFor): Promise<string>;
  /** Takes as long without a hash as with one; then answers false. @throws CodedError as `hash` */
  verify(passwordHash: string | undefined, password: string, asked: HashingFor): Promise<boolean>;
}

export function createPasswordHashing(clock: Clock): PasswordHashing {
  const turns = new PasswordTurns(turnsOptions);
  const inTurn = <Result>(
    { lane, clientAddress, signal, askedAtMs }: HashingFor,
    work: () => Promise<Result>,
  ): Promise<Result> => {
    const owner = clientAddress === undefined ? '' : addressBlock(clientAddress);
    const nowMs = clock.monotonicMs();
    const leftMs = waitLimitMs - (nowMs - (askedAtMs ?? nowMs));
    return turns.run({ lane, owner, signal, waitLimitMs: leftMs }, work);
  };
  return {
    hash: (password, asked) => inTurn(asked, () => hash(password.normalize('NFKC'), parameters)),
    verify: (passwordHash, password, asked) =>
      inTurn(asked, async () => {
        const matches = await verify(passwordHash ?? nobodysHash, password.normalize('NFKC'));
        return matches && passwordHash !== undefined;
      }),
  };
}
