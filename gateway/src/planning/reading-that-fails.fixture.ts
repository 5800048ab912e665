import { containThisProcess } from '@tributary/engines/contained-process/contain-this-process';
import type { FromReading, ToReading } from './supergraph-messages.ts';
import { supergraphWork } from './supergraph-work.ts';

// The process that composes and reads, which ends at what has one of these words in it.
containThisProcess();
process.on('message', (asked: ToReading) => {
  const text = JSON.stringify(asked);
  if (text.includes('takenFromOutside')) process.kill(process.pid, 'SIGKILL');
  if (text.includes('takesTooMuch')) process.kill(process.pid, 'SIGUSR2');
  if (text.includes('takesForever') || text.includes('takesTooMuch')) for (;;);
  void supergraphWork(asked).then((said) => process.send?.(said));
});
process.send?.({ kind: 'begun' } satisfies FromReading);
