/** What came of a fault under load. */
export interface FaultResult {
  fault: string;
  requests: number;
  succeeded: number;
  /** Answered with 503, as described. */
  unavailable: number;
  /** Answered otherwise, or not in time. */
  failed: number;
  /** What was answered as done and is not, or is half done. */
  lost: number;
  /** From the end of the fault to the last answer that was no success. */
  recoveryMs: number | undefined;
}

const results: FaultResult[] = [];

export function recordFault(result: FaultResult): void {
  results.push(result);
}

/** All that was recorded in this run. */
export function recordedFaults(): readonly FaultResult[] {
  return results;
}

/** As a text of one line for each fault. */
export function faultTable(): string {
  const head = ['fault', 'requests', 'succeeded', '503', 'failed', 'lost', 'time to recover (ms)'];
  const rows = results.map(({ fault, requests, succeeded, unavailable, failed, lost, recoveryMs }) =>
    [fault, requests, succeeded, unavailable, failed, lost, recoveryMs ?? '-'].map(String),
  );
  const widths = head.map((_title, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (row: string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ');
  return [head, ...rows].map(line).join('\n');
}
