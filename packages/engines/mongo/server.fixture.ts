import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { MongoClient } from 'mongodb';
import { inject } from 'vitest';
import { openMongoDocumentStore } from '../document-store/mongo.ts';
import { openWay } from '../relational/postgres-way.fixture.ts';

export interface MongoUser {
  readonly name: string;
  readonly password: string;
  readonly roles: readonly { readonly role: string; readonly db: string }[];
  readonly mechanisms: readonly ('SCRAM-SHA-1' | 'SCRAM-SHA-256')[];
}

export interface OwnMongo extends AsyncDisposable {
  readonly port: number;
}

/** A server of a test's own that is no replica set: it has no change streams. */
export async function startStandaloneMongo(): Promise<OwnMongo> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-mongo-'));
  const [port = 0] = await freePorts(1);
  const server = await startServer({ folder, port, options: ['--standalone'] });
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A server of a test's own, with the programs of the one that was provisioned, that lets nobody in but these users; they are known to its database `admin`. */
export async function startMongoWithUsers(users: readonly MongoUser[]): Promise<OwnMongo> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-mongo-'));
  const [port = 0] = await freePorts(1);
  // Users are made while it lets anybody in.
  await using open = await startServer({ folder, port, options: [] });
  const client = new MongoClient(open.url);
  for (const { name, password, roles, mechanisms } of users)
    await client.db('admin').command({ createUser: name, pwd: password, roles, mechanisms });
  await client.close();
  await open[Symbol.asyncDispose]();
  const closed = await startServer({ folder, port, options: ['--auth'] });
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      await closed[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What is said of members to the server of `url` while a collection with an index is made there. */
export async function quorums(url: string): Promise<readonly string[]> {
  const said: string[] = [];
  await using way = await openWay(url, (near, far) => {
    far.pipe(near);
    near.on('data', (chunk: Buffer) => {
      // A string of BSON: its name, a zero, its length in four bytes, and what it is.
      said.push(
        ...[...chunk.toString('latin1').matchAll(/commitQuorum\W{5}(\w+)/g)].map(
          ([, members = '']) => members,
        ),
      );
      far.write(chunk);
    });
  });
  await using store = await openMongoDocumentStore(`${way.url}?directConnection=true`);
  await store.collection('Note', [{ name: 'by_code', fields: ['code'], unique: true }]);
  return said;
}

interface ServerOptions {
  readonly folder: string;
  readonly port: number;
  readonly options: readonly string[];
}

async function startServer({ folder, port, options }: ServerOptions) {
  const home = inject('engines')['MONGO_HOME'] ?? 'missing: run npm run test:engines -- mongo';
  const listen = ['--host', '127.0.0.1', '--port', String(port), '--storage-path', folder];
  const python = [`PYTHONPATH=${join(home, 'site')}`, 'python3', '-m', 'secantus'];
  const server = spawn('env', [...python, ...listen, ...options], { stdio: 'ignore' });
  const url = `mongodb://127.0.0.1:${port}/?serverSelectionTimeoutMS=1000`;
  try {
    await once(server, 'spawn');
    await eventually(() => answers(url, server), { timeoutMs: 60_000 });
  } catch (error) {
    await end(server);
    throw error;
  }
  return { url, [Symbol.asyncDispose]: () => end(server) };
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
  const client = new MongoClient(url);
  try {
    // What anybody may ask, logged in or not.
    await client.db('admin').command({ hello: 1 });
  } finally {
    await client.close();
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGTERM');
  await gone;
}
