import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startHookCare } from '@tributary/jobs';
import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { type OpenJobs, openJobs } from './open-jobs.ts';
import { type Hook, made, send, signed } from './signed-hook.ts';

const wrappedWith = async (jobs: OpenJobs, { id }: Hook): Promise<string | undefined> => {
  const asked = 'SELECT wrapping_key_id AS key FROM jobs.hook_secret WHERE hook_id = $1';
  return (await jobs.relational.query<{ key: string }>(asked, [id])).rows[0]?.key;
};

test('secrets are wrapped anew when the wrapping key changed, and one that is lost keeps no other back', async () => {
  await using jobs = await openJobs();
  const lost = await made(jobs);
  const before = await wrappedWith(jobs, lost);
  await jobs.relational.query('UPDATE jobs.hook_secret SET wrapped = reverse(wrapped)');
  const others = [await made(jobs), await made(jobs)];
  const next = { createdAtMs: Date.now(), secret: randomBytes(32).toString('base64') };
  await writeFile(join(jobs.keyFolder, '2'), JSON.stringify(next));
  const current = await jobs.keyProvider.currentKeyId();
  await using _care = startHookCare(jobs);
  await eventually(async () => {
    for (const hook of others) expect(await wrappedWith(jobs, hook)).toBe(current);
  });
  expect(await wrappedWith(jobs, lost)).toBe(before);
  for (const hook of others) expect((await send(jobs, hook, '{}')).status).toBe(202);
  expect((await send(jobs, lost, '{}')).status).toBe(401);
});

test('while no key can be read nobody is told that a signature is wrong, nor which hooks there are', async () => {
  await using jobs = await openJobs();
  const hook = await made(jobs);
  await writeFile(join(jobs.keyFolder, '1'), '');
  const answers = [
    await send(jobs, hook, '{}'),
    await jobs.call(hook.path, signed('whsec_AAAA', 'm1', '{}'), '{}'),
    await jobs.call(`/hooks/${newId()}`, signed(hook.secret, 'm2', '{}'), '{}'),
    await jobs.call('/hooks/none', signed(hook.secret, 'm3', '{}'), '{}'),
  ];
  for (const { status, json } of answers)
    expect({ status, json }).toMatchObject({
      status: 503,
      json: { code: 'ENGINE_UNAVAILABLE', retryable: true },
    });
});
