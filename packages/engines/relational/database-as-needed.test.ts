import { createLogger } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { openRelational } from './open.ts';

const log = createLogger({ name: 'test', level: 'silent' });

test('a database that cannot keep every text, or answers with fewer digits, is refused at the start with what to do', async () => {
  await using database = await freshDatabase();
  const opened = (url: string) => openRelational(url, { dataDir: '', log });
  const refused = (message: RegExp) =>
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) });
  const url = new URL(database.url);
  const name = url.pathname.slice(1);
  await database.query(`ALTER DATABASE ${name} SET extra_float_digits = 0`);
  await expect(opened(url.href)).rejects.toEqual(refused(/DATABASE_URL .*extra_float_digits = 0/));
  const latin = `${name}_latin`;
  await database.query(`CREATE DATABASE ${latin} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'`);
  try {
    url.pathname = `/${latin}`;
    await expect(opened(url.href)).rejects.toEqual(refused(/DATABASE_URL .*LATIN1.*'UTF8'/));
  } finally {
    await database.query(`DROP DATABASE ${latin} WITH (FORCE)`);
  }
});
