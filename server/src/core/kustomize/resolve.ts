/**
 * Owns which kustomizations stand for themselves, which files each of them takes in, and what happens to the objects of those
 * files on the way. It knows files by URI and asks for nothing that is not in the workspace.
 * Order of steps: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/; a component's steps are applied to
 * everything its kustomization has taken in before.
 */
import type { YamlDocument } from '../document.ts';
import type { Plan, WorldInfo } from '../plan.ts';
import type { SourceFile } from '../source-file.ts';
import type { Membership, Step } from './derive.ts';
import { isKustomization, type Kustomization, type PatchEntry, readKustomization } from './kustomization.ts';
import { type Patch, readPatchText } from './patch.ts';
import { labelsOfTransformer } from './transformer.ts';
import { folderOf, isRemote, nameOf, resolve } from './uri.ts';

/** The plan for the kustomizations among these files; null when there are none. */
export function kustomizationsIn(files: ReadonlyMap<string, SourceFile>): Plan | null {
  const folders = kustomizationsByFolder(files);
  return folders.size === 0 ? null : new Planning(files, folders).plan();
}

/** A kustomization file. */
interface Found {
  readonly uri: string;
  readonly document: YamlDocument;
  /** Null when it cannot be read, or is one of several in its folder. */
  readonly kustomization: Kustomization | null;
}

function kustomizationsByFolder(files: ReadonlyMap<string, SourceFile>): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const file of files.values()) {
    const { uri } = file;
    if (!isKustomization(uri)) continue;
    const folder = folderOf(uri);
    const other = found.get(folder);
    const kustomization = other ? null : readKustomization(file);
    const first = other && other.uri < uri ? other : { uri, document: file.documents[0] as YamlDocument };
    found.set(folder, { ...first, kustomization });
  }
  return found;
}

/** Something that a kustomization takes in: as it is written, and where that leads; null for another machine. */
interface Entry {
  readonly written: string;
  readonly uri: string | null;
}

interface Entries {
  readonly resources: readonly Entry[];
  readonly components: readonly Entry[];
}

const entries = new WeakMap<Kustomization, Entries>();

function entriesOf(kustomization: Kustomization): Entries {
  const known = entries.get(kustomization);
  if (known) return known;
  const folder = folderOf(kustomization.document.uri);
  const at = (written: string): Entry => ({
    written,
    uri: isRemote(written) ? null : resolve(folder, written),
  });
  const { resources, components } = kustomization;
  const found = { resources: resources.map(at), components: components.map(at) };
  entries.set(kustomization, found);
  return found;
}

/** A file on its way: where it was named, and what has happened to it so far. */
interface Item {
  readonly uri: string;
  readonly listedIn: YamlDocument;
  steps: readonly Step[];
}

/** What a kustomization takes in, and what of it is not here. */
interface Build {
  readonly items: Item[];
  readonly unseen: string[];
}

/** What a kustomization does to what it has taken in, and what of that is not here. */
interface Deeds {
  readonly steps: readonly Step[];
  readonly unseen: readonly string[];
  /** The documents they were read from. */
  readonly from: readonly YamlDocument[];
}

/** As long as nothing they were read from changes, they are the same ones. */
const deeds = new WeakMap<Kustomization, Deeds>();

/** Bases that take in each other by many ways multiply; no real workspace comes near this many. */
const MOST_TAKES = 20_000;

class Planning {
  private readonly files: ReadonlyMap<string, SourceFile>;
  private readonly folders: ReadonlyMap<string, Found>;
  private readonly missing = new Set<string>();
  private readonly read = new Set<string>();
  private readonly unreadable = new Set<string>();
  private readonly deeds = new Map<Kustomization, Deeds>();
  private takes = 0;

  constructor(files: ReadonlyMap<string, SourceFile>, folders: ReadonlyMap<string, Found>) {
    this.files = files;
    this.folders = folders;
  }

