// Says what blocks do that use and dispose, on a Node that may know neither.
const said: string[] = [];
const sync = (name: string, fault?: Error): Disposable => ({
  [Symbol.dispose]: () => {
    said.push(name);
    if (fault !== undefined) throw fault;
  },
});
const later = (name: string, fault?: Error): AsyncDisposable => ({
  [Symbol.asyncDispose]: async () => {
    await null;
    said.push(name);
    if (fault !== undefined) throw fault;
  },
});

function inOneTurn(): void {
  using _first = sync('first');
  using _none = null;
  using _second = sync('second');
  said.push('block');
}

async function overTurns(): Promise<string> {
  await using _awaited = later('awaited');
  using _at = sync('at once');
  await using _none = undefined;
  await using _either = sync('either');
  return 'answer';
}

async function faults(): Promise<void> {
  await using _outer = later('outer', new Error('of outer'));
  using _inner = sync('inner', new Error('of inner'));
  throw new Error('of the block');
}

inOneTurn();
said.push(await overTurns());
const fault = await faults().catch((error: unknown) => error as SuppressedError);
const earlier = fault instanceof Error ? (fault.suppressed as SuppressedError) : undefined;
process.stdout.write(
  JSON.stringify({
    said,
    faults: [fault?.error, earlier?.error, earlier?.suppressed].map((error: Error) => error.message),
  }),
);
