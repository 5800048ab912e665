import { containThisProcess } from '@tributary/engines/contained-process/contain-this-process';
import type { FromReading, ToReading } from './supergraph-messages.ts';
import { supergraphWork } from './supergraph-work.ts';

// The process in which a supergraph is composed and read: it answers one message after the other.

containThisProcess();
process.on('message', (asked: ToReading) => {
  void supergraphWork(asked).then((said) => process.send?.(said));
});
process.send?.({ kind: 'begun' } satisfies FromReading);
