import { expect, test } from 'vitest';
import { LookStart, type Seen } from './look-start.ts';

function looking() {
  const looks = new LookStart();
  let nowMs = 0;
  return {
    /** A look a moment later, and where it began. `xid`: of the transaction that begins after it. */
    look: (seen: Seen, xid: bigint, afterMs = 200): bigint => {
      nowMs += afterMs;
      const from = looks.next(nowMs);
      if (looks.saw(seen, nowMs)) looks.mark({ id: seen.lastId, xid });
      return from;
    },
  };
}

test('a look begins behind what was seen once every transaction has ended that may have a number before it', () => {
  const { look } = looking();
  // Number 6 is there; 5 was drawn by transaction 100, which goes on.
  expect(look({ firstId: 6n, lastId: 6n, oldestXid: 100n }, 103n)).toBe(0n);
  expect(look({ firstId: 7n, lastId: 7n, oldestXid: 100n }, 105n)).toBe(0n);
  // It has committed: 5 is seen, and before it there will be none.
  expect(look({ firstId: 5n, lastId: 8n, oldestXid: 104n }, 106n)).toBe(0n);
  expect(look({ firstId: 9n, lastId: 9n, oldestXid: 107n }, 108n)).toBe(5n);
  expect(look({ firstId: 10n, lastId: 10n, oldestXid: 109n }, 110n)).toBe(8n);
});

test('what waits for a topic in trouble is seen by each look', () => {
  const { look } = looking();
  look({ firstId: 3n, lastId: 9n, oldestXid: 10n }, 11n);
  look({ firstId: 3n, lastId: 20n, oldestXid: 12n }, 13n);
  expect(look({ firstId: 3n, lastId: 20n, oldestXid: 14n }, 15n)).toBe(3n);
});

test('the beginning is looked at again and again, and begun at where something lies before what was known', () => {
  const { look } = looking();
  look({ firstId: 50n, lastId: 60n, oldestXid: 10n }, 11n);
  look({ firstId: 61n, lastId: 61n, oldestXid: 11n }, 12n);
  expect(look({ firstId: 61n, lastId: 61n, oldestXid: 11n }, 12n)).toBe(60n);
  // A database that was restored counts anew.
  expect(look({ firstId: 2n, lastId: 2n, oldestXid: 3n }, 4n, 5_000)).toBe(0n);
  expect(look({ firstId: 2n, lastId: 2n, oldestXid: 3n }, 4n)).toBe(0n);
});
