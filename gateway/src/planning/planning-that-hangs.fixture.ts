import type { ToPlanning } from './planning-messages.ts';

// The planning process, in which a plan never ends whose text says so, or ends it as a kernel does that is out of memory.
process.on('message', (message: ToPlanning) => {
  if (message.kind !== 'plan') return;
  if (message.question.text.includes('taken')) process.kill(process.pid, 'SIGKILL');
  if (message.question.text.includes('hangs')) for (;;);
});
await import('./planning-child.ts');
