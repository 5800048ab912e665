import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod/mini';
import { dropAllDrafts, dropDraft, keepDraft, keptDraft } from './drafts.ts';

const shape = z.object({ name: z.string() });
const ann = { userId: 'ann', workspaceId: 'demo' };
const begun = { name: '' };

let kept: Record<string, string>;
let roomLeft: boolean;

beforeEach(() => {
  roomLeft = true;
  kept = {};
  const methods = {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, text: string) => {
      if (!roomLeft) throw new DOMException('there is no room', 'QuotaExceededError');
      kept[key] = text;
    },
    removeItem: (key: string) => delete kept[key],
  };
  // As in a browser, its keys are those of the object, and its methods are not among them.
  vi.stubGlobal(
    'sessionStorage',
    new Proxy(methods, {
      ownKeys: () => Object.keys(kept),
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    }),
  );
});
afterEach(() => vi.unstubAllGlobals());

test('what is typed is there again for who typed it, in the workspace it was typed in, and for nobody else', () => {
  expect(keepDraft('new/Airport', ann, { begun, value: { name: 'Half' } })).toBe(true);
  expect(keptDraft('new/Airport', ann, shape)).toEqual({ begun, value: { name: 'Half' } });
  expect(keptDraft('new/Flight', ann, shape)).toBeUndefined();
  expect(keptDraft('new/Airport', { ...ann, userId: 'bob' }, shape)).toBeUndefined();
  expect(keptDraft('new/Airport', { ...ann, workspaceId: 'other' }, shape)).toBeUndefined();
});

test('what is as it began, was sent, or was of another form is not kept', () => {
  keepDraft('new/Airport', ann, { begun, value: { name: 'Half' } });
  expect(keepDraft('new/Airport', ann, { begun, value: { name: '' } })).toBe(false);
  expect(kept).toEqual({});
  keepDraft('new/Airport', ann, { begun, value: { name: 'Half' } });
  expect(keptDraft('new/Airport', ann, z.object({ title: z.string() }))).toBeUndefined();
  dropDraft('new/Airport', ann);
  expect(kept).toEqual({});
});

test('where the tab has no room, nothing older is taken for what was typed last', () => {
  keepDraft('new/Airport', ann, { begun, value: { name: 'Half' } });
  roomLeft = false;
  expect(keepDraft('new/Airport', ann, { begun, value: { name: 'Whole' } })).toBe(false);
  expect(keptDraft('new/Airport', ann, shape)).toBeUndefined();
});

test('of all that was typed nothing stays, and of the rest everything does', () => {
  kept['tributary.loaded-anew'] = '1';
  keepDraft('new/Airport', ann, { begun, value: { name: 'Half' } });
  dropAllDrafts();
  expect(kept).toEqual({ 'tributary.loaded-anew': '1' });
});
