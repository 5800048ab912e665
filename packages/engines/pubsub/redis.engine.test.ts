import { parseRedisUrl } from '../redis/address.ts';
import { freshRedisUrl } from '../redis/provisioned.fixture.ts';
import { describePubSub } from './conformance.ts';
import { RedisPubSub } from './redis.ts';

describePubSub('Redis', async () => {
  const address = parseRedisUrl(freshRedisUrl(), 'PUBSUB_URL');
  const near = await RedisPubSub.open(address, undefined);
  const far = await RedisPubSub.open(address, undefined);
  return {
    near,
    far,
    [Symbol.asyncDispose]: async () => {
      await near[Symbol.asyncDispose]();
      await far[Symbol.asyncDispose]();
    },
  };
});
