/**
 * Owns the words of a NetworkPolicy: its schema, and what is left out of it or added to it where somebody writes one.
 */
import schema from '../../../schemas/networkpolicy.schema.json' with { type: 'json' };
import type { Schema } from '../core/schema/schema-path.ts';
import type { Vocabulary } from './schema-items.ts';

/** Fields of metadata that the server fills in. */
const SERVER_FIELDS = new Set([
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'ownerReferences',
  'finalizers',
  'status',
]);

export const POLICY_WORDS: Vocabulary = {
  schema: schema as Schema,
  values: {
    operator: ['In', 'NotIn', 'Exists', 'DoesNotExist'],
    apiVersion: ['networking.k8s.io/v1'],
  },
  hidden: SERVER_FIELDS,
};
