import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startArguments } from '../src/index.ts';

/** Keeps a third of a million objects at a time, and tells how far the space for young ones has grown. */
const program = `
let kept = [];
for (let at = 0; at < 4_000_000; at += 1) {
  kept.push({ at });
  if (kept.length > 300_000) kept = [];
}
const spaces = require('node:v8').getHeapSpaceStatistics();
console.log(spaces.find(({ space_name }) => space_name === 'new_space').space_size);`;

/** Two halves of 16 MB is what Node gives by itself. */
const byItselfBytes = 2 * 16 * 2 ** 20;

test('npm start gives the product more room for young objects than Node does by itself', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [...startArguments(), '-e', program]);
  expect(Number(stdout)).toBeGreaterThan(byItselfBytes);
});
