/** Owns random Kubernetes objects: well-formed ones, and ones with the mistakes that people make in them. */
import type { Json } from '../../server/src/core/yaml/json.ts';
import { type Random, randomValue, renderRandomly } from '../support/random-yaml.ts';

const NAMESPACES = ['shop', 'acme-vendor', 'kube-system', 'contractors', undefined];

type Fields = { [key: string]: Json };

/** The YAML of a NetworkPolicy, or of something beside it in a namespace. */
export function randomObject(random: Random): string {
  const kind = random.below(10);
  const object =
    kind < 6 ? policy(random) : kind === 6 ? namespace(random) : kind === 7 ? list(random) : workload(random);
  return renderRandomly(object, random);
}

function metadata(random: Random): Fields {
  const where = random.pick(NAMESPACES);
  return {
    name: random.pick(['web', 'default-deny', 'x.y', 'UPPER', '']),
    ...(where !== undefined && { namespace: where }),
    ...(random.chance(0.2) && { labels: labels(random) }),
    ...(random.chance(0.1) && { annotations: { 'netpol-guard/ignore.allow-all-ingress': 'because' } }),
  };
}

function labels(random: Random): Fields {
  const keys = ['app', 'tier', 'kubernetes.io/metadata.name', 'k8s-app', 'bad key'];
  const values: Json[] = ['web', 'db', 'kube-system', 'kube-dns', '', 80, true];
  return Object.fromEntries(
    Array.from({ length: random.below(3) }, () => [random.pick(keys), odd(random, random.pick(values))]),
  );
}

/** `value`, or rarely something that does not belong there. */
function odd(random: Random, value: Json): Json {
  return random.chance(0.03) ? randomValue(random, 2) : value;
}

function selector(random: Random): Json {
  if (random.chance(0.3)) return random.pick<Json>([{}, null]);
  if (random.chance(0.7)) return { matchLabels: labels(random) };
  const operator = random.pick(['In', 'NotIn', 'Exists', 'DoesNotExist', 'in']);
  const values = Array.from({ length: random.below(3) }, () => random.pick(['a', 'b']));
  return { matchExpressions: [{ key: random.pick(['app', 'tier']), operator, values }] };
}

function peer(random: Random): Json {
  if (random.chance(0.4)) {
    const cidrs = [
      '0.0.0.0/0',
      '::/0',
      '0.0.0.0/1',
      '128.0.0.0/1',
      '10.0.0.0/8',
      '10.0.0.5/24',
      '169.254.169.254/32',
      'any',
    ];
    const except = Array.from({ length: random.below(3) }, () => random.pick(cidrs));
    return { ipBlock: { cidr: random.pick(cidrs), ...(random.chance(0.4) && { except }) } };
  }
  return {
    ...(random.chance(0.6) && { podSelector: selector(random) }),
    ...(random.chance(0.6) && { namespaceSelector: selector(random) }),
  };
}

function port(random: Random): Json {
  return {
    ...(random.chance(0.7) && { protocol: random.pick(['TCP', 'UDP', 'SCTP', 'tcp', 'ICMP']) }),
    ...(random.chance(0.8) && { port: random.pick<Json>([53, 80, 443, 0, 65535, 'dns', '80', 1.5]) }),
    ...(random.chance(0.2) && { endPort: random.pick<Json>([53, 1000, 70000, '9']) }),
  };
}

function some(random: Random, make: (random: Random) => Json): Json {
  return odd(
    random,
    Array.from({ length: random.below(4) }, () => odd(random, make(random))),
  );
}

function rule(random: Random, peers: string): Json {
  return {
    ...(random.chance(0.7) && { [random.chance(0.9) ? peers : 'from']: some(random, peer) }),
    ...(random.chance(0.6) && { ports: some(random, port) }),
  };
}

function policy(random: Random): Json {
  const spec = {
    ...(random.chance(0.9) && { podSelector: selector(random) }),
    ...(random.chance(0.7) && {
      policyTypes: odd(random, random.pick<Json>([['Ingress'], ['Egress'], ['Ingress', 'Egress'], []])),
    }),
    ...(random.chance(0.6) && { ingress: some(random, (r) => rule(r, 'from')) }),
    ...(random.chance(0.5) && { egress: some(random, (r) => rule(r, 'to')) }),
    ...(random.chance(0.05) && { ingres: [{}] }),
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: odd(random, metadata(random)),
    spec: odd(random, spec),
  };
}

function namespace(random: Random): Json {
  const name = random.pick(['shop', 'acme-vendor', 'kube-system']);
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: labels(random) } };
}

function workload(random: Random): Json {
  const template = {
    metadata: { labels: labels(random) },
    spec: { hostNetwork: random.chance(0.1), containers: [] },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(random),
    spec: odd(random, { template: odd(random, template) }),
  };
}

function list(random: Random): Json {
  const items = Array.from({ length: random.below(4) }, () =>
    random.chance(0.7) ? policy(random) : workload(random),
  );
  return { apiVersion: 'v1', kind: 'List', items };
}
