/**
 * Owns the benchmarks inside one process: parsing and judging single policies, and a change in a full namespace.
 * Run by bench.ts in a process of its own; prints JSON.
 */
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { YamlDocument } from '../../server/src/core/document.ts';
import { createLinter } from '../../server/src/core/lint.ts';
import { Workspace } from '../../server/src/core/workspace.ts';
import { parseYaml } from '../../server/src/core/yaml/parse.ts';
import { RULES } from '../../server/src/rules/index.ts';
import { policyFile } from './generate.ts';
import { median } from './statistics.ts';

/** Milliseconds, each the median of the rounds. */
export interface Micro {
  /** Per policy: the `yaml` package's own parseAllDocuments, our parse on top of it, and all rules on the parsed tree. */
  readonly bareParse: number;
  readonly parse: number;
  readonly judge: number;
  /** One change to a policy among 1,000 of its namespace, and everything that must be judged again for that policy. */
  readonly edit: number;
  /** The same, and then everything of the file: what a file's diagnostics are made of. */
  readonly editAndFile: number;
}

const POLICIES = 300;

function single(): Pick<Micro, 'bareParse' | 'parse' | 'judge'> {
  const texts = policyFile({ policies: POLICIES }).split(/^(?=---\n)/m);
  const linter = createLinter(() => incomplete, { rules: RULES });
  const incomplete = new Workspace();
  // Rules about a whole namespace have a benchmark of their own.
  incomplete.allRead = false;
  const samples = { bareParse: [] as number[], parse: [] as number[], judge: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    samples.bareParse.push(perPolicy(() => texts.forEach((text) => void parseAllDocuments(text))));
    samples.parse.push(perPolicy(() => texts.forEach((text) => void parseYaml(text))));
    const documents = texts.map((text) => new YamlDocument('file:///bench.yaml', text));
    for (const document of documents) void document.yaml;
    samples.judge.push(perPolicy(() => documents.forEach((document) => void linter.diagnose(document))));
  }
  return {
    bareParse: median(samples.bareParse),
    parse: median(samples.parse),
    judge: median(samples.judge),
  };
}

function perPolicy(work: () => void): number {
  return took(work) / POLICIES;
}

function took(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function fullNamespace(): Pick<Micro, 'edit' | 'editAndFile'> {
  const uri = 'file:///bench.yaml';
  const workspace = new Workspace((scope) => linter.invalidate(scope));
  const linter = createLinter(() => workspace, { rules: RULES });
  const file = workspace.set(uri, policyFile({ policies: 1000, namespaces: 1 }));
  const line = (file.documents[500]?.startLine ?? 0) + 5;
  const all = () => {
    for (const document of file.documents) linter.diagnose(document);
  };
  all();
  const samples = { edit: [] as number[], editAndFile: [] as number[] };
  for (let round = 0; round < rounds * 10; round++) {
    const started = performance.now();
    const start = { line, character: 0 };
    const end = { line, character: round % 2 === 0 ? 0 : 2 };
    workspace.edit(uri, [{ start, end, text: round % 2 === 0 ? '# ' : '' }]);
    linter.diagnose(file.documentAt(line));
    samples.edit.push(performance.now() - started);
    all();
    samples.editAndFile.push(performance.now() - started);
  }
  return { edit: median(samples.edit), editAndFile: median(samples.editAndFile) };
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const rounds = Number(values.rounds);
const micro: Micro = { ...single(), ...fullNamespace() };
console.log(JSON.stringify(micro));
