import { CodedError } from '@tributary/runtime';
import type { PipelineFailure } from './port.ts';

/** Flink kept no state of a job that was to stop. */
export function isSavepointFailure(error: unknown): error is CodedError {
  return error instanceof CodedError && error.code === 'SAVEPOINT_FAILED';
}

export function failedSavepoint(message: string): PipelineFailure {
  return { code: 'SAVEPOINT_FAILED', message };
}

/** The first two are of `FlinkJobs.stop`, the last of a submission: the words of Flink are theirs. */
export function refusedStop(name: string, error: CodedError): string {
  return `Flink kept no savepoint of ${name}, so it was not stopped and runs on, with nothing lost. ${said(error)} Mend that and stop it again, or stop it with withoutSavepoint: it then goes on at its checkpoint.`;
}

export function endedWithout(name: string, error: CodedError): string {
  return `Flink kept no savepoint of the job of ${name} that a changed declaration replaced. ${said(error)} Nothing is lost: that job was ended without, and the new one runs from the checkpoint.`;
}

export function unusableSavepoint(name: string, savepoint: string, error: CodedError): string {
  return `Flink could not go on with the savepoint ${savepoint} of ${name}. ${said(error)} Nothing is lost: it runs from its checkpoint without, and knows repeated events of the last 10,000 records of each partition.`;
}

export function lostJob(name: string): string {
  return `The job of ${name} ended in Flink by itself before a savepoint was kept, and was stopped without. Nothing is lost: it goes on at its checkpoint without, and knows repeated events of the last 10,000 records of each partition.`;
}

export function forgottenResults(name: string): string {
  return `Kafka no longer keeps what the job of ${name} computed and was not yet stored, so the job was ended and its state is of no use. Nothing is lost that the log still has: it goes on at its checkpoint without.`;
}

function said({ message }: CodedError): string {
  return message.endsWith('.') ? message : `${message}.`;
}
