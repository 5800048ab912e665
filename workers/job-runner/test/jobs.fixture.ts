import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CodedError } from '@tributary/runtime';
import { z } from 'zod';
import { defineJob } from '../src/define-job.ts';

const module = import.meta.url;

/** Jobs of the tests that run in processes of their own. */
export const isolatedJobs = [
  defineJob({
    name: 'count-rows',
    description: 'Counts to `rows`, saving where it is; stops for good at `stopAt` in its first attempt.',
    input: z.object({ rows: z.number().int(), stopAt: z.number().int().optional() }),
    module,
    run: async ({ input, checkpoint, saveCheckpoint, progress, log, attempt, signal }) => {
      const counted: number[] = [];
      for (let row = ((checkpoint as number | null) ?? 0) + 1; row <= input.rows; row += 1) {
        counted.push(row);
        await saveCheckpoint(row);
        progress(row, input.rows, `row ${row}`);
        if (attempt === 1 && row === input.stopAt) await once(signal, 'abort');
      }
      log.info('counted', { rows: counted.length });
      process.stdout.write('printed by the job\n');
      return { counted, pid: process.pid };
    },
  }),
  defineJob({
    name: 'raise-family',
    description: 'Starts a process that starts another, tells both ids, and never ends by itself.',
    input: z.object({}),
    module,
    run: async ({ saveCheckpoint }) => {
      const script =
        'trap "" TERM; sh -c \'trap "" TERM; echo $$; while :; do sleep 1; done\' & echo $$; wait';
      const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      const pids: number[] = [process.pid];
      for await (const chunk of child.stdout) {
        pids.push(...String(chunk).trim().split('\n').map(Number));
        if (pids.length === 3) await saveCheckpoint(pids);
      }
    },
  }),
  defineJob({
    name: 'print-on',
    description: 'Prints a line of this many characters, and answers a text that is as long.',
    input: z.object({ chars: z.number().int() }),
    module,
    retry: { maxAttempts: 1, backoffMs: 1, backoffMaxMs: 1 },
    run: async ({ input }) => {
      process.stdout.write(`${'x'.repeat(input.chars)}\n`);
      return 'x'.repeat(input.chars);
    },
  }),
  defineJob({
    name: 'say-much',
    description: 'Says so many lines in one go, in the log or into its output.',
    input: z.object({ lines: z.number().int(), printed: z.boolean() }),
    module,
    run: async ({ input, log }) => {
      const said = Array.from({ length: input.lines }, (_, at) => `line ${at + 1}`);
      if (input.printed) process.stdout.write(`${said.join('\n')}\n`);
      else for (const message of said) log.info(message);
    },
  }),
  defineJob({
    name: 'eat-memory',
    description: 'Takes more and more memory, of one kind.',
    input: z.object({ kind: z.enum(['heap', 'buffers', 'child']) }),
    module,
    memoryMb: 512,
    run: async ({ input }) => {
      const kept: unknown[] = [];
      if (input.kind === 'child') {
        const script = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(20_000_000, 1)), 20);';
        await once(spawn(process.execPath, ['-e', script], { stdio: 'ignore' }), 'exit');
      }
      for (;;) {
        if (input.kind === 'heap') kept.push(Array.from({ length: 1_000_000 }, (_, n) => ({ n })));
        else kept.push(Buffer.alloc(5_000_000, 1));
        await nextTurn();
      }
    },
  }),
  defineJob({
    name: 'bear',
    description: 'Enqueues so many others in one call.',
    input: z.object({ children: z.number().int() }),
    module,
    run: async ({ input, enqueue }) =>
      await enqueue(Array.from({ length: input.children }, () => ({ job: 'bear', input: { children: 0 } }))),
  }),
  defineJob({
    name: 'leave-printer',
    description: 'Leaves a process behind that prints for ever, and answers at once or waits.',
    input: z.object({ answers: z.boolean() }),
    module,
    run: async ({ input, signal, saveCheckpoint }) => {
      const script = 'while echo tick; do :; done';
      const left = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'inherit', 'ignore'] });
      await once(left, 'spawn');
      left.unref();
      await saveCheckpoint([left.pid]);
      if (!input.answers) await once(signal, 'abort');
    },
  }),
  defineJob({
    name: 'spin',
    description: 'Never yields.',
    input: z.object({}),
    module,
    timeLimitMs: 1_500,
    retry: { maxAttempts: 1, backoffMs: 1, backoffMaxMs: 1 },
    run: async ({ saveCheckpoint }) => {
      await saveCheckpoint([process.pid]);
      for (;;);
    },
  }),
  defineJob({
    name: 'ask-apart',
    description: 'Answers SQL.',
    input: z.object({ sql: z.string() }),
    module,
    retry: { maxAttempts: 1, backoffMs: 1, backoffMaxMs: 1 },
    run: async ({ input, sql }) => {
      const { pages } = await sql.rows({ sql: input.sql, tables: [] });
      const rows = [];
      for await (const page of pages) rows.push(...page);
      return rows;
    },
  }),
  defineJob({
    name: 'break',
    description: 'Fails in the way it is told.',
    input: z.object({ how: z.enum(['coded', 'fault', 'exit']) }),
    module,
    retry: { maxAttempts: 1, backoffMs: 1, backoffMaxMs: 1 },
    run: async ({ input }) => {
      if (input.how === 'coded') throw new CodedError('NOT_FOUND', 'There is no such file.');
      if (input.how === 'exit') process.exit(3);
      throw new TypeError('password=hunter2');
    },
  }),
];
