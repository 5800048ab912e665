import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './sources.ts';

const engines = join(root, 'packages/engines');

/** `[port, test]` of the table of promises; a row without a port is of the one above it. */
function promisedTests(): readonly (readonly [string, string])[] {
  const readme = readFileSync(join(engines, 'README.md'), 'utf8');
  const [, section = ''] = readme.split(/^## promises$/m);
  const [table = ''] = section.split(/^## /m);
  let port = '';
  return table.split('\n').flatMap((line) => {
    const [, first = '', , tests = ''] = line.split('|');
    if (/^[a-z][a-z-]+$/.test(first.trim())) port = first.trim();
    return [...tests.matchAll(/`([^`]+)`/g)].map(([, name = '']) => [port, name] as const);
  });
}

/** All that the suite of a port says. */
function suiteOf(port: string): string {
  const files = readdirSync(join(engines, port)).filter((name) => /^conformance.*\.ts$/.test(name));
  return files.map((name) => readFileSync(join(engines, port, name), 'utf8')).join('\n');
}

test('each promise of the engines names tests that the suite of its port has', () => {
  const promised = promisedTests();
  expect(new Set(promised.map(([port]) => port)).size).toBeGreaterThan(5);
  expect(promised.filter(([port, name]) => !suiteOf(port).includes(`'${name}'`))).toEqual([]);
});
