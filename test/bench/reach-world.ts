/**
 * Owns a made-up cluster of any size: live pods in label classes, and NetworkPolicies of the kinds that people write, with
 * ipBlocks, named ports, endPort and matchExpressions among them. The same numbers give the same cluster.
 */
import { addresses } from '../../server/src/engine/cidr.ts';
import { ALL_PORTS, namedPort, type PortSet, portRange, unionPorts } from '../../server/src/engine/ports.ts';
import type {
  Facts,
  NamespaceFacts,
  PeerFacts,
  PodFacts,
  PolicyFacts,
  RuleFacts,
} from '../../server/src/engine/reach/facts.ts';
import type { Labels, Requirement, Selector } from '../../server/src/engine/selector.ts';

export interface WorldSize {
  readonly pods: number;
  readonly classes: number;
  readonly policies: number;
}

/** Label classes to a namespace. */
const APPS = 10;
const TIERS = ['web', 'api', 'db', 'batch', 'cache'] as const;
const TEAMS = 20;

export function benchWorld({ pods, classes, policies }: WorldSize): Facts {
  const random = generator(7);
  const spaces = Math.max(1, Math.round(classes / APPS));
  return {
    namespaces: Array.from({ length: spaces }, (_, i) => namespace(i)),
    pods: manyPods(pods, classes, spaces),
    policies: Array.from({ length: policies }, (_, i) => policy(i, spaces, random)),
    tieredPolicies: [],
    podAddresses: null,
    notes: [],
  };
}

function namespace(i: number): NamespaceFacts {
  const labels = new Map([
    ['team', `t${i % TEAMS}`],
    ['env', i % 3 === 0 ? 'prod' : 'dev'],
  ]);
  return { name: `ns${i}`, labels, complete: true };
}

/** Live pods: what is the same for all pods of a class is shared, as it is where they come from a cluster. */
function manyPods(count: number, classes: number, spaces: number): PodFacts[] {
  const kinds = Array.from({ length: classes }, (_, i) => {
    const [space, app] = [i % spaces, Math.floor(i / spaces)];
    const labels: Labels = new Map([
      ['app', `a${app}`],
      ['tier', TIERS[i % TIERS.length] as string],
      ['version', `v${i % 3}`],
      ['pod-template-hash', `h${i}`],
    ]);
    const protocol = 'TCP' as const;
    return {
      ...{ namespace: `ns${space}`, workload: `ns${space}/a${app}[Deployment]`, labels },
      namedPorts: [
        { name: 'http', protocol, number: 8000 + (i % 5) },
        { name: 'metrics', protocol, number: 9090 + (i % 2) },
      ],
      ...{ complete: true, portsKnown: true, hostNetwork: false, origin: null },
    };
  });
  return Array.from({ length: count }, (_, i) => ({
    ...(kinds[i % classes] as (typeof kinds)[number]),
    addresses: [10 * 2 ** 24 + i],
  }));
}

/** The kinds of policies, by their number: default denies, an application's own, ranges outside, monitoring, teams. */
function policy(i: number, spaces: number, random: () => number): PolicyFacts {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const app = () => `a${Math.floor(random() * APPS)}`;
  const own = `ns${i % spaces}`;
  const kind = Math.floor(i / spaces) === 0 ? 0 : 1 + Math.floor(random() * 5);
  const some = (
    rules: readonly RuleFacts[],
    to: readonly RuleFacts[] | null,
    selector: Selector,
  ): PolicyFacts => ({
    ...{ name: `p${i}`, namespace: own, podSelector: selector, origin: null },
    isolates: { Ingress: true, Egress: to !== null },
    rules: { Ingress: rules, Egress: to ?? [] },
    maybeMore: { Ingress: false, Egress: false },
  });
  const dns = rule([inNamespace('ns0', 'a0')], unionPorts(portRange('UDP', 53), portRange('TCP', 53)));
  switch (kind) {
    case 0: // Every namespace has a default deny; every other one for egress, too.
      return some([], i % 2 === 0 ? [dns] : null, EVERY_POD);
    case 1: // An application and who calls it.
      return some(
        [rule([pods(app()), inNamespace(`ns${Math.floor(random() * spaces)}`, app())], http())],
        null,
        is('app', app()),
      );
    case 2: // What an application calls.
      return some(
        [rule([pods(app())], portRange('TCP', 8000, 8010))],
        [dns, rule([pods(app()), inNamespace(`ns${Math.floor(random() * spaces)}`, app())], http())],
        is('app', app()),
      );
    case 3: // Ranges outside, and one that some pods have addresses in.
      return some(
        [rule([block(`203.0.113.0/24`)], portRange('TCP', 443))],
        [
          dns,
          rule(
            [block(`198.51.${i % 256}.0/24`), block(pick(['10.0.0.0/18', '10.1.0.0/16']))],
            portRange('TCP', 443),
          ),
        ],
        is('app', app()),
      );
    case 4: // Monitoring, from everywhere, by expressions.
      return some(
        [
          rule(
            [
              {
                kind: 'pods',
                podSelector: is('tier', 'api'),
                namespaceSelector: is('team', `t${i % TEAMS}`),
              },
            ],
            namedPort('TCP', 'metrics'),
          ),
        ],
        null,
        { requirements: [req('tier', 'In', 'api', 'web'), req('version', 'NotIn', 'v0')] },
      );
    default: // A team's namespaces among each other, but for the databases.
      return some(
        [
          rule(
            [
              {
                kind: 'pods',
                podSelector: { requirements: [req('tier', 'NotIn', 'db'), req('app', 'Exists')] },
                namespaceSelector: {
                  requirements: [req('team', 'In', `t${i % TEAMS}`), req('env', 'In', 'prod')],
                },
              },
            ],
            portRange('TCP', 8000 + (i % 7), 8080),
          ),
        ],
        null,
        { requirements: [req('tier', 'NotIn', 'db'), req('app', 'In', app(), app(), app())] },
      );
  }
  function http(): PortSet {
    return random() < 0.5 ? namedPort('TCP', 'http') : random() < 0.9 ? portRange('TCP', 8080) : ALL_PORTS;
  }
}

const EVERY_POD: Selector = { requirements: [] };

function req(key: string, operator: Requirement['operator'], ...values: string[]): Requirement {
  return { key, operator, values };
}

function is(key: string, value: string): Selector {
  return { requirements: [req(key, 'In', value)] };
}

function rule(peers: readonly PeerFacts[], ports: PortSet): RuleFacts {
  return { peers, ports };
}

function pods(app: string): PeerFacts {
  return { kind: 'pods', podSelector: is('app', app), namespaceSelector: null };
}

function inNamespace(name: string, app: string): PeerFacts {
  return {
    kind: 'pods',
    podSelector: is('app', app),
    namespaceSelector: is('kubernetes.io/metadata.name', name),
  };
}

function block(cidr: string): PeerFacts {
  return { kind: 'addresses', addresses: addresses(cidr) };
}

/** Numbers from 0 to 1, the same for the same seed (a linear congruence, good enough to mix). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
