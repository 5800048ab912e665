import { z } from 'zod/mini';
import type { Role } from '../generated/operations.ts';

/** A role as it is kept in the browser. */
export const roleShape: z.ZodMiniType<Role> = z.enum(['VIEWER', 'EDITOR', 'ADMIN', 'OWNER']);

/** What a role is called, and what it is for, in the words people read. */
export const roleNames: Readonly<Record<Role, { readonly title: string; readonly meaning: string }>> = {
  VIEWER: { title: 'Viewer', meaning: 'Reads data and follows it live.' },
  EDITOR: { title: 'Editor', meaning: 'Also creates, changes and deletes data.' },
  ADMIN: { title: 'Admin', meaning: 'Also looks after members, API keys and the audit log.' },
  OWNER: { title: 'Owner', meaning: 'May do everything in the workspace.' },
};
