/**
 * Owns which files of a workspace make worlds of their own: those that kustomizations take in, and the templates of charts.
 */
import { chartAround, chartsIn, isChartFile } from './helm/chart.ts';
import { isKustomization } from './kustomize/kustomization.ts';
import { kustomizationsIn } from './kustomize/resolve.ts';
import { folderOf, nameOf } from './kustomize/uri.ts';
import { NO_PLAN, type Plan, type WorldInfo } from './plan.ts';
import type { SourceFile } from './source-file.ts';

/** Whether a change to this file may make it another plan: `isNew` when it has come or gone. */
export function concerns(plan: Plan, uri: string, isNew: boolean): boolean {
  if (isKustomization(uri) || plan.read.has(uri)) return true;
  if (!isNew) return false;
  if (isChartFile(uri) || plan.missing.has(uri) || plan.memberships.has(uri)) return true;
  for (let folder = folderOf(uri); folder.length > 8; folder = folderOf(folder.slice(0, -1)))
    if (plan.folders.has(folder)) return true;
  return false;
}

/** Works out the plan for these files. */
export function planFor(files: ReadonlyMap<string, SourceFile>): Plan {
  const charts = chartsIn(files);
  const kustomized = kustomizationsIn(files);
  if (charts.size === 0) return kustomized ?? NO_PLAN;
  const { memberships, worlds, missing, read, folders } = kustomized ?? NO_PLAN;
  const all = new Map(memberships);
  for (const uri of files.keys()) {
    const folder = all.has(uri) ? null : chartAround(uri, charts);
    const root = folder === null ? undefined : charts.get(folder)?.documents[0];
    if (root) all.set(uri, [{ world: root.uri, root, steps: [], listedIn: root }]);
  }
  const chartWorlds = [...charts.values()].map(({ uri }) => [uri, chartInfo(uri)] as const);
  return {
    memberships: all,
    worlds: new Map([...worlds, ...chartWorlds]),
    missing,
    read,
    folders: new Set([...folders, ...charts.keys()]),
  };
}

function chartInfo(uri: string): WorldInfo {
  const chart = nameOf(folderOf(uri));
  return { unseen: `what the chart ${chart} makes is known once it is rendered`, rendered: true };
}
