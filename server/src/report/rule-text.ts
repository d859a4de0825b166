/**
 * Owns the page of a rule as text for a terminal.
 */
import type { Example, Rule, RuleMeta } from '../core/rule.ts';
import { isBad, withMarks } from './rule-page.ts';
import { type Paint, painter, wrap } from './terminal.ts';
import type { TextOptions } from './text.ts';

/** All that is known about a rule. */
export function ruleText(rule: Rule, { color, width }: TextOptions): string {
  const { meta } = rule;
  const paint = painter(color);
  const bad = meta.examples.filter(isBad);
  const good = meta.examples.filter((example) => !isBad(example));
  const lines = [
    `${paint('bold', meta.id)} (${severities(meta)})`,
    '',
    ...prose(meta.title, width),
    '',
    ...prose(meta.why, width),
    ...section('What it reports', bad, meta, paint),
    ...section('What it accepts', good, meta, paint),
    '',
    paint('bold', 'Suppress it'),
    '',
    ...prose(suppression(rule), width),
    ...(meta.refs.length > 0 ? ['', paint('bold', 'References'), ''] : []),
    ...meta.refs.map(({ title, url }) => (url === undefined ? `* ${title}` : `* ${title}: ${url}`)),
  ];
  return `${lines.join('\n')}\n`;
}

function severities(meta: RuleMeta): string {
  const inside = meta.contractorSeverity ? `, ${meta.contractorSeverity} in a contractor's namespaces` : '';
  return `${meta.severity}${inside}; ${meta.family}`;
}

/** Markdown as plain paragraphs: emphasis goes, code keeps its backticks, links become their address. */
function prose(markdown: string, width: number | null): string[] {
  const plain = markdown.replace(/\*\*([^*]+)\*\*/g, '$1').replace(/\[([^\]]+)\]\(([^)]+)\)/g, '$1 ($2)');
  return plain.split('\n').flatMap((line) => wrap(line, width));
}

function section(heading: string, examples: readonly Example[], meta: RuleMeta, paint: Paint): string[] {
  if (examples.length === 0) return [];
  return ['', paint('bold', heading), ...examples.flatMap((example) => show(example, meta))];
}

function show({ title, yaml, config, fixes = [] }: Example, meta: RuleMeta): string[] {
  const lines = ['', `${title}:`, '', ...indented(withMarks(yaml, meta.id))];
  if (config !== undefined) lines.push('', 'With this config:', '', ...indented(config));
  if (fixes.length > 0) lines.push('');
  for (const { title, safe } of fixes) lines.push(`${safe ? 'Safe fix' : 'Fix'}: ${title}`);
  return lines;
}

function indented(text: string): string[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`));
}

function suppression({ meta, on }: Rule): string {
  if (on === 'suppressions') return 'It cannot be suppressed itself. Its severity is set in the config.';
  if (meta.family === 'validity')
    return 'It cannot be suppressed: the API server would reject or change the object all the same.';
  return `Behind the line, or on the line above: # netpol-guard: ignore[${meta.id}] why this is right here
For the whole object, an annotation: netpol-guard/ignore.${meta.id}: why this is right here`;
}
