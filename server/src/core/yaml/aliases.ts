/**
 * Owns the anchors of one document while its tree is built: which node an alias stands for, and how much reading all aliases
 * costs the API server, which refuses documents that consist of hardly anything else.
 */
import type { YamlNode } from './nodes.ts';

interface Anchored {
  /** Null while the node is still being built: an alias inside it would contain itself. */
  node: YamlNode | null;
  /** How many nodes there are to read in it, with aliases expanded. */
  size: number;
}

export class Anchors {
  private readonly byName = new Map<string, Anchored>();
  private read = 0;
  private readThroughAliases = 0;
  /** Whether the aliases expand to more than the server reads. */
  excessive = false;

  /** Counts one node; to be called before its children are. */
  count(): void {
    this.read++;
  }

  /** Starts a node that has an anchor; calling the result ends it. */
  open(name: string): (node: YamlNode) => void {
    const before = this.read;
    const anchored: Anchored = { node: null, size: 0 };
    this.byName.set(name, anchored);
    return (node) => {
      anchored.node = node;
      anchored.size = this.read - before + 1;
    };
  }

  /** The node that an alias stands for, or why there is none. */
  resolve(name: string): YamlNode | 'unknown' | 'cyclic' {
    const anchored = this.byName.get(name);
    if (!anchored) return 'unknown';
    if (!anchored.node) return 'cyclic';
    this.read += anchored.size;
    this.readThroughAliases += anchored.size;
    if (this.readThroughAliases > 100 && this.read > 1000)
      this.excessive ||= this.readThroughAliases / this.read > allowedShare(this.read);
    return anchored.node;
  }
}

const LOW = 400_000;
const HIGH = 4_000_000;

/** The share of nodes that may come from aliases: go.yaml.in/yaml/v2, decode.go, allowedAliasRatio. */
function allowedShare(read: number): number {
  if (read <= LOW) return 0.99;
  return read >= HIGH ? 0.1 : 0.99 - 0.89 * ((read - LOW) / (HIGH - LOW));
}
