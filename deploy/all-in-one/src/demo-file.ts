import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoWorkspace } from '@tributary/demo-workspace';
import { CodedError } from '@tributary/runtime';
import type { ProductConfig } from './config.ts';
import { keep, readKept } from './kept-file.ts';

/** `begun`: a load was cut short. A file nobody can read tells that there is a demo, and nothing else. */
export type KeptDemo = 'none' | 'begun' | Partial<DemoWorkspace>;

const pathIn = (dataDir: string): string => join(dataDir, 'demo.json');

/**
 * A data folder that ever held the demo has accounts whose passwords everybody knows.
 * @throws CodedError CONFIG_INVALID when such a folder is about to be reachable from elsewhere.
 */
export function refuseExposedDemo({ dataDir, isPrivate }: ProductConfig): void {
  if (isPrivate || !existsSync(pathIn(dataDir))) return;
  const message = `${dataDir} holds the demo workspace, whose passwords are published; set DATA_DIR to another folder, or start it on loopback and without NODE_ENV=production.`;
  throw new CodedError('CONFIG_INVALID', message);
}

/** What is known of the demo in this folder. */
export async function keptDemo(dataDir: string): Promise<KeptDemo> {
  const path = pathIn(dataDir);
  if (!existsSync(path)) return 'none';
  const kept = await readKept<DemoWorkspace>(path);
  return kept !== undefined && Object.keys(kept).length === 0 ? 'begun' : (kept ?? {});
}

/** Keeps that a load begins: before there is anything to protect, so that one cut short is known too. */
export function keepDemoBegun(dataDir: string): Promise<void> {
  return keep(pathIn(dataDir), {});
}

/** Keeps the demo's sign-ins (mode 600), because the partner's key is shown again at each start. */
export function keepDemo(dataDir: string, demo: DemoWorkspace): Promise<void> {
  return keep(pathIn(dataDir), demo);
}
