import { readFileSync } from 'node:fs';
import { type GraphCaller, graphCaller } from '@tributary/test-kit';
import { newMember, type Workspace } from './newcomers.ts';

export const roles = ['anonymous', 'VIEWER', 'EDITOR', 'ADMIN', 'OWNER'] as const;
export type Column = (typeof roles)[number];

export interface MatrixRow {
  readonly coordinate: string;
  /** By column: `yes`, `own` or `–`. */
  readonly verdicts: Readonly<Record<Column, string>>;
  readonly scope: string;
}

/** The reviewed matrix, docs/permissions.md. */
export function readMatrix(): readonly MatrixRow[] {
  const text = readFileSync(new URL('../../docs/permissions.md', import.meta.url), 'utf8');
  return text.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, coordinate = '', anonymous = '', VIEWER = '', EDITOR = '', ADMIN = '', OWNER = '', scope = ''] =
      cells;
    if (!/^\w+\.\w+$/.test(coordinate)) return [];
    return [{ coordinate, verdicts: { anonymous, VIEWER, EDITOR, ADMIN, OWNER }, scope }];
  });
}

/** Calls that end what the other calls of a test stand on. */
const selfEnding = /^Mutation\.(signOut|signOutEverywhere|switchWorkspace)$/;
/** Narrower than their row: members remove themselves only, keys, pipelines and quotas of the installation are its operators'. */
const narrowed = /^(Mutation\.(removeMember|rotateSigningKey|setWorkspaceQuota)|.*\.\w*[pP]ipelines?)$/;

/** Open by its row, and yet not to be called to find that out. */
export const isSkipped = (coordinate: string): boolean =>
  selfEnding.test(coordinate) || narrowed.test(coordinate);

/** Somebody of each column, in one workspace; the stranger in none. */
export async function callersOf(
  url: string,
  workspace: Workspace,
): Promise<Readonly<Record<Column, GraphCaller>>> {
  const member = async (role: 'VIEWER' | 'EDITOR' | 'ADMIN'): Promise<GraphCaller> =>
    (await newMember(url, workspace, role)).ask;
  return {
    anonymous: graphCaller(url),
    VIEWER: await member('VIEWER'),
    EDITOR: await member('EDITOR'),
    ADMIN: await member('ADMIN'),
    OWNER: workspace.owner.ask,
  };
}
