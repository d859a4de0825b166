/**
 * Owns which Services an Ingress or another route leads to from outside. Who may use the route is not its business.
 */
import type { Resource } from '../core/resource.ts';
import { asSeq, asString, get, type YamlNode } from '../core/yaml/nodes.ts';
import { isTemplate } from '../core/yaml/template.ts';

/** A Service that a route names. */
export interface Backend {
  readonly node: YamlNode;
  readonly name: string;
  /** Null for that of the route. */
  readonly namespace: string | null;
}

/** The Services that a resource of role `route` names, as far as they can be read. */
export function backendsOf(route: Resource): Backend[] {
  const spec = get(route.root, 'spec');
  const found: Backend[] = [];
  const add = (node: YamlNode | undefined, namespace: YamlNode | undefined): void => {
    const name = asString(node);
    const inNamespace = asString(namespace);
    if (node && name !== null && !isTemplate(name) && !isTemplate(inNamespace ?? ''))
      found.push({ node, name, namespace: inNamespace });
  };
  const addBackend = (backend: YamlNode | undefined): void =>
    add(get(get(backend, 'service'), 'name') ?? get(backend, 'serviceName'), undefined);
  const addRef = (ref: YamlNode | undefined): void => {
    if (ref && (asString(get(ref, 'kind')) ?? 'Service') === 'Service')
      add(get(ref, 'name'), get(ref, 'namespace'));
  };
  addBackend(get(spec, 'defaultBackend') ?? get(spec, 'backend'));
  for (const rule of itemsOf(spec, 'rules')) {
    for (const path of itemsOf(get(rule, 'http'), 'paths')) addBackend(get(path, 'backend'));
    for (const ref of itemsOf(rule, 'backendRefs')) addRef(ref);
  }
  // OpenShift's Route names one Service, and others beside it.
  addRef(get(spec, 'to'));
  for (const ref of itemsOf(spec, 'alternateBackends')) addRef(ref);
  return found;
}

function itemsOf(node: YamlNode | undefined, name: string): readonly YamlNode[] {
  return asSeq(get(node, name))?.items ?? [];
}
