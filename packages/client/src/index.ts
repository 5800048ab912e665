export { createResumableClient, type ResumableClient } from './resumable-client.ts';
