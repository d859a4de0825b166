/**
 * Owns what the root config says of the cluster: who answers DNS, which plugin enforces policies, where addresses come from.
 * Nothing of it is guessed.
 */
import { readCidr } from './ip-notation.ts';

/** Who answers the pods' DNS lookups. */
export type DnsPlatform = 'kube-dns' | 'coredns' | 'node-local-dns' | 'openshift';

/** The network plugin that enforces the policies. */
export type NetworkPlugin =
  | 'antrea'
  | 'aws-vpc-cni'
  | 'calico'
  | 'cilium'
  | 'flannel'
  | 'kindnet'
  | 'kube-ovn'
  | 'kube-router'
  | 'ovn-kubernetes'
  | 'other';

export type IpFamily = 'IPv4' | 'IPv6';

/** What the config says of the cluster. */
export interface Platform {
  readonly dns: DnsPlatform | null;
  readonly cni: NetworkPlugin | null;
  /** Where pods and Services get their addresses from, in canonical CIDR notation; empty when not known. */
  readonly podCidrs: readonly string[];
  readonly serviceCidrs: readonly string[];
  /** The IP families of pods; null when not known. */
  readonly ipFamilies: ReadonlySet<IpFamily> | null;
}

export const UNKNOWN_PLATFORM: Platform = {
  dns: null,
  cni: null,
  podCidrs: [],
  serviceCidrs: [],
  ipFamilies: null,
};

/** `platform` as it stands in the file. */
export interface PlatformFile {
  dns?: DnsPlatform;
  cni?: NetworkPlugin;
  podCidrs?: string[];
  serviceCidrs?: string[];
  ipFamilies?: IpFamily[];
}

export function toPlatform(file: PlatformFile): Platform {
  const podCidrs = file.podCidrs ?? [];
  const families = file.ipFamilies ?? podCidrs.flatMap((text) => familyOf(text) ?? []);
  return {
    dns: file.dns ?? null,
    cni: file.cni ?? null,
    podCidrs,
    serviceCidrs: file.serviceCidrs ?? [],
    ipFamilies: families.length === 0 ? null : new Set(families),
  };
}

function familyOf(cidr: string): IpFamily | null {
  const family = readCidr(cidr)?.family;
  return family === undefined ? null : family === 4 ? 'IPv4' : 'IPv6';
}
