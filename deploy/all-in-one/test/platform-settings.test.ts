import { afterEach, expect, test, vi } from 'vitest';
import { readConfig } from '../src/config.ts';

afterEach(() => vi.unstubAllEnvs());

test("what Node itself is told, and the time zone, reach the processes of the product's parts; other settings do not", () => {
  vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=4096');
  vi.stubEnv('TZ', 'Europe/Zurich');
  vi.stubEnv('SOMETHING_ELSE', 'canary');
  const { platform } = readConfig();
  expect(platform).toMatchObject({ NODE_OPTIONS: '--max-old-space-size=4096', TZ: 'Europe/Zurich' });
  expect(platform).not.toHaveProperty('SOMETHING_ELSE');
});
