import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDocument, tokenOf } from '../session/browser-stand-in.ts';
import { Session } from '../session/session.ts';
import { Uploads } from './uploads.ts';

afterEach(() => void vi.unstubAllGlobals());

interface Options {
  onBeforeRequest(request: { setHeader(name: string, text: string): void }): Promise<void>;
  onShouldRetry(error: object): boolean;
  onSuccess(): void;
}

/** Where tus would send to: what began, in order, and what it asks of its surroundings. */
class Upload {
  static readonly begun: Upload[] = [];
  readonly options: Options;
  constructor(_file: File, options: Options) {
    this.options = options;
  }
  findPreviousUploads = async () => [];
  abort = async () => undefined;
  start(): void {
    Upload.begun.push(this);
  }
  async token(): Promise<string> {
    let shown = '';
    await this.options.onBeforeRequest({
      setHeader: (_name, text) => {
        shown = text;
      },
    });
    return shown;
  }
}

const keeper = { userId: 'ann', workspaceId: 'ws' };
const file = (number: number) => new File(['bytes'], `file ${number}.bin`);
const refused = { originalResponse: { getStatus: () => 401 } };

beforeEach(() => {
  Upload.begun.length = 0;
});

async function uploadsOf(fetchTus: () => Promise<unknown> = async () => ({ Upload })) {
  let made = 0;
  openDocument(() => ({ status: 200, body: { accessToken: tokenOf(`token ${++made}`) } }));
  const session = new Session();
  await session.signIn('ann@demo.local', 'secret');
  const uploads = new Uploads(session, fetchTus as never);
  const states = () => uploads.list().map(({ state }) => state);
  return { uploads, states };
}

test('of many files three go up at a time, and the others in their turn', async () => {
  const { uploads, states } = await uploadsOf();
  for (let number = 0; number < 10; number += 1) uploads.add(file(number), {}, keeper);
  await vi.waitFor(() => expect(Upload.begun).toHaveLength(3));
  expect(states().filter((state) => state === 'waiting')).toHaveLength(7);
  Upload.begun[1]?.options.onSuccess();
  await vi.waitFor(() => expect(Upload.begun).toHaveLength(4));
  const [first] = uploads.list();
  await uploads.pause(first?.id ?? '');
  await vi.waitFor(() => expect(Upload.begun).toHaveLength(5));
  expect(states().slice(0, 6)).toEqual(['paused', 'done', 'running', 'running', 'running', 'waiting']);
  await uploads.cancel(uploads.list()[2]?.id ?? '');
  await vi.waitFor(() => expect(Upload.begun).toHaveLength(6));
});

test('where what sends cannot be fetched the file is listed as failed, and goes up when asked again', async () => {
  let isAway = true;
  const { uploads, states } = await uploadsOf(async () => {
    if (isAway) throw new TypeError('the network is away');
    return { Upload };
  });
  const id = uploads.add(file(1), {}, keeper);
  await vi.waitFor(() => expect(states()).toEqual(['failed']));
  expect(uploads.list()[0]?.fault).toMatch(/\w/);
  isAway = false;
  uploads.resume(id);
  await vi.waitFor(() => expect(Upload.begun).toHaveLength(1));
});

test('a token that ran out while a piece waited is replaced once; another refusal is final', async () => {
  const { uploads } = await uploadsOf();
  uploads.add(file(1), {}, keeper);
  await vi.waitFor(() => expect(Upload.begun).toHaveLength(1));
  const [upload] = Upload.begun;
  const before = await upload?.token();
  expect(upload?.options.onShouldRetry(refused)).toBe(true);
  const after = await upload?.token();
  expect(after).not.toBe(before);
  expect(await upload?.token()).toBe(after);
  expect(upload?.options.onShouldRetry({ originalResponse: { getStatus: () => 403 } })).toBe(false);
  expect(upload?.options.onShouldRetry({ originalResponse: null })).toBe(true);
});
