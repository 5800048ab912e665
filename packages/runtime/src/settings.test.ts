import { expect, test } from 'vitest';
import {
  originsSetting,
  slugSetting,
  tracesEnvironment,
  tracesSettings,
  tracesVariables,
} from './settings.ts';

test('origins are taken as browsers write them, by comma', () => {
  const origins = ['https://app.example', 'http://localhost:5173', 'capacitor://localhost'];
  expect(originsSetting.parse(`${origins.join(' , ')},`)).toEqual(origins);
  expect(originsSetting.parse(undefined)).toEqual([]);
});

test.each([
  '*',
  'example.com',
  'example.com/',
  'https://app.example/',
  'https://app.example/path',
  'https://APP.example',
  'https://app.example:443',
  'https://*.example',
  'null',
  'https://me@app.example',
])('%s is no origin that a browser could send, and is refused', (origin) => {
  expect(originsSetting.safeParse(`https://app.example,${origin}`).success).toBe(false);
});

test.each(['Bad Slug!', 'a', 'a--b', '-a', 'ä', '', 'a'.repeat(49), 'admin', 'graphql', 'v1'])(
  '%j names no workspace',
  (slug) => {
    expect(slugSetting.safeParse(slug).success).toBe(false);
  },
);

test('traces go nowhere without an endpoint, whole with one, and a process started by another is told the same', () => {
  const read = (env: Record<string, string>) => tracesSettings(tracesVariables.parse(env));
  const endpoint = 'http://collector:4318/v1/traces';
  expect(read({ OTEL_TRACES_SAMPLER_ARG: '0.5' })).toBeUndefined();
  expect(read({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint })).toEqual({ endpoint, sampleRatio: 1 });
  for (const ratio of ['0', '1', '0.05', '0.000000001']) {
    const traces = read({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio });
    expect(traces).toEqual({ endpoint, sampleRatio: Number(ratio) });
    expect(read(tracesEnvironment(traces))).toEqual(traces);
  }
  expect(tracesEnvironment(undefined)).toEqual({});
});

test.each(['2', '-1', '1.5', '5%', '1e-3', '.5', ''])('%j is no share of traces', (ratio) => {
  expect(tracesVariables.safeParse({ OTEL_TRACES_SAMPLER_ARG: ratio }).success).toBe(false);
});
