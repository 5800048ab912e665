export { createResumableClient, type ResumableClient, type ResumableSink } from './resumable-client.ts';
