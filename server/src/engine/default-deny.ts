/**
 * Owns the policies that deny by default: what they are called and what they say. Where they go is decided elsewhere.
 */
import type { DnsPlatform } from '../core/platform.ts';
import type { Json } from '../core/yaml/json.ts';
import { DEFAULT_STYLE, renderInline, type Style } from '../core/yaml/render.ts';
import type { Direction } from './direction.ts';
import { dnsRuleOf } from './dns-servers.ts';

export interface DefaultDeny {
  /** Null to leave the namespace to whoever applies the policy. */
  readonly namespace: string | null;
  /** One or both. */
  readonly directions: readonly Direction[];
  /** Whether lookups in the cluster's DNS stay allowed; only of use when egress is denied. */
  readonly dns: boolean;
  /** Who answers there; null where the config does not say. */
  readonly platform: DnsPlatform | null;
  /** `metadata.name`, where the usual one is taken. */
  readonly name?: string;
  /** The labels of the pods it is for, where it is not for every pod. */
  readonly pods?: Readonly<Record<string, string>>;
}

/** What such a policy is called: `default-deny-ingress`, `default-deny-egress`, or `default-deny` for both. */
export function defaultDenyName(directions: readonly Direction[]): string {
  return directions.length === 2 ? 'default-deny' : `default-deny-${directions[0]?.toLowerCase()}`;
}

/** The name of a file of its own, e.g. `acme-default-deny-egress.yaml`. */
export function defaultDenyFileName(namespace: string | null, directions: readonly Direction[]): string {
  return `${namespace === null ? '' : `${namespace}-`}${defaultDenyName(directions)}.yaml`;
}

/** A policy that selects every pod of the namespace, or some, and allows nothing, or nothing but DNS. */
export function defaultDenyPolicy(deny: DefaultDeny): Json {
  const { namespace, directions, dns, platform, name, pods } = deny;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: name ?? defaultDenyName(directions),
      ...(namespace !== null && { namespace }),
    },
    spec: {
      podSelector: pods ? { matchLabels: pods } : {},
      policyTypes: directions,
      ...(dns && directions.includes('Egress') && { egress: [dnsRuleOf(platform)] }),
    },
  };
}

/** The policy as a YAML document with LF line ends, the last line's included and without a marker in front. */
export function defaultDenyText(deny: DefaultDeny, style: Style = DEFAULT_STYLE): string {
  return `${renderInline(defaultDenyPolicy(deny), 0, style)}\n`;
}
