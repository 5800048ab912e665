import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Closing, createLogger } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { startProduct } from '../src/start-product.ts';
import { productConfig, type TestedConfig } from './product-config.ts';

const email = 'anna@example.com';
const password = 'a password of her own';

/** The whole product on a database of its own, without the demo. */
async function runningProduct(different: Partial<Omit<TestedConfig, 'dataDir'>> = {}): Promise<string> {
  const closing = new Closing();
  onTestFinished(() => closing[Symbol.asyncDispose]());
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-limits-'));
  closing.defer('folder', () => rm(dataDir, { recursive: true, force: true }));
  const relational = closing.use('database', await freshDatabase());
  const config = productConfig({ dataDir, databaseUrl: relational.url, ...different });
  const log = createLogger({ name: 'test', level: 'silent' });
  return (await startProduct(config, { log, closing, keepFolder: () => undefined })).url;
}

/** Asks from one of this machine's loopback addresses. */
async function askFrom(localAddress: string, url: string, query: string, variables: object) {
  const headers = { 'content-type': 'application/json' };
  const asking = request(`${url}/graphql`, { method: 'POST', headers, localAddress });
  const answered = new Promise<string>((resolve, reject) => {
    asking.on('response', (response) => resolve(text(response))).on('error', reject);
  });
  asking.end(JSON.stringify({ query, variables }));
  return JSON.parse(await answered);
}

const signIn = `mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }`;

// macOS has one loopback address.
test.skipIf(process.platform !== 'linux')(
  'ten wrong passwords of a stranger close the account to the stranger, and to nobody else (needs Linux)',
  async () => {
    const url = await runningProduct();
    const signUp = `mutation ($input: SignUpInput!) { signUp(input: $input) { __typename } }`;
    await askFrom('127.0.0.1', url, signUp, { input: { email, password, name: 'Anna' } });
    const attempt = async (from: string, guess: string): Promise<unknown> => {
      const { data, errors } = await askFrom(from, url, signIn, { input: { email, password: guess } });
      return errors?.[0]?.extensions.code ?? data.signIn.__typename;
    };
    const outcomes: unknown[] = [];
    for (let guess = 0; guess < 11; guess += 1)
      outcomes.push(await attempt('127.0.0.2', `a wrong password ${guess}`));
    expect(outcomes).toEqual([...Array<string>(10).fill('SignInFailed'), 'RATE_LIMITED']);
    expect(await attempt('127.0.0.2', password)).toBe('RATE_LIMITED');
    expect(await attempt('127.0.0.1', password)).toBe('SignedIn');
  },
);

test('X-Forwarded-For names who asks behind a proxy of ours, and is a mere claim without TRUST_PROXY', async () => {
  const left = async (url: string, forwardedFor: string): Promise<number> => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor };
    const body = JSON.stringify({ query: '{ __typename }' });
    const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return Number(answer.headers.get('ratelimit-remaining'));
  };
  const leftTo = async (url: string): Promise<readonly number[]> => [
    await left(url, '192.0.2.1'),
    await left(url, '198.51.100.1'),
  ];
  const [first = 0, second] = await leftTo(await runningProduct({ trustProxy: true, isPrivate: false }));
  expect(second).toBe(first);
  const [claimed = 0, other = 0] = await leftTo(await runningProduct());
  expect(other).toBeLessThan(claimed);
});
