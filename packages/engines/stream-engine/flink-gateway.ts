import { setTimeout as delay } from 'node:timers/promises';
import { CodedError } from '@tributary/runtime';
import type { FlinkAddress } from './flink-address.ts';
import { FlinkHttp, type FlinkReply, type FlinkRequest } from './flink-http.ts';

/** A job as the cluster lists it. */
export interface FlinkJob {
  readonly id: string;
  readonly name: string;
  /** `RUNNING`, `RESTARTING`, … */
  readonly status: string;
  /** All of its tasks run. Else Flink is about to start it, for the first time or again, or to end it: what it is told to do with it now, it would refuse. */
  readonly runs: boolean;
}

interface ListedJob {
  readonly jid: string;
  readonly name: string;
  readonly state: string;
  /** How many are in which state. */
  readonly tasks: { readonly total: number; readonly running: number };
}

/** One page of a statement's results (SQL Gateway, REST API v2). */
interface ResultPage {
  readonly resultType: 'NOT_READY' | 'PAYLOAD' | 'EOS';
  readonly nextResultUri?: string;
  readonly results?: { readonly data?: readonly { readonly fields: readonly unknown[] }[] };
}

const askEveryMs = 30;
/** What the cluster's ends are called; all else is alive. */
const ended = ['FAILED', 'FINISHED', 'CANCELED'];

/** Flink over HTTP: statements through its SQL Gateway, jobs through its JobManager. Nothing is kept between calls. */
export class FlinkGateway {
  readonly #address: FlinkAddress;
  readonly #http: FlinkHttp;

  private constructor(address: FlinkAddress, http: FlinkHttp) {
    this.#address = address;
    this.#http = http;
  }

  /** Reads the files that the URL names; nothing is asked yet. @throws CodedError CONFIG_INVALID */
  static async open(address: FlinkAddress): Promise<FlinkGateway> {
    return new FlinkGateway(address, await FlinkHttp.open(address));
  }

