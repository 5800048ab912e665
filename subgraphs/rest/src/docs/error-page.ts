import { errorCodes } from '@tributary/runtime';

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #8884}
tr:target{background:#fd05}code{font-size:.9em}`;

/** Where the `type` of every problem leads: one row a code, with the code as its anchor. */
export function errorPage(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { status, retryable, advice }]) =>
      `<tr id="${code}"><td><a href="#${code}"><code>${code}</code></a></td><td>${status}</td><td>${retryable ? 'yes' : 'no'}</td><td>${escaped(advice)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Tributary error codes</title>
    <link rel="icon" href="data:,">
    <style>${style}</style>
  </head>
  <body>
    <h1>Error codes</h1>
    <p>GraphQL answers them in <code>extensions.code</code>, REST in the <code>code</code> of <code>application/problem+json</code>, whose
      <code>type</code> leads here.</p>
    <table>
      <thead><tr><th scope="col">Code</th><th scope="col">HTTP status</th><th scope="col">Retry</th><th scope="col">What to do</th></tr></thead>
      <tbody>
${rows.join('\n')}
      </tbody>
    </table>
  </body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
