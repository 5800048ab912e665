import type { KeyValue } from '@tributary/engines/key-value';
import { InsuredWindows } from '@tributary/engines/key-value/insured-windows';
import type { Relational } from '@tributary/engines/relational';
import { codedSqlError } from '@tributary/engines/relational/postgres-errors';
import { createPrisma, type PrismaClient } from '@tributary/prisma';
import { type Clock, Counter, type Logger, type Registry } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { type AccessTokens, createAccessTokens } from './adapters/access-tokens.ts';
import { type AuditChainChecks, createAuditChainChecks } from './adapters/audit-chain-checks.ts';
import { type DerivedKeys, deriveKeys } from './adapters/derived-keys.ts';
import { createFailedSignIns, type FailedSignIns } from './adapters/failed-sign-ins.ts';
import { createOpenSignIns, type OpenSignIns, type PublishedSignIn } from './adapters/open-sign-ins.ts';
import { createPasswordHashing, type PasswordHashing } from './adapters/password-hashing.ts';
import { createSignInLimiter, type SignInLimiter } from './adapters/sign-in-limiter.ts';
import { createSignUpLimiter, type SignUpLimiter } from './adapters/sign-up-limiter.ts';
import { createSigningKeys, type SigningKeys } from './adapters/signing-keys.ts';

export interface IdentitySettings {
  readonly signUpOpen: boolean;
  /** Of one client address. */
  readonly signUpsPerMinute: number;
  /** 32 bytes in Base64; everything sealed or chained depends on it. */
  readonly sealingKey: string;
  readonly accessTokenSeconds: number;
  /** How long a session lives at most, however often it is refreshed. */
  readonly sessionDays: number;
  /** How long a session survives without a refresh. */
  readonly refreshTokenDays: number;
  /** Slug of the workspace whose owners may rotate signing keys. */
  readonly operatorWorkspace: string;
  /** Accounts anybody may use, offered to whoever opens the console while they are as published: a demo's, never another installation's. */
  readonly demoSignIns: readonly PublishedSignIn[];
}

export const defaultSettings = {
  signUpsPerMinute: 100,
  accessTokenSeconds: 600,
  sessionDays: 90,
  refreshTokenDays: 30,
  demoSignIns: [],
} as const;

export interface CoreDeps {
  readonly relational: Relational;
  readonly keyValue: KeyValue;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly settings: IdentitySettings;
}

/** What the use cases work with. */
export interface IdentityCore {
  readonly relational: Relational;
  readonly prisma: PrismaClient;
  readonly clock: Clock;
  readonly settings: IdentitySettings;
  readonly passwords: PasswordHashing;
  readonly limiter: SignInLimiter;
  readonly signUpLimiter: SignUpLimiter;
  readonly failedSignIns: FailedSignIns;
  readonly refusedSignIns: Counter<'reason'>;
  readonly keys: SigningKeys;
  readonly tokens: AccessTokens;
  readonly derived: DerivedKeys;
  readonly demoSignIns: OpenSignIns;
  readonly auditChains: AuditChainChecks;
}

/** Who asks a use case, and from where. */
export interface Caller {
  readonly principal: Principal;
  readonly clientAddress?: string | undefined;
  /** Aborted when nobody waits for the answer. */
  readonly signal?: AbortSignal | undefined;
  /** When the operation began, on the monotonic clock. */
  readonly askedAtMs?: number | undefined;
}

/** Wires the parts; opens nothing. @throws CodedError CONFIG_INVALID for a wrong sealing key. */
export function createCore({ relational, keyValue, clock, log, metrics, settings }: CoreDeps): IdentityCore {
  const derived = deriveKeys(settings.sealingKey);
  const tokenLifetimeMs = settings.accessTokenSeconds * 1000;
  const { operatorWorkspace } = settings;
  const keys = createSigningKeys({
    relational,
    clock,
    sealingKey: derived.sealing,
    tokenLifetimeMs,
    operatorWorkspace,
  });
  const passwords = createPasswordHashing(clock);
  const windows = new InsuredWindows({ keyValue, clock, log, what: 'failed sign-ins and sign-ups' });
  return {
    relational,
    prisma: createPrisma(relational.pool, codedSqlError),
    clock,
    settings,
    passwords,
    limiter: createSignInLimiter(windows),
    signUpLimiter: createSignUpLimiter(windows, settings.signUpsPerMinute),
    failedSignIns: createFailedSignIns({ relational, clock, log }),
    refusedSignIns: new Counter({
      name: 'tributary_sign_ins_refused_total',
      help: 'Sign-ins refused, by reason: credentials (wrong), limited, workspace (not theirs).',
      labelNames: ['reason'],
      registers: [metrics],
    }),
    keys,
    tokens: createAccessTokens(keys, settings.accessTokenSeconds),
    derived,
    demoSignIns: createOpenSignIns({ relational, passwords, published: settings.demoSignIns }),
    auditChains: createAuditChainChecks({ relational, clock, keys: derived.audit }),
  };
}
