import type { DemoWorkspace } from '@tributary/demo-workspace';

export interface BannerFacts {
  readonly url: string;
  readonly dataDir: string;
  /** Where the database lies when its user cannot reach the data folder. */
  readonly databaseDir: string | undefined;
  readonly demo: DemoWorkspace | undefined;
  /** While the installation has no owner. */
  readonly setUp: { readonly token: string; readonly workspace: string } | undefined;
}

/** The one block `npm start` prints: where everything is, and who can sign in. */
export function banner({ url: boundUrl, dataDir, databaseDir, demo, setUp }: BannerFacts): string {
  const url = boundUrl.replace('//127.0.0.1:', '//localhost:');
  const lines = [
    '',
    '  Tributary is running',
    '',
    `  GraphQL      ${url}/graphql   (WebSocket at the same path)`,
    `  Console      ${url}/`,
    `  Explorer     ${url}/studio/explorer`,
    `  REST docs    ${url}/v1/docs`,
    `  Data         ${dataDir}`,
  ];
  if (databaseDir !== undefined)
    lines.push(`  Database     ${databaseDir}   (its user may not enter the data folder)`);
  if (demo !== undefined) {
    lines.push('', `  Demo workspace: ${demo.airports} airports, ${demo.flights} flights`);
    for (const { email, role } of demo.signIns)
      lines.push(`    ${role.padEnd(8)} ${email}   password ${demo.password}`);
    lines.push(`    PARTNER  API key ${demo.partnerKey}`);
  }
  if (setUp !== undefined)
    lines.push(
      '',
      `  Nobody owns this installation yet. Its first owner makes the workspace ${setUp.workspace} with the set-up token`,
      `    ${setUp.token}`,
    );
  lines.push('', '  Ctrl-C stops it.', '');
  return lines.join('\n');
}
