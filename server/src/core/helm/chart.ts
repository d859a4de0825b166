/**
 * Owns which files are the templates of which Helm chart, going by where they lie. What they render to is not known here, nor
 * is any value. Layout: https://helm.sh/docs/topics/charts/#the-chart-file-structure.
 */
import type { SourceFile } from '../source-file.ts';

const CHART_FILE = '/Chart.yaml';

/** Whether a URI is that of a file that makes its folder a chart. */
export function isChartFile(uri: string): boolean {
  return uri.endsWith(CHART_FILE);
}

/** The folders of charts, with a slash at the end, and the Chart.yaml of each. Charts inside charts are part of the outer one. */
export function chartsIn(files: ReadonlyMap<string, SourceFile>): ReadonlyMap<string, SourceFile> {
  const all = [...files.values()]
    .filter(({ uri }) => isChartFile(uri))
    .map((file) => [file.uri.slice(0, -CHART_FILE.length + 1), file] as const)
    .sort(([a], [b]) => a.length - b.length);
  const charts = new Map<string, SourceFile>();
  for (const [folder, file] of all) if (chartAround(`${folder}x`, charts) === null) charts.set(folder, file);
  return charts;
}

/** The folder of the chart that a file is a template of, or whose subchart's; null when it is neither. */
export function chartAround(uri: string, charts: ReadonlyMap<string, unknown>): string | null {
  if (charts.size === 0) return null;
  for (let slash = uri.indexOf('/', uri.indexOf('//') + 2); slash >= 0; slash = uri.indexOf('/', slash + 1)) {
    const folder = uri.slice(0, slash + 1);
    if (charts.has(folder) && /^(?:templates|charts)\//.test(uri.slice(slash + 1))) return folder;
  }
  return null;
}