  plan(): Plan {
    const memberships = new Map<string, Membership[]>();
    const worlds = new Map<string, WorldInfo>();
    for (const folder of this.roots()) {
      const { uri: world, document: root, kustomization } = this.folders.get(folder) as Found;
      const build: Build = { items: [], unseen: [] };
      if (kustomization?.isComponent)
        build.unseen.push(`${nameOf(world)} is a component, and what takes it in is not here`);
      this.take(folder, build, new Set());
      worlds.set(world, { unseen: build.unseen[0] ?? null, rendered: false });
      for (const { uri, steps, listedIn } of build.items) {
        const ways = memberships.get(uri);
        const way = { world, root, steps, listedIn };
        if (ways) ways.push(way);
        else memberships.set(uri, [way]);
      }
    }
    for (const uri of this.read) if (!memberships.has(uri)) memberships.set(uri, []);
    return { memberships, worlds, missing: this.missing, read: this.read, folders: this.unreadable };
  }

  /** The folders whose kustomization no other takes in; of those that take in each other in a ring, the first. */
  private roots(): string[] {
    const all = [...this.folders.keys()].sort();
    const taken = new Set(all.flatMap((folder) => this.foldersIn(folder)));
    const roots = all.filter((folder) => !taken.has(folder));
    const reached = new Set<string>();
    const reach = (start: string) => {
      for (const folders = [start]; folders.length > 0; ) {
        const folder = folders.pop() as string;
        if (reached.has(folder)) continue;
        reached.add(folder);
        folders.push(...this.foldersIn(folder));
      }
    };
    roots.forEach(reach);
    for (const folder of all) {
      if (reached.has(folder)) continue;
      roots.push(folder);
      reach(folder);
    }
    return roots;
  }

  /** The folders with kustomizations that the one in `folder` takes in. */
  private foldersIn(folder: string): string[] {
    const kustomization = this.folders.get(folder)?.kustomization;
    if (!kustomization) return [];
    const { resources, components } = entriesOf(kustomization);
    const inner = [...resources, ...components].map((entry) => this.folderAt(entry));
    return inner.filter((each) => each !== null && each !== folder) as string[];
  }

  private folderAt({ uri }: Entry): string | null {
    return uri !== null && this.folders.has(`${uri}/`) ? `${uri}/` : null;
  }

  /** Adds to `build` what the kustomization in `folder` makes. `above` are the folders it is being taken in from. */
  private take(folder: string, build: Build, above: ReadonlySet<string>): void {
    const { uri, document, kustomization } = this.folders.get(folder) as Found;
    this.takes++;
    if (!kustomization || this.takes > MOST_TAKES) {
      this.unreadable.add(folder);
      build.unseen.push(`${nameOf(uri)} cannot be read`);
      for (const file of this.files.keys())
        if (folderOf(file) === folder && !isKustomization(file))
          build.items.push({ uri: file, listedIn: document, steps: [{ kind: 'unknown' }] });
      return;
    }
    if (kustomization.beyond !== null) build.unseen.push(`${nameOf(uri)} ${kustomization.beyond}`);
    const within = new Set(above).add(folder);
    const { resources, components } = entriesOf(kustomization);
    for (const entry of resources) this.takeEntry(kustomization, entry, build, within);
    for (const entry of components) {
      const inner = this.folderAt(entry);
      if (inner !== null && !within.has(inner)) this.take(inner, build, within);
      else this.note(build, uri, entry, inner);
    }
    const { steps, unseen } = this.deedsOf(kustomization);
    build.unseen.push(...unseen);
    for (const item of build.items) item.steps = [...item.steps, ...steps];
  }

  private takeEntry(
    { document }: Kustomization,
    entry: Entry,
    build: Build,
    within: ReadonlySet<string>,
  ): void {
    const inner = this.folderAt(entry);
    const { uri } = entry;
    if (inner !== null && !within.has(inner)) {
      // Steps of an outer component must not reach into it before its own are done.
      const own: Build = { items: [], unseen: build.unseen };
      this.take(inner, own, within);
      build.items.push(...own.items);
    } else if (inner === null && uri !== null && this.files.has(uri) && !isKustomization(uri))
      build.items.push({ uri, listedIn: document, steps: [] });
    else this.note(build, document.uri, entry, inner);
  }

