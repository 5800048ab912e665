import { createLogger } from '@tributary/runtime';
import { parseKafkaUrl } from './address.ts';
import { withAdmin } from './admin.ts';
import type { OwnBroker } from './broker.fixture.ts';
import { openDriver } from './driver.ts';

/** The protocol's numbers of what an ACL gives. */
const operations = {
  READ: 3,
  WRITE: 4,
  CREATE: 5,
  DESCRIBE: 8,
  DESCRIBE_CONFIGS: 10,
  ALTER_CONFIGS: 11,
} as const;
const [topicResource, prefixed, allow] = [2, 4, 3];

export type GuestRight = keyof typeof operations;

const log = createLogger({ name: 'test', level: 'silent' });
const entryOf = (prefix: string) => ({
  ...{ resourceType: topicResource, resourceName: prefix, resourcePatternType: prefixed },
  ...{ principal: 'User:guest', host: '*' },
});

/** Lets the guest do this with topics whose names begin so. */
export async function grant(broker: OwnBroker, prefix: string, rights: readonly GuestRight[]): Promise<void> {
  const driver = await openDriver(parseKafkaUrl(broker.url, 'EVENT_LOG_URL'), log);
  const acl = rights.map((right) => ({
    ...entryOf(prefix),
    ...{ operation: operations[right], permissionType: allow },
  }));
  await withAdmin(driver, (admin) => admin.createAcls({ acl }));
}

/** Takes that back. */
export async function revoke(
  broker: OwnBroker,
  prefix: string,
  rights: readonly GuestRight[],
): Promise<void> {
  const driver = await openDriver(parseKafkaUrl(broker.url, 'EVENT_LOG_URL'), log);
  const filters = rights.map((right) => ({
    ...entryOf(prefix),
    ...{ operation: operations[right], permissionType: allow },
  }));
  await withAdmin(driver, (admin) => admin.deleteAcls({ filters }));
}

/** By which the guest comes. */
export function guestUrl(broker: OwnBroker, prefix: string): string {
  const options = new URLSearchParams({ sasl: 'plain', tlsCa: broker.certFile, timeoutMs: '3000' });
  return `kafkas://guest:guest@localhost:${broker.loginPort}/${prefix}?${options}`;
}
