#!/usr/bin/env node
import { createCursorCodec } from '@tributary/engines/event-log/cursor';
import { CodedError, systemClock as clock, faultSentence } from '@tributary/runtime';
import { attach } from './attach.ts';
import { runCommand } from './command.ts';
import { quietLogger, readCursorSecret, readPlace } from './config.ts';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
// A reader that has seen enough (`| head`) closes the pipe.
process.stdout.on('error', () => process.exit(0));

try {
  await runCommand(process.argv.slice(2), {
    open: (profile, purpose) => attach(readPlace(profile), purpose, quietLogger()),
    cursors: (profile) => createCursorCodec(readCursorSecret(profile)),
    print: (line) => void process.stdout.write(`${line}\n`),
    // Beside the answer, so that whoever reads it by a program is told as well.
    remark: (sentence) => void process.stderr.write(`${sentence}\n`),
    clock,
    signal: stopping.signal,
  });
} catch (error) {
  const code = error instanceof CodedError ? error.code : 'INTERNAL';
  const sentence = error instanceof CodedError ? error.message : (faultSentence(error) ?? String(error));
  process.stderr.write(`${code}: ${sentence}\n`);
  // 2: the command line is wrong; 1: it could not be done.
  process.exitCode = code === 'BAD_USER_INPUT' ? 2 : 1;
}
