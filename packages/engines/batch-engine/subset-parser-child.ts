import { CodedError } from '@tributary/runtime/errors';
import { containThisProcess } from '../contained-process/contain-this-process.ts';
import { DuckDBInstance } from './duckdb.ts';
import { parsedSelect } from './parsed-select.ts';
import type { FromParser, ToParser } from './subset-parser.ts';

// The process that parses for engines elsewhere: it has a parser, and no table, no file and no setting.

containThisProcess();
const send = (message: FromParser): unknown => process.send?.(message);
const instance = await DuckDBInstance.create(':memory:', {
  memory_limit: '64MB',
  threads: '1',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
});
const connection = await instance.connect();
for (const setting of ['enable_external_access = false', 'lock_configuration = true'])
  await connection.run(`SET ${setting}`);

process.on('message', ({ sql, tables }: ToParser) => {
  parsedSelect(connection, { sql, tables: new Set(tables) }).then(
    (tree) => send({ tree }),
    (error: unknown) => {
      if (!(error instanceof CodedError)) throw error;
      const { code, message, details } = error;
      send({ fault: { code, message, details } });
    },
  );
});
send({ ready: true });
