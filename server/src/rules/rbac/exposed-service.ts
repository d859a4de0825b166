/** Rule exposed-service: a contractor's Service is reached from outside the cluster. */
import type { Resource } from '../../core/resource.ts';
import type { Edit, Finding, Fix, NamespaceContext, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { removePair, replaceValue } from '../../core/yaml/edit.ts';
import { asMap, asSeq, asString, get, pairOf, type YamlMap } from '../../core/yaml/nodes.ts';
import { visibleSpan } from '../../engine/policy.ts';
import { backendsOf } from '../../engine/routes.ts';
import { EXPOSED_SERVICE_EXAMPLES } from './exposed-service-examples.ts';

export const exposedService: Rule = {
  on: 'namespace',
  meta: {
    id: 'exposed-service',
    family: 'rbac',
    severity: 'warning',
    sees: 'workspace',
    title: "A contractor's Service is reached from outside the cluster.",
    why: `A Service of type \`NodePort\` or \`LoadBalancer\` is reached through every node. On the way the source's address is often replaced by a node's, so that a policy which lets nodes in lets everybody in. With \`externalIPs\` a Service takes over connections to any address, those of others included (CVE-2020-8554). An Ingress or a route brings connections in through a proxy that policies of the namespace usually trust.

Keep a contractor's Services at \`ClusterIP\`, and let the company's own gateway lead to those that are meant for outside. Where a way in is meant, say so with a reason that others can read: ignore the finding, if the root config allows that.`,
    refs: [
      {
        title: 'Kubernetes: Service type',
        url: 'https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types',
      },
      {
        title: 'CVE-2020-8554: man in the middle by externalIPs',
        url: 'https://github.com/kubernetes/kubernetes/issues/97076',
      },
      { title: 'NIST SP 800-53 SC-7: boundary protection' },
    ],
    examples: EXPOSED_SERVICE_EXAMPLES,
  },
  check: function* (scope, context): Iterable<Finding> {
    if (isContractors(scope.name, scope, context))
      for (const service of scope.services) if (!service.partial) yield* serviceFindings(service);
    for (const route of scope.routes) if (!route.partial) yield* routeFindings(route, scope, context);
  },
};

function isContractors(name: string | null, scope: NamespaceScope, context: NamespaceContext): boolean {
  const { contractors, namespaces } = context;
  if (name === scope.name) return contractors.ofNamespace(name, scope.namespace) !== null;
  return name !== null && contractors.ofNamespace(name, namespaces.named(name)?.namespace ?? null) !== null;
}

const REACHED: Readonly<Record<string, string>> = {
  NodePort: 'on a port of every node',
  LoadBalancer: 'through a load balancer, and mostly on a port of every node as well',
};

function* serviceFindings(service: Resource): Iterable<Finding> {
  const { document, root, name } = service;
  const spec = asMap(get(root, 'spec'));
  const type = pairOf(spec, 'type');
  const reached = REACHED[asString(type?.value) ?? ''];
  if (spec && type && reached)
    yield {
      at: { document, span: type.value.span },
      resource: service,
      message: `The contractor's Service ${name ?? '(no name)'} is reached from outside the cluster, ${reached}. Make it a ClusterIP, and let the company's own gateway lead to what is meant for outside.`,
      fixes: toFixes(
        'Make it a ClusterIP',
        hasPortsOfItsType(spec) ? null : replaceValue(document, type.value, 'ClusterIP'),
      ),
    };
  const addresses = pairOf(spec, 'externalIPs');
  if (spec && addresses && (asSeq(addresses.value)?.items.length ?? 0) > 0)
    yield {
      at: { document, span: { start: addresses.key.span.start, end: addresses.value.span.end } },
      resource: service,
      severity: 'error',
      message: `The contractor's Service ${name ?? '(no name)'} takes over every connection that pods and nodes make to these addresses, whoever's they are. Take \`externalIPs\` away.`,
      fixes: toFixes(
        'Take externalIPs away',
        spec.pairs.includes(addresses) ? removePair(document, spec, addresses) : null,
      ),
    };
}

function toFixes(title: string, edit: Edit | null): Fix[] {
  return edit ? [{ title, safe: false, edits: [edit] }] : [];
}

/** Whether a ClusterIP would be rejected with what else is said here. */
function hasPortsOfItsType(spec: YamlMap): boolean {
  const ofType = /^(?:loadBalancer|externalTrafficPolicy$|healthCheckNodePort$|allocateLoadBalancer)/;
  const ports = asSeq(get(spec, 'ports'))?.items ?? [];
  return (
    spec.effective.some(({ name }) => ofType.test(name)) ||
    ports.some((port) => get(port, 'nodePort') !== undefined)
  );
}

/** One finding for each route: it is the route that is one too many, whatever the number of its paths. */
function* routeFindings(
  route: Resource,
  scope: NamespaceScope,
  context: NamespaceContext,
): Iterable<Finding> {
  const { document, kind, name } = route;
  const backends = backendsOf(route).filter((b) => isContractors(b.namespace ?? scope.name, scope, context));
  const [first] = backends;
  if (!first) return;
  yield {
    at: { document, span: visibleSpan(first.node, route.root.span) },
    resource: route,
    message: `${kind} ${name ?? '(no name)'} leads from outside the cluster to the contractor's Service ${first.name}, through a proxy that policies usually trust. Let the company's own gateway lead there, where it is meant.`,
    related: backends.slice(1).map(({ node, name: other }) => ({
      at: { document, span: node.span },
      message: `It leads to Service ${other}, too.`,
    })),
  };
}
