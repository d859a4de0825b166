/** Owns making resources and policies from plain objects, for tests of what lies above the YAML. */
import assert from 'node:assert/strict';
import { YamlDocument } from '../../server/src/core/document.ts';
import { type Resource, resourcesOf } from '../../server/src/core/resource.ts';
import { type Policy, policyOf } from '../../server/src/engine/policy.ts';

/** The resource that `object` is, as if it stood in a JSON file. */
export function resourceFrom(object: object): Resource {
  const [resource] = resourcesOf(new YamlDocument('file:///object.json', JSON.stringify(object)));
  assert.ok(resource);
  return resource;
}

/** A NetworkPolicy with this spec. */
export function policyFrom(spec: object, metadata: object = { name: 'web', namespace: 'shop' }): Policy {
  const policy = policyOf(
    resourceFrom({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec }),
  );
  assert.ok(policy);
  return policy;
}

/** A Deployment whose pods have these labels and this spec. */
export function deploymentFrom(labels: unknown, podSpec: object = {}, namespace = 'shop'): Resource {
  return resourceFrom({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: { template: { metadata: { labels }, spec: podSpec } },
  });
}
