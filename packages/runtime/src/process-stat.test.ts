import { expect, test } from 'vitest';
import { processStat } from './process-stat.ts';

const rest =
  '77 4711 4711 0 -1 4194560 9000 0 12 0 150 50 0 0 20 0 11 0 8812345 1000000 2000 18446744073709551615';

test.each(['node', 'a (b) c', ') Z 1 (', ''])(
  'the name %j of a process hides nothing that follows it',
  (name) => {
    expect(processStat(`4712 (${name}) S ${rest}`)).toEqual({
      state: 'S',
      parentPid: 77,
      groupId: 4711,
      cpuTicks: 200,
      threads: 11,
      began: '8812345',
    });
  },
);

test.each(['', '4712 (node', '4712 (node) Z 1'])('%j tells of no process', (text) => {
  expect(processStat(text)).toBeUndefined();
});
