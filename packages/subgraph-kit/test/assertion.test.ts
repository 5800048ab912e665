import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { createAssertionMinter } from '../src/assertion.ts';
import { editor, smallSubgraph } from './small-subgraph.ts';

const query = '{ airport { name } }';

test('a call without the gateway’s assertion is refused', async () => {
  const { subgraph } = await smallSubgraph();
  const result = await subgraph.execute({ query, assertion: undefined, requestId: 'r1' });
  expect(result.errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
});

test('an assertion is worthless after 30 seconds and the clocks’ tolerance', async () => {
  const { clock, minter, subgraph } = await smallSubgraph();
  const assertion = await minter.mint(editor);
  expect((await subgraph.execute({ query, assertion, requestId: 'r1' })).errors).toBeUndefined();
  clock.advance(36_000);
  const replayed = await subgraph.execute({ query, assertion, requestId: 'r2' });
  expect(replayed.errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
});

test('an assertion signed by anybody else is refused', async () => {
  const { clock, subgraph } = await smallSubgraph();
  const stranger = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const forged = await (await createAssertionMinter(await exportJWK(stranger.privateKey), clock)).mint(
    editor,
  );
  const hmac = await new SignJWT({ principal: editor })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode('guess'.repeat(8)));
  for (const assertion of [forged, hmac, `${forged}x`, 'not a token']) {
    const result = await subgraph.execute({ query, assertion, requestId: 'r1' });
    expect(result.errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
  }
});

test('one principal’s assertion is minted once in ten seconds', async () => {
  const { clock, minter } = await smallSubgraph();
  const first = await minter.mint(editor);
  expect(await minter.mint({ ...editor })).toBe(first);
  clock.advance(11_000);
  expect(await minter.mint(editor)).not.toBe(first);
});

test('what a door does for a run is done on the run’s behalf, and for others on nobody’s', async () => {
  const { minter, subgraph } = await smallSubgraph();
  const behind = async (assertion: string): Promise<string> => {
    const request = { method: 'GET', path: '/run', query: '', headers: {}, body: new Uint8Array() };
    return String((await subgraph.door?.handle({ ...request, assertion, requestId: 'r1' }))?.body);
  };
  const [first, second, person] = await Promise.all([
    minter.mint({ ...editor, runId: 'run-1' }),
    minter.mint({ ...editor, runId: 'run-2' }),
    minter.mint(editor),
  ]);
  expect(await Promise.all([first, person, second, 'no assertion'].map(behind))).toEqual([
    'run-1',
    'nobody',
    'run-2',
    'nobody',
  ]);
});
