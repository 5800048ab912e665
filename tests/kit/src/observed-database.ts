import type { Relational, Sql } from '@tributary/engines/relational';

/** The same database, with the text of every statement written down, BEGIN and COMMIT left out. */
export function observedDatabase(database: Relational, statements: string[]): Relational {
  const watching = (sql: Sql): Sql => ({
    query: (text, values, options) => {
      statements.push(text);
      return sql.query(text, values, options);
    },
  });
  return {
    ...watching(database),
    transaction: (work, options) => database.transaction((tx) => work(watching(tx)), options),
    listen: (channel, onNotify) => database.listen(channel, onNotify),
    tryLock: (key, options) => database.tryLock(key, options),
    ping: () => database.ping(),
    pool: database.pool,
    url: database.url,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}
