/** Owns asking the system what another process has used. Only Linux tells without a helper program. */
import { readFileSync } from 'node:fs';

/** Resident memory of a process in megabytes; null where the system does not tell. */
export function memoryOf(pid: number): number | null {
  return megabytes(pid, /^VmRSS:\s+(\d+)/m);
}

/** The most resident memory a process has had so far, in megabytes; null where the system does not tell. */
export function peakOf(pid: number): number | null {
  return megabytes(pid, /^VmHWM:\s+(\d+)/m);
}

function megabytes(pid: number, line: RegExp): number | null {
  const kilobytes = line.exec(read(pid, 'status'))?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) / 1024;
}

/** Processor time a process has used, in milliseconds, to 10 ms; null where the system does not tell. */
export function cpuOf(pid: number): number | null {
  // The second field, the program's name in brackets, may hold blanks; proc(5) counts user and system time 14th and 15th.
  const fields = read(pid, 'stat').split(') ')[1]?.split(' ');
  return fields === undefined ? null : (Number(fields[11]) + Number(fields[12])) * 10;
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
