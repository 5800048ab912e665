import { CodedError } from './coded-error.ts';
import type { ErrorCode } from './errors.ts';
import { faultSentence } from './fault-sentence.ts';
import { type Closing, runUntilSignal } from './lifecycle.ts';
import { createLogger, type Logger, type LogOptions } from './log.ts';
import { endProcess, sayLast } from './process-end.ts';
import type { TracesSettings } from './settings.ts';
import { startTelemetry } from './telemetry.ts';

/** What every process is told. */
export interface ProcessConfig {
  readonly logLevel: LogOptions['level'];
  /** Where traces go; off when absent. */
  readonly traces: TracesSettings | undefined;
}

export interface ProcessDefinition<Config extends ProcessConfig> {
  /** In log lines and traces. */
  readonly name: string;
  /** @throws CodedError CONFIG_INVALID naming every fault. */
  readonly readConfig: () => Config;
  /** Opens, builds and serves; what it opens it hands to `closing`. */
  readonly start: (config: Config, parts: ProcessParts) => Promise<void>;
  /** Milliseconds a graceful stop may take; 15 seconds when absent. */
  readonly drainMs?: number;
}

export interface ProcessParts {
  readonly log: Logger;
  readonly closing: Closing;
  /** Ends the process in order, with the sentence of the error on standard error and 1: for what was foreseen and cannot be mended here. */
  readonly fail: (error: CodedError) => void;
}

/**
 * The whole life of a process: configuration, telemetry, start, signal, closing in reverse.
 * A start that fails says why in one sentence on standard error and exits with 1; what nobody foresaw is also logged, with its stack. What
 * nothing catches while it runs is logged, and ends the process in order, with 1.
 */
export async function runProcess<Config extends ProcessConfig>(
  definition: ProcessDefinition<Config>,
): Promise<never> {
  const { name, readConfig, start, drainMs = 15_000 } = definition;
  // Whoever reads them may leave; what is said to nobody is no fault.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  let log = createLogger({ name, level: 'error' });
  let phase: 'start' | 'stop' = 'start';
  let crashed = false;
  try {
    const config = readConfig();
    log = createLogger({ name, level: config.logLevel });
    const crash = (): void => {
      // Its own signal: a second fault while it stops must not cut the stop short.
      if (!crashed) process.kill(process.pid, 'SIGTERM');
      crashed = true;
    };
    process.on('uncaughtException', (err) => {
      log.error({ err }, 'a fault that nothing caught; stopping');
      crash();
    });
    const fail = ({ message }: CodedError): void => {
      process.stderr.write(`${message}\n`);
      crash();
    };
    await runUntilSignal(
      async (closing) => {
        closing.use('telemetry', await startTelemetry({ serviceName: name, traces: config.traces }));
        await start(config, { log, closing, fail });
        phase = 'stop';
      },
      { log, drainMs },
    );
  } catch (error) {
    const sentence = faultSentence(error);
    if (sentence === undefined) log.error({ err: error }, `the ${phase} failed`);
    await sayLast(log, sentence ?? unforeseen(name, phase, error));
    if (phase === 'start' && error instanceof CodedError) await tellParent({ startFailed: error.code });
    return endProcess(log, 1, 0);
  }
  return endProcess(log, crashed ? 1 : 0);
}

/** What a process whose start failed says to the one that started it, where there is one to hear it. */
export interface StartFailed {
  /** The code of the error. */
  readonly startFailed: ErrorCode;
}

async function tellParent(said: StartFailed): Promise<void> {
  if (process.connected) await new Promise((resolve) => process.send?.(said, resolve));
}

function unforeseen(name: string, phase: 'start' | 'stop', error: unknown): string {
  const [firstLine] = (error instanceof Error ? error.message : String(error)).split('\n');
  return `${name} could not ${phase}: ${firstLine}`;
}
