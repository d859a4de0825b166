/** Owns the one way in which tests get at the programs; the tier has made sure that they are there before a test runs. */
import { type Binaries, findBinaries } from './binaries.ts';

/** The programs; throws with the remedy when there are none. */
export async function binariesForTests(): Promise<Binaries> {
  const found = await findBinaries((line) => console.error(line));
  if ('obstacle' in found) throw new Error(found.obstacle);
  return found;
}
