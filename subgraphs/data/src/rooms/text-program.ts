import { parentPort } from 'node:worker_threads';
import { compactedState, mergedUpdate } from './room-text.ts';
import type { TextAnswer, TextTask } from './text-thread.ts';

const port = parentPort;
if (port === null) throw new Error('this program is a thread of text-thread.ts');

port.on('message', ({ kind, updates }: TextTask) => {
  let answer: TextAnswer;
  try {
    // A copy of its own size: what Yjs answers may be a view of a larger buffer.
    answer = { bytes: Uint8Array.from((kind === 'compact' ? compactedState : mergedUpdate)(updates)) };
  } catch (error) {
    answer = { fault: String(error) };
  }
  port.postMessage(answer, 'bytes' in answer ? [answer.bytes.buffer] : []);
});
port.postMessage('ready');
