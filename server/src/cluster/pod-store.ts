/**
 * Owns the pods of a cluster by namespace and name, as they come and go.
 */
import type { LivePod } from '../engine/live-pods.ts';

export class PodStore {
  private byNamespace = new Map<string, Map<string, LivePod>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The namespaces that have pods. */
  namespaces(): Iterable<string> {
    return this.byNamespace.keys();
  }

  has(namespace: string): boolean {
    return this.byNamespace.has(namespace);
  }

  in(namespace: string): Iterable<LivePod> {
    return this.byNamespace.get(namespace)?.values() ?? [];
  }

  replace(pods: readonly LivePod[]): void {
    this.clear();
    for (const pod of pods) this.put(pod);
  }

  clear(): void {
    this.byNamespace = new Map();
    this.count = 0;
  }

  put(pod: LivePod): void {
    const pods = this.byNamespace.get(pod.namespace) ?? new Map<string, LivePod>();
    this.byNamespace.set(pod.namespace, pods);
    if (!pods.has(pod.name)) this.count++;
    pods.set(pod.name, pod);
  }

  delete(namespace: string, name: string): void {
    const pods = this.byNamespace.get(namespace);
    if (!pods?.delete(name)) return;
    this.count--;
    if (pods.size === 0) this.byNamespace.delete(namespace);
  }
}
