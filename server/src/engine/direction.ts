/**
 * Owns the two directions of a NetworkPolicy and what the API calls their fields.
 */

export type Direction = 'Ingress' | 'Egress';

export const DIRECTIONS: readonly Direction[] = ['Ingress', 'Egress'];

/** The field of the spec that holds the rules of a direction. */
export const RULES_FIELD = { Ingress: 'ingress', Egress: 'egress' } as const;

/** The field of a rule that holds its peers. */
export const PEERS_FIELD = { Ingress: 'from', Egress: 'to' } as const;
