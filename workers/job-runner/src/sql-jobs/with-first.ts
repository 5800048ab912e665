/** The statement with more names before its own: engines take no WITH round another. Comments before it stay before it. */
export function withFirst(names: readonly string[], sql: string): string {
  if (names.length === 0) return sql;
  const comments = leadingComments(sql);
  const body = sql.slice(comments.length);
  const [begin = '', recursive = ''] = /^WITH\s+(RECURSIVE\s+)?/i.exec(body) ?? [];
  const rest = begin === '' ? `\n${body}` : `,\n${body.slice(begin.length)}`;
  return `${comments}WITH ${recursive}${names.join(',\n')}${rest}`;
}

/** White space and comments before the first word; those between slashes and stars may be in each other. */
function leadingComments(sql: string): string {
  let at = 0;
  let depth = 0;
  while (at < sql.length) {
    if (sql.startsWith('/*', at)) {
      depth += 1;
      at += 2;
    } else if (depth > 0 && sql.startsWith('*/', at)) {
      depth -= 1;
      at += 2;
    } else if (depth > 0) at += 1;
    else if (sql.startsWith('--', at)) {
      const end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length : end + 1;
    } else if (/\s/.test(sql.charAt(at))) at += 1;
    else break;
  }
  return sql.slice(0, at);
}
