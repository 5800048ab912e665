import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { letGo } from '@tributary/engines/let-go';
import type { HashAnswer, HashTask } from './hash-thread.ts';

const port = parentPort;
if (port === null) throw new Error('this program is a thread of hash-thread.ts');

const hashes = new Map<number, Hash>();

/** That of nothing where no bytes came yet. */
function begun(id: number): Hash {
  const hash = hashes.get(id) ?? createHash('sha256');
  hashes.set(id, hash);
  return hash;
}

function done(task: HashTask): HashAnswer {
  const hash = begun(task.hash);
  switch (task.kind) {
    case 'add':
      for (const chunk of task.chunks) hash.update(chunk);
      letGo(task.chunks);
      return null;
    case 'copy':
      hashes.set(task.to, hash.copy());
      return null;
    case 'digest':
    case 'drop':
      hashes.delete(task.hash);
      return task.kind === 'digest' ? hash.digest('hex') : null;
  }
}

port.on('message', (task: HashTask) => port.postMessage(done(task)));
