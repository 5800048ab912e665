import { createLogger } from '@tributary/runtime';

export const silentLog = createLogger({ name: 'test', level: 'silent' });
