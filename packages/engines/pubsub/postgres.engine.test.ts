import { freshDatabase } from '@tributary/test-kit';
import { describePubSub } from './conformance.ts';
import { openPubSub } from './open.ts';

describePubSub('NOTIFY of a PostgreSQL of one\u2019s own', async () => {
  const relational = await freshDatabase();
  const near = await openPubSub('embedded:', { relational });
  const far = await openPubSub('embedded:', { relational });
  return {
    near,
    far,
    [Symbol.asyncDispose]: async () => {
      await near[Symbol.asyncDispose]();
      await far[Symbol.asyncDispose]();
      await relational[Symbol.asyncDispose]();
    },
  };
});
