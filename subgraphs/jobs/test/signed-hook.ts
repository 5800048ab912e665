import { createHmac } from 'node:crypto';
import { systemClock as clock, newId } from '@tributary/runtime';
import { admin, type DoorAnswer, type OpenJobs } from './open-jobs.ts';

export const createHook = `mutation ($input: CreateHookInput!) { createHook(input: $input) { secret hook { id path jobName enabled secrets { id expiresAt } } } }`;

export interface Hook {
  readonly id: string;
  readonly path: string;
  readonly secret: string;
}

export async function made(jobs: OpenJobs, input: Record<string, unknown> = {}, as = admin): Promise<Hook> {
  const { data } = await jobs.ask(as, createHook, { input: { name: newId(), job: 'anything', ...input } });
  const { hook, secret } = data.createHook;
  return { id: hook.id, path: hook.path, secret };
}

/** What a sender does, by the text of Standard Webhooks. */
export function signed(secret: string, id: string, body: string, atMs = clock.now()): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1_000));
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

export const send = (
  jobs: OpenJobs,
  { path, secret }: Hook,
  body: string,
  id = newId(),
): Promise<DoorAnswer> => jobs.call(path, signed(secret, id, body), body);
