// Random policies, judged by our rules and by two real API servers: `npm run fuzz:apiserver -- --count N --seed S`. Exits 1, with
// the policies, when one accepts what another refuses.
import { parseArgs } from 'node:util';
import { randomFrom } from '../../support/random-yaml.ts';
import { startControlPlane } from '../control-plane.ts';
import { binariesForTests } from '../for-tests.ts';
import { ourVerdict } from './ours.ts';
import { randomPolicy } from './policies.ts';
import { LENIENT_MINOR, namesSameFields, STRICT_MINOR } from './suite.ts';
import { theirVerdict } from './theirs.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1000000' } },
});
const [count, seed] = [Number(values.count), Number(values.seed)];
if (!(Number.isSafeInteger(count) && count > 0 && Number.isSafeInteger(seed))) {
  console.error('usage: npm run fuzz:apiserver -- [--count N] [--seed S]');
  process.exit(2);
}

const binaries = await binariesForTests();
for (const [name, minor, strictCidrs] of [
  ['strict', STRICT_MINOR, true],
  ['lenient', LENIENT_MINOR, false],
] as const) {
  const server = await startControlPlane(binaries, { strictCidrs });
  const tally = { accepted: 0, refused: 0, disagree: 0, otherField: 0 };
  try {
    for (let i = 0; i < count; i++) {
      const text = randomPolicy(randomFrom(seed + i));
      const [theirs, ours] = [await theirVerdict(server, text), ourVerdict(text, minor)];
      tally[theirs.accepted ? 'accepted' : 'refused']++;
      if (theirs.accepted !== ours.accepted) {
        tally.disagree++;
        console.error(
          `seed ${seed + i}, ${name} server\n${text}\ntheirs: ${theirs.message}\nours: ${ours.rules}\n`,
        );
      } else if (!namesSameFields(ours, theirs)) tally.otherField++;
    }
  } finally {
    await server.stop();
  }
  console.log(`${name} ${server.version}: ${JSON.stringify(tally)}`);
  if (tally.disagree > 0) process.exitCode = 1;
}
