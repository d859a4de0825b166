// Measures the server beside the floor and beside yaml-language-server, and prints medians and ratios. `--quick` for a short
// run, `--json` for everything that was measured, `--only typing|folder|micro|reach` for a part. It judges nothing: exit code 0.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from '../../scripts/build.ts';
import { type FolderFigures, measureEdits, measureLargeFolder, writeLargeFolder } from './folder-runs.ts';
import type { Micro } from './micro.ts';
import { type ReachFigures, reachRatios, reachTable } from './reach-report.ts';
import { editsTable, folderTable, medians, microTable, ratios, ratioTable, typingTables } from './report.ts';
import { yamlLanguageServer, yamlLanguageServerVersion } from './servers.ts';
import { measureTyping, type Size } from './typing.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, only: { type: 'string' } },
});
const quick = values.quick === true;
const wants = (part: 'typing' | 'folder' | 'micro' | 'reach') =>
  values.only === undefined || values.only === part;
const note = (text: string) => console.error(text);

/** Standard output is for the results. */
async function build(): Promise<void> {
  const { log } = console;
  console.log = console.error;
  await buildAll({ dev: false });
  console.log = log;
}

async function typing(scratch: string): Promise<Size[]> {
  const yamlServer = quick
    ? null
    : await yamlLanguageServer().catch((error: unknown) => {
        note(`yaml-language-server: NOT RUN (${(error as Error).message})`);
        return null;
      });
  return measureTyping({
    sizes: quick ? [10, 100, 1000] : [1, 10, 100, 1000],
    repetitions: quick ? 3 : 5,
    edits: quick ? 10 : 20,
    ...{ scratch, yamlServer, note },
  });
}

async function folder(scratch: string): Promise<FolderFigures | null> {
  const path = writeLargeFolder(scratch);
  const rounds: FolderFigures[] = [];
  const count = quick ? 1 : 3;
  for (let round = 1; round <= count; round++) {
    note(`10,000 manifests, round ${round} of ${count}`);
    rounds.push(await measureLargeFolder(path));
  }
  return medians(rounds);
}

function micro(): Micro {
  note('in one process');
  const program = join(import.meta.dirname, 'micro.ts');
  const args = [program, '--rounds', quick ? '3' : '9'];
  return JSON.parse(spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout);
}

function reach(): ReachFigures[] {
  note('reachability');
  const program = join(import.meta.dirname, 'reach.ts');
  const args = ['--expose-gc', program, '--rounds', quick ? '1' : '3'];
  return JSON.parse(spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout);
}

async function main(): Promise<void> {
  await build();
  const scratch = mkdtempSync(join(tmpdir(), 'netpol-guard-bench-'));
  try {
    const sizes = wants('typing') ? await typing(scratch) : [];
    const folderFigures = wants('folder') ? await folder(scratch) : null;
    const edits = wants('folder') ? measureEdits() : null;
    const microFigures = wants('micro') ? micro() : null;
    const reachFigures = wants('reach') ? reach() : [];
    const list = [...ratios(sizes, folderFigures), ...reachRatios(reachFigures)];
    const about = {
      ...{
        date: new Date().toISOString().slice(0, 10),
        node: process.version,
        cores: availableParallelism(),
      },
      'yaml-language-server': yamlLanguageServerVersion(),
    };
    if (values.json) {
      console.log(
        JSON.stringify(
          {
            ...{ about, ratios: list, sizes, folder: folderFigures, edits },
            ...{ micro: microFigures, reach: reachFigures },
          },
          null,
          1,
        ),
      );
      return;
    }
    const parts = [
      Object.entries(about)
        .map(([name, value]) => `${name} ${value}`)
        .join(' · '),
      ratioTable(list),
      typingTables(sizes),
      folderFigures ? folderTable(folderFigures) : '',
      edits ? editsTable(edits) : '',
      microFigures ? microTable(microFigures) : '',
      reachFigures.length > 0 ? reachTable(reachFigures) : '',
    ];
    console.log(parts.filter((part) => part !== '').join('\n\n'));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

await main();
