/** A value of each scalar that an argument may need; any other takes a text. Each fits its type, and is too small to do anything: an absent id, an empty update. */
const samples: Readonly<Record<string, unknown>> = {
  ID: '01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a10',
  Int: 1,
  Float: 1.5,
  Boolean: false,
  DateTime: '2026-01-01T00:00:00Z',
  JSON: {},
  // The empty Yjs update.
  Base64: 'AAA=',
};

export function sampleOf(scalar: string): unknown {
  return samples[scalar] ?? 'x';
}
