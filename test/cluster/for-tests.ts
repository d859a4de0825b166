/** Owns the one way in which tests get at the programs and servers; the tier has made sure that they are there before a test runs. */
import { type Binaries, findBinaries } from './binaries.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

/** The programs; throws with the remedy when there are none. */
export async function binariesForTests(): Promise<Binaries> {
  const found = await findBinaries((line) => console.error(line));
  if ('obstacle' in found) throw new Error(found.obstacle);
  return found;
}

/** A server that refuses the IP ranges of which 1.36 demands the canonical form, and one that takes them. */
export async function strictAndLenient(): Promise<[strict: ControlPlane, lenient: ControlPlane]> {
  const binaries = await binariesForTests();
  return Promise.all([startControlPlane(binaries), startControlPlane(binaries, { strictCidrs: false })]);
}