  /** Takes note of something that is named and cannot be taken in. */
  private note(build: Build, by: string, { written, uri }: Entry, inner: string | null): void {
    if (uri !== null) this.missing.add(uri);
    const what =
      inner === null
        ? `takes in ${written}, which is not in this workspace`
        : `takes in itself, by way of ${written}`;
    build.unseen.push(`${nameOf(by)} ${what}`);
  }

  private deedsOf(kustomization: Kustomization): Deeds {
    const known = this.deeds.get(kustomization);
    if (known) return known;
    const fresh = this.readDeeds(kustomization);
    const before = deeds.get(kustomization);
    const isSame =
      before?.from.length === fresh.from.length && before.from.every((d, i) => d === fresh.from[i]);
    const result = isSame ? before : fresh;
    deeds.set(kustomization, result);
    this.deeds.set(kustomization, result);
    return result;
  }

  private readDeeds(kustomization: Kustomization): Deeds {
    const { namespace, prefix, suffix, labels } = kustomization;
    const unseen: string[] = [];
    const from: YamlDocument[] = [];
    const patches = (entries: readonly PatchEntry[]): Step[] =>
      entries
        .flatMap((entry) => this.patches(kustomization, entry, unseen, from))
        .map((patch) => ({ kind: 'patch', patch }));
    const steps: Step[] = [
      ...patches(kustomization.patches),
      ...(namespace === null ? [] : [{ kind: 'namespace', namespace } as const]),
      ...(prefix || suffix ? [{ kind: 'name', prefix, suffix } as const] : []),
      ...labels.map((set) => ({ kind: 'labels', set }) as const),
      ...patches(kustomization.lastPatches),
      ...kustomization.transformers.flatMap((entry) => this.transformer(kustomization, entry, unseen, from)),
    ];
    return { steps, unseen, from };
  }

  /** The patches of an entry: a file may hold several. None when it is not here, so that kustomize would refuse the whole. */
  private patches(
    { document }: Kustomization,
    { path, inline, target }: PatchEntry,
    unseen: string[],
    from: YamlDocument[],
  ): Patch[] {
    if (path === null) return [readPatchText(inline, target, document.uri)];
    const uri = resolve(folderOf(document.uri), path);
    const file = uri === null ? undefined : this.files.get(uri);
    if (!file) {
      if (uri !== null) this.missing.add(uri);
      unseen.push(`${nameOf(document.uri)} patches with ${path}, which is not in this workspace`);
      return [];
    }
    this.read.add(file.uri);
    from.push(...file.documents);
    const documents = file.documents.filter((each) => each.yaml.root !== null);
    const isSound = documents.every((each) => each.soundUntil === Number.POSITIVE_INFINITY);
    if (!isSound) return [readPatchText(null, target, file.uri)];
    return documents.map((each) => readPatchText(each.yaml.root, target, file.uri));
  }

  private transformer(
    { document }: Kustomization,
    entry: string,
    unseen: string[],
    from: YamlDocument[],
  ): Step[] {
    const uri = isRemote(entry) ? null : resolve(folderOf(document.uri), entry);
    const file = uri === null ? undefined : this.files.get(uri);
    const steps: Step[] = [];
    if (uri !== null && file) this.read.add(uri);
    else if (uri !== null) this.missing.add(uri);
    from.push(...(file?.documents ?? []));
    for (const { yaml } of file?.documents ?? []) {
      const sets = labelsOfTransformer(yaml.root);
      if (!sets) unseen.push(`${nameOf(document.uri)} has transformers that are not followed here`);
      for (const set of sets ?? []) steps.push({ kind: 'labels', set });
    }
    if (!file) unseen.push(`${nameOf(document.uri)} has transformers that are not in this workspace`);
    return steps;
  }
}
