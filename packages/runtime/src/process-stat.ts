/** What Linux tells of a process in `/proc/<pid>/stat` (proc_pid_stat(5)). */
export interface ProcessStat {
  /** `R` running, `S` sleeping, `T` stopped, `Z` a zombie, and others. */
  readonly state: string;
  readonly parentPid: number;
  /** Of its process group: the number of the process that leads it. */
  readonly groupId: number;
  /** In user and system mode, of all its threads, in ticks of 10 ms. */
  readonly cpuTicks: number;
  readonly threads: number;
  /** Ticks from the machine's start to its own: tells it from others of its number. */
  readonly began: string;
}

/** Undefined for what is no such text: the process has ended. */
export function processStat(text: string): ProcessStat | undefined {
  // "pid (name) state …", where the name may hold anything, parentheses too: what follows is counted from its end.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  const [parentPid, groupId, userTicks, systemTicks, threads] = [1, 2, 11, 12, 17].map((at) =>
    Number(fields[at]),
  );
  const began = fields[19];
  if (began === undefined || parentPid === undefined || groupId === undefined || threads === undefined)
    return undefined;
  return { state, parentPid, groupId, cpuTicks: (userTicks ?? 0) + (systemTicks ?? 0), threads, began };
}
