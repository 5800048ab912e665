import { env } from 'node:process';
import { containThisProcess } from './contain-this-process.ts';

containThisProcess();
const hoard: Buffer[] = [];
process.on('message', (told: { readonly act: string; readonly value?: unknown }) => {
  if (told.act === 'echo') process.send?.(told.value);
  if (told.act === 'loaded') process.send?.((globalThis as { loadedFirst?: unknown }).loadedFirst);
  if (told.act === 'environment') process.send?.(Object.keys(env));
  if (told.act === 'abort') process.abort();
  if (told.act === 'finish') process.exit(0);
  if (told.act === 'hang') for (;;);
  // The main thread never comes back to its event loop here.
  if (told.act === 'hoard') for (;;) hoard.push(Buffer.alloc(1_000_000, 1));
});
