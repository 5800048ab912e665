import type { ToPlanning } from './planning-messages.ts';

// The planning process, in which a plan never ends whose text says so.
process.on('message', (message: ToPlanning) => {
  if (message.kind === 'plan' && message.question.text.includes('hangs')) for (;;);
});
await import('./planning-child.ts');
