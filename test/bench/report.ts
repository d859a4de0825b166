/** Owns turning what was measured into the tables that people read, and into ratios beside their targets. */
import type { Edits } from './edits.ts';
import type { FolderFigures } from './folder-runs.ts';
import type { Micro } from './micro.ts';
import { YAML_SERVER_DEBOUNCE } from './servers.ts';
import { median, show, table } from './statistics.ts';
import { type Figure, figure, ratio, runsOf, type Size } from './typing.ts';

/** A median ratio and what it should not exceed, or, for `atLeast`, not fall short of. */
export interface Ratio {
  readonly what: string;
  /** NaN when it was not measured. */
  readonly value: number;
  readonly target: number | null;
  readonly atLeast?: boolean;
}

/** Every ratio that has a target, and a few that explain them. */
export function ratios(sizes: readonly Size[], folder: FolderFigures | null): Ratio[] {
  return [
    ...sizes.flatMap(({ policies }) => keystrokes(sizes, policies)),
    ...largest(sizes),
    ...coldStart(sizes),
    ...(folder ? ofFolder(folder) : []),
  ];
}

/** The targets of whole processes count their start; reading and parsing alone are measured without it. */
function ofFolder({ read, readPeak, parse, parsePeak, index, check, floor, typing }: FolderFigures): Ratio[] {
  const over = (
    what: string,
    value: number | null | undefined,
    by: number,
    target: number | null,
  ): Ratio => ({
    what,
    value: (value ?? Number.NaN) / by,
    target,
  });
  return [
    over('indexing 10,000 files ÷ read floor', index.read, read, 12),
    over('indexing them ÷ `yaml` alone', index.read, parse, null),
    over('indexing and judging them ÷ read floor', index.judged, read, null),
    over('indexing and judging them ÷ `yaml` alone', index.judged, parse, null),
    over('`check` of them ÷ read floor', check?.took, read, null),
    over('`check` of them ÷ `yaml` alone', check?.took, parse, 1),
    over('peak memory, indexing ÷ reading', index.readPeak, readPeak, null),
    over('peak memory, indexing ÷ `yaml` alone', index.readPeak, parsePeak, null),
    over('peak memory, judging ÷ `yaml` alone', index.judgedPeak, parsePeak, null),
    over('peak memory, `check` ÷ reading', check?.peak, readPeak, null),
    over('peak memory, `check` ÷ `yaml` alone', check?.peak, parsePeak, null),
    over('keystroke in a folder of 10,000 files ÷ floor', typing.keystroke, floor.keystroke, 3),
    over('hover after an edit in it ÷ floor', typing.hover, floor.hover, 5),
  ];
}

const KEYSTROKE_TARGETS: Readonly<Record<number, number>> = { 100: 3, 1000: 5 };
const YAML_SERVER_TARGETS: Readonly<Record<number, number>> = { 100: 25, 1000: 100 };

function keystrokes(sizes: readonly Size[], policies: number): Ratio[] {
  const result: Ratio[] = [];
  for (const answers of ['pull', 'push']) {
    const own = runsOf(sizes, policies, `ours, ${answers}`);
    for (const [floor, target] of [
      [`floor, ${answers}`, KEYSTROKE_TARGETS[policies] ?? null],
      [`floor with our payload, ${answers}`, null],
    ] as const) {
      const value = ratio(
        own,
        (r) => r.keystroke,
        runsOf(sizes, policies, floor),
        (r) => r.keystroke,
      );
      result.push({ what: `keystroke, ${policies} policies ÷ ${floor}`, value, target });
    }
  }
  const value = ratio(
    runsOf(sizes, policies, 'yaml-language-server'),
    (r) => r.keystroke - YAML_SERVER_DEBOUNCE,
    runsOf(sizes, policies, 'ours, push'),
    (r) => r.keystroke,
  );
  const target = YAML_SERVER_TARGETS[policies] ?? null;
  const what = `(yaml-language-server − its debounce) ÷ keystroke, ${policies} policies`;
  return [...result, { what, value, target, atLeast: true }];
}

/** What is asked of a file of 1,000 policies besides keystrokes. */
function largest(sizes: readonly Size[]): Ratio[] {
  const own = runsOf(sizes, 1000, 'ours, pull');
  const floor = runsOf(sizes, 1000, 'floor, pull');
  const over = (what: string, name: Figure, target: number): Ratio => ({
    what: `${what}, 1,000 policies ÷ floor`,
    value: ratio(
      own,
      (r) => r[name],
      floor,
      (r) => r[name],
    ),
    target,
  });
  return [
    over('hover after an edit', 'hover', 5),
    over('completion after an edit', 'completion', 5),
    over('code action after an edit', 'codeAction', 5),
    {
      what: 'burst of ten ÷ one edit',
      value: ratio(
        own,
        (r) => r.burst,
        own,
        (r) => r.keystroke,
      ),
      target: 1.5,
    },
    {
      what: 'burst of ten at once ÷ one edit',
      value: ratio(
        own,
        (r) => r.burstAtOnce,
        own,
        (r) => r.keystroke,
      ),
      target: null,
    },
    over('memory, idle', 'memoryIdle', 1.6),
    over('memory, after all of it', 'memoryAfter', 1.6),
  ];
}

