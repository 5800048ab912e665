import { graphCaller, type RunningProduct, startProduct } from '@tributary/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { credentials, newcomer, newWorkspace } from './newcomers.ts';

// Rows 57 and 60, on a product of their own: failed sign-ins are counted by address, and other tests have the same one.
// Timing over many tries, with a clock of its own: subgraphs/identity/test/sign-in.test.ts.
let product: RunningProduct;
let url: string;

beforeAll(async () => {
  product = await startProduct({ form: 'one', env: { DEMO: 'off', REQUESTS_PER_MINUTE: '100000' } });
  ({ url } = product);
});
afterAll(() => product[Symbol.asyncDispose]());

const signInText = `mutation ($input: SignInInput!) { signIn(input: $input) { __typename ... on Failure { message } } }`;

async function answerTo(query: string, input: object): Promise<string> {
  const { status, data, errors } = await graphCaller(url)(query, { input });
  return JSON.stringify({ status, data, errors });
}

describe('whether an address has an account is told by nothing', () => {
  test('when somebody signs in with a wrong password', async () => {
    const { email } = await newcomer(url);
    const known = await answerTo(signInText, { email, password: 'wrong password 1' });
    const unknown = await answerTo(signInText, { ...credentials(), password: 'wrong password 1' });
    const noAddress = await answerTo(signInText, { email: 'no address', password: 'wrong password 1' });
    expect([unknown, noAddress]).toEqual([known, known]);
    expect(known).toContain('SignInFailed');
  });

  test('when somebody signs up with it', async () => {
    const { email } = await newcomer(url);
    const text = `mutation ($input: SignUpInput!) { signUp(input: $input) { __typename ... on SignUpAccepted { message } } }`;
    const password = 'a long enough one';
    const taken = await answerTo(text, { email: email.toUpperCase(), password, name: 'x' });
    const free = await answerTo(text, { email: credentials().email, password, name: 'x' });
    expect(taken).toBe(free);
    // The account that was there is untouched by the second sign-up.
    expect(await answerTo(signInText, { email, password })).toContain('SignInFailed');
  });

  test('when an admin adds members: who guesses addresses is stopped after ten', async () => {
    const { owner } = await newWorkspace(url);
    const text = `mutation ($input: AddMemberInput!) { addMember(input: $input) { __typename } }`;
    const answers: string[] = [];
    for (let guess = 0; guess < 12; guess += 1) {
      const { data, errors } = await owner.ask(text, {
        input: { email: credentials().email, role: 'VIEWER' },
      });
      answers.push(JSON.stringify(data ?? null) + JSON.stringify(errors));
    }
    expect(answers.slice(0, 10).every((answer) => answer.includes('AccountNotFound'))).toBe(true);
    expect(answers.slice(10).every((answer) => answer.includes('RATE_LIMITED'))).toBe(true);
  });
});

describe('guessing passwords', () => {
  const guesses = (email: string, count: number): string =>
    `mutation { ${Array.from({ length: count }, (_, at) => `g${at}: signIn(input: { email: ${JSON.stringify(email)}, password: "guess number ${at}" }) { __typename }`).join(' ')} }`;

  /** How many guesses were checked before one was refused, which ends the whole operation. */
  const checkedOf = async (email: string): Promise<number> => {
    let checked = 0;
    for (;;) {
      const { data, errors } = await graphCaller(url)<object | null>(guesses(email, 4));
      if (errors.length > 0) {
        expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['RATE_LIMITED']);
        expect(errors[0]?.extensions['retryAfterSeconds']).toBeGreaterThan(0);
        return checked + Number(/\d+$/.exec(String(errors[0]?.path?.[0]))?.[0]);
      }
      expect(JSON.stringify(data).match(/SignInFailed/g)).toHaveLength(4);
      checked += 4;
    }
  };

  test('of one account by aliases of one operation stops at ten, also for other spellings of its address', async () => {
    const { email } = await newcomer(url);
    expect(await checkedOf(email)).toBe(10);
    for (const spelling of [email, email.toUpperCase(), ` ${email} `]) {
      const answer = await answerTo(signInText, { email: spelling, password: 'tributary-demo' });
      expect(answer).toContain('RATE_LIMITED');
    }
  });

  test('of an account that does not exist stops in the same way, so the limit tells nothing either', async () => {
    expect(await checkedOf(credentials().email)).toBe(10);
  });

  test('of many accounts with one password each stops too: an address has a hundred failures', async () => {
    const codes: unknown[] = [];
    // A few at a time: checking a password takes long on purpose, and an operation may take five seconds.
    for (let round = 0; round < 12; round += 1) {
      const spray = Array.from(
        { length: 12 },
        (_, at) =>
          `s${at}: signIn(input: { email: "${credentials().email}", password: "Winter2026 again" }) { __typename }`,
      );
      const { errors } = await graphCaller(url)(`mutation { ${spray.join(' ')} }`);
      codes.push(...errors.map(({ extensions }) => extensions['code']));
    }
    expect(codes).toContain('RATE_LIMITED');
    expect(new Set(codes)).toEqual(new Set(['RATE_LIMITED']));
  });
});
