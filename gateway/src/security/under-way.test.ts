import { CodedError } from '@tributary/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UnderWay } from './under-way.ts';

test('one caller cannot have more under way than its share, and others still come in', () => {
  const underWay = new UnderWay({ perCaller: 2, inAll: 10 });
  const leave = underWay.enter('ann');
  underWay.enter('ann');
  expect(() => underWay.enter('ann')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
  expect(underWay.enter('ben')).toBeTypeOf('function');
  leave();
  leave();
  expect(underWay.enter('ann')).toBeTypeOf('function');
  expect(() => underWay.enter('ann')).toThrow(CodedError);
});

test('whoever comes and goes, no limit is passed and nothing is refused while there is room', () => {
  const limits = { perCaller: 3, inAll: 5 };
  const step = fc.record({ caller: fc.constantFrom('ann', 'ben', 'cem'), comes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const underWay = new UnderWay(limits);
      const inside: { caller: string; leave: () => void }[] = [];
      for (const { caller, comes } of steps) {
        const own = inside.filter((entry) => entry.caller === caller);
        if (!comes) {
          const [first] = own;
          first?.leave();
          if (first !== undefined) inside.splice(inside.indexOf(first), 1);
          continue;
        }
        const hasRoom = own.length < limits.perCaller && inside.length < limits.inAll;
        if (hasRoom) inside.push({ caller, leave: underWay.enter(caller) });
        else expect(() => underWay.enter(caller)).toThrow(CodedError);
      }
    }),
  );
});
