import type { DemoWorkspace } from '@tributary/demo-workspace';

export interface BannerFacts {
  readonly url: string;
  readonly dataDir: string;
  /** Where the database lies when its user cannot reach the data folder. */
  readonly databaseDir: string | undefined;
  readonly demo: DemoWorkspace | undefined;
}

/** The one block `npm start` prints: where everything is, and who can sign in. */
export function banner({ url: boundUrl, dataDir, databaseDir, demo }: BannerFacts): string {
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
  lines.push('', '  Ctrl-C stops it.', '');
  return lines.join('\n');
}
