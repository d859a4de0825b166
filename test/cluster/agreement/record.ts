// Asks two real API servers about every policy of the suite and writes down what they say: `npm run record:apiserver`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startControlPlane } from '../control-plane.ts';
import { binariesForTests } from '../for-tests.ts';
import { type AgreementRecord, keyOf, type Recorded, suiteTexts, type Verdicts } from './suite.ts';
import { type TheirVerdict, theirVerdict } from './theirs.ts';

const binaries = await binariesForTests();
const strict = await startControlPlane(binaries);
const lenient = await startControlPlane(binaries, { strictCidrs: false });
try {
  const verdicts: Record<string, Verdicts> = {};
  for (const text of suiteTexts()) {
    const [one, other] = [await theirVerdict(strict, text), await theirVerdict(lenient, text)].map(recorded);
    const isSame = JSON.stringify(one) === JSON.stringify(other);
    verdicts[keyOf(text)] = { strict: one as Recorded, ...(!isSame && { lenient: other as Recorded }) };
  }
  const record: AgreementRecord = { server: strict.version, verdicts };
  const folder = join(import.meta.dirname, '../../fixtures/api-server');
  mkdirSync(folder, { recursive: true });
  const rows = Object.entries(verdicts).map(
    ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  writeFileSync(
    join(folder, 'agreement.json'),
    `{\n"server": ${JSON.stringify(record.server)},\n"verdicts": {\n${rows.join(',\n')}\n}\n}\n`,
  );
  console.log(`${rows.length} policies, as Kubernetes ${record.server} judges them`);
} finally {
  await Promise.all([strict.stop(), lenient.stop()]);
}

function recorded({ accepted, fields, warnings }: TheirVerdict): Recorded {
  return { accepted, fields, ...(warnings.length > 0 && { warnings }) };
}
