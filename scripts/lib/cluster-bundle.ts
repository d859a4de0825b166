// How what reaches clusters is bundled: in a file of its own, and without the parts of the Kubernetes client that nothing here uses.
import { basename } from 'node:path';
import type { Plugin } from 'esbuild';

/** Leaves the import of server/src/cluster/open.ts an import, of the bundle beside. */
export const clusterApart: Plugin = {
  name: 'cluster-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/cluster\/open\.ts$/ }, ({ kind }) => {
      if (kind !== 'dynamic-import')
        throw new Error('cluster/open.ts is imported statically: it would be loaded at the start');
      return { path: './cluster.js', external: true };
    });
  },
};

const CLIENT = /[\\/]@kubernetes[\\/]client-node[\\/]/;

/**
 * The client's index has a thousand generated models of which kubeconfig and authentication need none, but nothing in it says that
 * its files can be left out. Its second way to send requests, through undici, is not used: see server/src/cluster/login.ts.
 */
export const slimClient: Plugin = {
  name: 'slim-client',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /./ }, async (args) => {
      const isOfClient = CLIENT.test(args.importer);
      if (args.pluginData === slimClient || !(isOfClient || args.path === '@kubernetes/client-node'))
        return undefined;
      if (isOfClient && args.path === 'undici') return { path: 'undici', namespace: 'unused' };
      const { importer, resolveDir, kind } = args;
      const found = await resolve(args.path, { importer, resolveDir, kind, pluginData: slimClient });
      return basename(found.path) === 'package.json' ? found : { ...found, sideEffects: false };
    });
    onLoad({ filter: /./, namespace: 'unused' }, () => ({
      contents: `const unused = class { constructor() { throw new Error('not in the bundle'); } };
export { unused as Agent, unused as ProxyAgent, unused as fetch, unused as FormData };`,
    }));
  },
};
