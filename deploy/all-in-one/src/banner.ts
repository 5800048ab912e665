import type { DemoAccess } from './start-demo.ts';

export interface BannerFacts {
  readonly url: string;
  readonly dataDir: string;
  /** Where the database lies when its user cannot reach the data folder. */
  readonly databaseDir: string | undefined;
  readonly demo: DemoAccess | undefined;
  /** While the installation has no owner. */
  readonly setUp: { readonly token: string; readonly workspace: string } | undefined;
}

/** The one block `npm start` prints: where everything is, and who can sign in. */
export function banner({ url: boundUrl, dataDir, databaseDir, demo, setUp }: BannerFacts): string {
  // What is bound to every address of the machine is reached by any of them, and by none that is called 0.0.0.0 or [::].
  const url = boundUrl.replace(/\/\/(127\.0\.0\.1|0\.0\.0\.0|\[::\]):/, '//localhost:');
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
    const { signIns, partnerKey, loaded } = demo;
    const holds = loaded === undefined ? '' : `: ${loaded.airports} airports, ${loaded.flights} flights`;
    lines.push('', `  Demo workspace${holds}`);
    for (const { email, role, password } of signIns)
      lines.push(`    ${role.padEnd(8)} ${email}   password ${password}`);
    if (partnerKey !== undefined) lines.push(`    PARTNER  API key ${partnerKey}`);
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
