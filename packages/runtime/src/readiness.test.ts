import { expect, test } from 'vitest';
import { CodedError } from './coded-error.ts';
import { missingEngines, requireEngines } from './readiness.ts';

const there = { ping: async () => undefined };
const away = { ping: () => Promise.reject(new Error('connection refused by 10.0.0.7')) };
const silent = { ping: () => new Promise<void>(() => undefined) };

test('engines that all answer are no trouble', async () => {
  await requireEngines({ database: there, 'event-log': there });
});

test('those that are away or say nothing are named, and why stays inside', async () => {
  const asked = requireEngines({ database: there, 'event-log': away, 'document-store': silent });
  const error: unknown = await asked.catch((thrown: unknown) => thrown);
  expect(missingEngines(error)).toEqual(['event-log', 'document-store']);
  expect(error).toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: 'Not there: event-log, document-store.',
  });
});

test('an engine of which a part is away says which', async () => {
  const details = { missing: ['event-log:data.record/2'] };
  const part = { ping: () => Promise.reject(new CodedError('ENGINE_UNAVAILABLE', 'away', { details })) };
  const error: unknown = await requireEngines({ database: there, 'event-log': part }).catch(
    (thrown: unknown) => thrown,
  );
  expect(missingEngines(error)).toEqual(['event-log', 'event-log:data.record/2']);
});

test('other errors name no engine', () => {
  expect(missingEngines(new Error('missing'))).toEqual([]);
  expect(missingEngines(undefined)).toEqual([]);
});