function coldStart(sizes: readonly Size[]): Ratio[] {
  const value = ratio(
    runsOf(sizes, 10, 'ours, pull'),
    (r) => r.cold,
    runsOf(sizes, 10, 'floor, pull'),
    (r) => r.cold,
  );
  return [{ what: 'cold start to first diagnostics, 10 policies ÷ floor', value, target: 1.7 }];
}

const FIGURES: readonly (readonly [Figure, string])[] = [
  ['cold', 'cold start'],
  ['keystrokeStart', 'edit, start'],
  ['keystrokeMiddle', 'middle'],
  ['keystrokeEnd', 'end'],
  ['hover', 'hover'],
  ['completion', 'completion'],
  ['codeAction', 'action'],
  ['burst', 'burst'],
  ['burstAtOnce', 'at once'],
  ['memoryIdle', 'MB idle'],
  ['memoryAfter', 'MB after'],
  ['cpu', 'CPU ms'],
];

/** One table per size: a row for each server. Milliseconds where nothing else is said. */
export function typingTables(sizes: readonly Size[]): string {
  return sizes
    .map((size) => {
      const kilobytes = (bytes: number) => `${show(bytes / 1024)} KB`;
      const title = `${size.policies} policies (${kilobytes(size.bytes)}; ${size.diagnostics} diagnostics, ${kilobytes(size.payloadBytes)})`;
      const rows = size.series.map(({ server, runs }) => [
        server,
        ...FIGURES.map(([name]) => show(figure(runs, name))),
      ]);
      return `### ${title}\n\n${table(['ms', ...FIGURES.map(([, head]) => head)], rows)}`;
    })
    .join('\n\n');
}

export function ratioTable(list: readonly Ratio[]): string {
  const rows = list
    .filter(({ value }) => !Number.isNaN(value))
    .map((r) => {
      const bound = r.target === null ? '' : `${r.atLeast ? '≥' : '≤'} ${r.target}`;
      return [r.what, show(r.value), bound, r.target === null ? '' : isMet(r) ? 'met' : 'missed'];
    });
  return table(['ratio', 'measured', 'target', ''], rows);
}

function isMet({ value, target, atLeast }: Ratio): boolean {
  return target === null || (atLeast ? value >= target : value <= target);
}

export function microTable(micro: Micro): string {
  return table(
    ['in one process', 'ms'],
    [
      ['one policy: `yaml` parseAllDocuments', show(micro.bareParse)],
      ['one policy: our parse, `yaml` included', show(micro.parse)],
      ['one policy: every rule on the parsed tree', show(micro.judge)],
      ['one edit among 1,000 policies of a namespace, the edited policy judged', show(micro.edit)],
      ['the same, and the other 999 judged as far as it concerns them', show(micro.editAndFile)],
    ],
  );
}

export function folderTable(folder: FolderFigures): string {
  const { index } = folder;
  const check = folder.check ?? { took: null, peak: null };
  return table(
    ['10,000 manifests', 'ms', 'MB'],
    [
      ['reading every file', show(folder.read), show(folder.readPeak)],
      ['`yaml` parseAllDocuments on every file', show(folder.parse), show(folder.parsePeak)],
      ['server: every file indexed', show(index.read), show(index.readPeak)],
      ['server: and every file judged', show(index.judged), show(index.judgedPeak)],
      [
        `\`netpol-guard check\`, whole process${folder.check ? '' : ': NOT RUN'}`,
        show(check.took),
        show(check.peak),
      ],
      ['a keystroke in one of them, and its diagnostics: floor', show(folder.floor.keystroke), ''],
      ['the same: server', show(folder.typing.keystroke), ''],
      ['hover after a keystroke: floor', show(folder.floor.hover), ''],
      ['the same: server', show(folder.typing.hover), ''],
    ],
  );
}

/** What is judged again because of one edit. */
export function editsTable({ scratch, edits }: Edits): string {
  const row = (what: string, { documents, scopes, checks }: Edits['scratch'], times: readonly string[]) => [
    what,
    ...[documents, scopes, checks].map((n) => n.toLocaleString('en')),
    ...times,
  ];
  return table(
    ['10,000 manifests, one edit', 'documents', 'namespaces', 'rule × namespace', 'ms, file', 'ms, all'],
    [
      row('(from scratch)', scratch, ['', '']),
      ...edits.map((e) => row(e.what, e.again, [show(e.file), show(e.all)])),
    ],
  );
}

/** The medians of several repetitions. */
export function medians(list: readonly FolderFigures[]): FolderFigures | null {
  if (list.length === 0) return null;
  const of = (pick: (f: FolderFigures) => number | null | undefined) =>
    median(list.map((f) => pick(f) ?? Number.NaN));
  return {
    read: of((f) => f.read),
    readPeak: of((f) => f.readPeak),
    parse: of((f) => f.parse),
    parsePeak: of((f) => f.parsePeak),
    index: {
      read: of((f) => f.index.read),
      judged: of((f) => f.index.judged),
      readPeak: of((f) => f.index.readPeak),
      judgedPeak: of((f) => f.index.judgedPeak),
    },
    check: list.some((f) => f.check === null)
      ? null
      : { took: of((f) => f.check?.took), peak: of((f) => f.check?.peak) },
    floor: { keystroke: of((f) => f.floor.keystroke), hover: of((f) => f.floor.hover) },
    typing: { keystroke: of((f) => f.typing.keystroke), hover: of((f) => f.typing.hover) },
  };
}