  /**
   * Runs statements in a session of their own, and answers the rows of the last one.
   * @throws CodedError ENGINE_UNAVAILABLE, or INTERNAL with what Flink says of a statement
   */
  async run(
    statements: readonly string[],
    settings: Readonly<Record<string, string>>,
  ): Promise<readonly (readonly unknown[])[]> {
    const { sessionHandle } = await this.#ask<{ readonly sessionHandle: string }>('/v2/sessions', {
      properties: settings,
    });
    try {
      let rows: readonly (readonly unknown[])[] = [];
      for (const statement of statements) rows = await this.#statement(sessionHandle, statement);
      return rows;
    } finally {
      // The gateway closes a session nobody uses; that it could not be told is no reason to fail.
      await this.#send(`${this.#address.gatewayUrl}/v2/sessions/${sessionHandle}`, {
        method: 'DELETE',
      }).catch(() => undefined);
    }
  }

  /** Jobs that have not ended. */
  async jobs(): Promise<readonly FlinkJob[]> {
    const { jobs } = await this.#jobManager<{ readonly jobs: readonly ListedJob[] }>('/jobs/overview');
    return jobs
      .filter(({ state }) => !ended.includes(state))
      .map(({ jid, name, state, tasks: { total, running } }) => {
        return { id: jid, name, status: state, runs: state === 'RUNNING' && running === total };
      });
  }

  /** Why a job failed last, in a line; undefined when it never did. */
  async failure(jobId: string): Promise<string | undefined> {
    const { exceptionHistory } = await this.#jobManager<{
      readonly exceptionHistory?: { readonly entries?: readonly { readonly stacktrace?: string }[] };
    }>(`/jobs/${jobId}/exceptions?maxExceptions=1`);
    return causeIn(exceptionHistory?.entries?.[0]?.stacktrace ?? '');
  }

  /** Ends a job at once; what it has not committed is lost. One that has ended is none of its business. */
  async cancel(jobId: string): Promise<void> {
    await this.#send(`${this.#address.jobManagerUrl}/jobs/${jobId}`, { method: 'PATCH' }).catch(ignoreEnded);
  }

  /** Ends a job after it has committed all that it read, and answers where its state is. */
  async stopWithSavepoint(jobId: string): Promise<string> {
    const rows = await this.run([`STOP JOB '${jobId}' WITH SAVEPOINT`], savepointSettings(this.#address));
    return String(rows[0]?.[0]);
  }

  /** @throws CodedError ENGINE_UNAVAILABLE that names what is away */
  async ping(): Promise<void> {
    await this.#ask('/info');
    await this.#jobManager('/config');
  }

  async #statement(session: string, statement: string): Promise<readonly (readonly unknown[])[]> {
    const path = `/v2/sessions/${session}`;
    const { operationHandle } = await this.#ask<{ readonly operationHandle: string }>(`${path}/statements`, {
      statement,
    });
    const deadlineMs = performance.now() + this.#address.timeoutMs;
    const rows: (readonly unknown[])[] = [];
    let next: string | undefined = `${path}/operations/${operationHandle}/result/0?rowFormat=JSON`;
    while (next !== undefined) {
      const page: ResultPage = await this.#ask<ResultPage>(next);
      if (page.resultType === 'NOT_READY') {
        if (performance.now() > deadlineMs) throw this.#away('it does not finish a statement');
        await delay(askEveryMs);
        continue;
      }
      rows.push(...(page.results?.data ?? []).map(({ fields }) => fields));
      next = page.resultType === 'EOS' ? undefined : page.nextResultUri;
    }
    return rows;
  }

  #ask<Answer>(path: string, body?: object): Promise<Answer> {
    const url = this.#address.gatewayUrl + path;
    return this.#send<Answer>(url, body === undefined ? { method: 'GET' } : { method: 'POST', body });
  }

  #jobManager<Answer>(path: string): Promise<Answer> {
    return this.#send<Answer>(this.#address.jobManagerUrl + path, { method: 'GET' });
  }

  async #send<Answer>(url: string, request: FlinkRequest): Promise<Answer> {
    let reply: FlinkReply;
    try {
      reply = await this.#http.exchange(url, request);
    } catch (cause) {
      throw this.#away(silenceOf(cause), cause);
    }
    const { status, text } = reply;
    if (status >= 200 && status < 300) return (text === '' ? {} : JSON.parse(text)) as Answer;
    if (status === 404) throw new CodedError('NOT_FOUND', 'Flink knows no such thing.', refusal);
    if (status === 401 || status === 403)
      throw this.#away('what stands before it refuses the user or the password; correct them');
    if (status === 503) throw this.#away('it is not ready');
    throw new CodedError(
      'INTERNAL',
      `Flink refuses: ${causeIn(errorsIn(text)) ?? `status ${status}`}`,
      refusal,
    );
  }

  #away(why: string, cause?: unknown): CodedError {
    const { setting, gatewayUrl } = this.#address;
    return new CodedError('ENGINE_UNAVAILABLE', `${setting} names a Flink that is away: ${why}.`, {
      cause,
      details: { engine: 'flink', place: new URL(gatewayUrl).host },
    });
  }
}

const refusal = { details: { refusedBy: 'flink' } };

/** Flink is there, and said no. */
export function isRefusal(error: unknown): error is CodedError {
  return error instanceof CodedError && error.details['refusedBy'] === 'flink';
}

/** Where a job may put its states, for those who set it by URL. */
export function savepointSettings({ statesUrl }: FlinkAddress): Readonly<Record<string, string>> {
  if (statesUrl === undefined) return {};
  const folder = statesUrl.replace(/\/$/, '');
  return {
    'execution.checkpointing.dir': `${folder}/checkpoints`,
    'execution.checkpointing.savepoint-dir': `${folder}/savepoints`,
  };
}

/** Why nothing came back, for whoever set the URL. */
function silenceOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (/CERT|SELF_SIGNED/.test(code))
    return `its certificate is not trusted (${code}); name its authority in tlsCa`;
  if (/SSL|EPROTO/.test(code)) return 'it does not take what is said of TLS, or speaks none there';
  return 'it does not answer';
}

function ignoreEnded(error: unknown): void {
  if (!isRefusal(error)) throw error;
}

function errorsIn(text: string): string {
  try {
    return (JSON.parse(text) as { readonly errors?: readonly string[] }).errors?.join('\n') ?? text;
  } catch {
    return text;
  }
}

/** The innermost cause of a Java stack trace, without the stack. */
function causeIn(trace: string): string | undefined {
  const lines = trace.split('\n').map((line) => line.trim());
  const causes = lines.filter((line) => line.startsWith('Caused by: '));
  const last = causes.at(-1)?.slice('Caused by: '.length) ?? lines.find((line) => line !== '');
  return last === undefined ? undefined : last.slice(0, 500);
}
