/**
 * Owns the way into everything that can reach a cluster. Who needs a cluster imports this file when it is needed and not before:
 * in the bundles it is a file of its own, so that nothing of it is loaded while only files are looked at.
 */
export { Cluster } from './cluster.ts';
