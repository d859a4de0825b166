// Opening contexts of a control plane as the product does, and waiting for what becomes of them.
import { Cluster, type ClusterOptions } from '../../server/src/cluster/cluster.ts';
import type { LivePod } from '../../server/src/engine/live-pods.ts';

export interface Live {
  readonly cluster: Cluster;
  /** Settles once the condition holds, at the change that makes it hold. Rejects after half a minute, with the state. */
  until(what: string, holds: (cluster: Cluster) => boolean): Promise<void>;
}

/** Starts to follow a context. Whoever asks for it stops it. */
export function follow(kubeconfig: string, context: string, options: Partial<ClusterOptions> = {}): Live {
  const waiting = new Set<() => void>();
  const cluster = new Cluster(
    { context, files: [kubeconfig], guard: () => null, watches: true, ...options },
    () => {
      for (const check of waiting) check();
    },
  );
  void cluster.start();
  const until: Live['until'] = (what, holds) =>
    new Promise((resolve, reject) => {
      const done = (settle: () => void) => {
        waiting.delete(check);
        clearTimeout(timer);
        settle();
      };
      const check = () => {
        if (holds(cluster)) done(resolve);
      };
      const timer = setTimeout(() => {
        const state = JSON.stringify(cluster.state);
        done(() => reject(new Error(`waited for ${what}; the state is ${state}`)));
      }, 30_000);
      waiting.add(check);
      check();
    });
  return { cluster, until };
}

export const isLive = (cluster: Cluster): boolean => cluster.state.phase === 'live';

/** The names of the pods of a namespace, sorted. */
export function podNames(cluster: Cluster, namespace: string): string[] {
  return [...cluster.podsIn(namespace)].map(({ name }) => name).sort();
}

export function podNamed(cluster: Cluster, namespace: string, name: string): LivePod | undefined {
  return [...cluster.podsIn(namespace)].find((pod) => pod.name === name);
}
