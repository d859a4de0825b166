/** Rule contractor-protected-target: a contractor's pods reach what the root config protects. */
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { soundPolicyOf } from '../../engine/policy.ts';
import { removePeer } from '../edit-peer.ts';
import { PROTECTED_EXAMPLES } from './contractor-protected-target-examples.ts';
import { describeSet } from './cover.ts';
import { type Crossing, contractorIn, crossingsOf } from './crossing.ts';
import { type Breach, breachOf } from './protected.ts';

export const contractorProtectedTarget: Rule = {
  on: 'placed-policy',
  meta: {
    id: 'contractor-protected-target',
    family: 'contractor',
    severity: 'error',
    sees: 'workspace',
    title: "A contractor's pods can reach what must be kept from them.",
    why: `The root config's \`protected\` lists what no contractor may ever reach: the control plane's namespace, databases of customers, ranges of the office network. This peer leads there, and the policies at the other end, taken together, let the connection in, or are not in the workspace to say otherwise. A grant makes no difference: what is protected cannot be granted.

Take the peer out, or narrow it to pods that are not protected. Lookups at the cluster's DNS are left out where the entry says \`except: dns\`.`,
    refs: [
      { title: 'NIST SP 800-190, 3.3.4 Mixing of workload sensitivity levels' },
      { title: 'MITRE ATT&CK TA0008, Lateral Movement', url: 'https://attack.mitre.org/tactics/TA0008/' },
    ],
    examples: PROTECTED_EXAMPLES,
  },
  check: function* (resource, scope, context): Iterable<Finding> {
    const contractor = contractorIn(scope, context);
    if (contractor === null || context.config.protected.length === 0) return;
    const policy = soundPolicyOf(resource);
    if (!policy) return;
    for (const crossing of crossingsOf(policy, contractor, context)) {
      const breach = breachOf(crossing, context);
      if (breach) yield finding(crossing, contractor, breach);
    }
  },
};

function finding(crossing: Crossing, contractor: string, { target, path }: Breach): Finding {
  const { policy, rule, peer } = crossing;
  const ports = rule.ports.kind === 'unknown' ? '' : ` on ${describeSet(rule.ports.set)}`;
  return {
    at: { document: policy.resource.document, span: peer.node.span },
    message: `This lets contractor ${contractor} reach ${target}${ports}, which the root config protects from every contractor, whatever has been granted. Take this peer out, or narrow it to what is not protected.`,
    related: path,
    get fixes(): Fix[] {
      const edit = removePeer(policy, rule, peer);
      return edit ? [{ title: 'Take this peer out', safe: false, edits: [edit] }] : [];
    },
  };
}
