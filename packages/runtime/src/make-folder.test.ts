import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

const root = await mkdtemp(join(tmpdir(), 'folder-'));
afterAll(() => rm(root, { recursive: true }));
const make = (path: string): Promise<string | undefined> => makeFolder({ path, setting: 'DATA_DIR' });

test('a folder is made for this user alone, those above it as the umask has it, and each once', async () => {
  const path = join(root, 'outer', 'inner');
  expect(await make(path)).toBe(join(root, 'outer'));
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  expect((await stat(join(root, 'outer'))).mode & 0o777).toBe(0o777 & ~process.umask());
  expect(await make(path)).toBeUndefined();
});

test('a folder that exists keeps its mode', async () => {
  const path = join(root, 'open');
  await mkdir(path, { mode: 0o755 });
  expect(await make(path)).toBeUndefined();
  expect((await stat(path)).mode & 0o777).toBe(0o755);
});

test('two that make the same folder at once both have it', async () => {
  const path = join(root, 'shared', 'deep', 'folder');
  await Promise.all([make(path), make(path), make(path)]);
  expect((await stat(path)).isDirectory()).toBe(true);
});

test('what lies in the way is named, with the setting to change', async () => {
  const file = join(root, 'file');
  await writeFile(file, '');
  const link = join(root, 'link');
  await symlink(join(root, 'nowhere'), link);
  const loop = join(root, 'loop');
  await symlink(loop, loop);
  for (const [path, sentence] of [
    [file, `${file} is in the way: a file lies where a folder is needed; .*DATA_DIR`],
    [join(file, 'below'), `${file} is in the way`],
    [link, `${link} is a symbolic link to a folder that does not exist; .*DATA_DIR`],
    [join(link, 'below'), `${link} is a symbolic link`],
    [loop, `${loop} is a symbolic link`],
  ] as const)
    await expect(make(path)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(sentence),
    });
});

test.skipIf(process.platform !== 'linux')(
  'a file system that makes no folders is said to, at once (needs /proc)',
  async () => {
    await expect(make('/proc/x/y')).rejects.toMatchObject({
      message: 'No folder can be made in /proc; set DATA_DIR to a folder on a disk.',
    });
  },
);
