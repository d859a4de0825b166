/** Owns the list of every rule, sorted by id. Adding a rule is one file and one line here. */
import type { Rule } from '../core/rule.ts';
import { suppressionNotAllowed } from './audit/suppression-not-allowed.ts';
import { suppressionReasonMissing } from './audit/suppression-reason-missing.ts';
import { suppressionUnknownRule } from './audit/suppression-unknown-rule.ts';
import { suppressionUnused } from './audit/suppression-unused.ts';
import { contractorApprovalMissing } from './contractor/contractor-approval-missing.ts';
import { contractorCrossNamespace } from './contractor/contractor-cross-namespace.ts';
import { contractorDnsScope } from './contractor/contractor-dns-scope.ts';
import { contractorExpiry } from './contractor/contractor-expiry.ts';
import { contractorInSharedNamespace } from './contractor/contractor-in-shared-namespace.ts';
import { contractorLabelSpoofable } from './contractor/contractor-label-spoofable.ts';
import { contractorLabelsMissing } from './contractor/contractor-labels-missing.ts';
import { contractorNotIsolated } from './contractor/contractor-not-isolated.ts';
import { contractorPathOpened } from './contractor/contractor-path-opened.ts';
import { contractorProtectedTarget } from './contractor/contractor-protected-target.ts';
import { contractorUndeclaredDependency } from './contractor/contractor-undeclared-dependency.ts';
import { missingDefaultDenyEgress } from './coverage/missing-default-deny-egress.ts';
import { missingDefaultDenyIngress } from './coverage/missing-default-deny-ingress.ts';
import { uncoveredWorkload } from './coverage/uncovered-workload.ts';
import { dnsAnyDestination } from './dns/dns-any-destination.ts';
import { dnsPlatformMismatch } from './dns/dns-platform-mismatch.ts';
import { egressWithoutDns } from './dns/egress-without-dns.ts';
import { allNamespacesPeer } from './exposure/all-namespaces-peer.ts';
import { allowAllEgress } from './exposure/allow-all-egress.ts';
import { allowAllIngress } from './exposure/allow-all-ingress.ts';
import { broadPortRange } from './exposure/broad-port-range.ts';
import { emptyFromAllowsAll } from './exposure/empty-from-allows-all.ts';
import { metadataReachable } from './exposure/metadata-reachable.ts';
import { namespaceLabelSpoofable } from './exposure/namespace-label-spoofable.ts';
import { sensitivePort } from './exposure/sensitive-port.ts';
import { wildcardPodSelector } from './exposure/wildcard-pod-selector.ts';
import { worldCidr } from './exposure/world-cidr.ts';
import { cidrIpv6Style } from './pitfall/cidr-ipv6-style.ts';
import { defaultDenyNotDeny } from './pitfall/default-deny-not-deny.ts';
import { dualStackGap } from './pitfall/dual-stack-gap.ts';
import { duplicatePolicy } from './pitfall/duplicate-policy.ts';
import { exceptUndone } from './pitfall/except-undone.ts';
import { hostnetworkSelected } from './pitfall/hostnetwork-selected.ts';
import { inertRules } from './pitfall/inert-rules.ts';
import { ipblockPodCidr } from './pitfall/ipblock-pod-cidr.ts';
import { isolatesUnrules } from './pitfall/isolates-unrules.ts';
import { missingNamespace } from './pitfall/missing-namespace.ts';
import { namedPortUnresolved } from './pitfall/named-port-unresolved.ts';
import { negativeSelector } from './pitfall/negative-selector.ts';
import { nullSelectorWidens } from './pitfall/null-selector-widens.ts';
import { peerAndOr } from './pitfall/peer-and-or.ts';
import { policyTypesMissing } from './pitfall/policy-types-missing.ts';
import { protocolDefaulted } from './pitfall/protocol-defaulted.ts';
import { redundantRule } from './pitfall/redundant-rule.ts';
import { selectorMatchesNothing } from './pitfall/selector-matches-nothing.ts';
import { servicePortVsTarget } from './pitfall/service-port-vs-target.ts';
import { exposedService } from './rbac/exposed-service.ts';
import { hostnetworkWorkload } from './rbac/hostnetwork-workload.ts';
import { rbacBoundaryWrite } from './rbac/rbac-boundary-write.ts';
import { rbacBroadRole } from './rbac/rbac-broad-role.ts';
import { rbacEscalation } from './rbac/rbac-escalation.ts';
import { rbacLeave } from './rbac/rbac-leave.ts';
import { rbacStepRound } from './rbac/rbac-step-round.ts';
import { rbacUnisolated } from './rbac/rbac-unisolated.ts';
import { apiVersion } from './validity/api-version.ts';
import { cidrInvalid } from './validity/cidr-invalid.ts';
import { cidrNoncanonicalStrict } from './validity/cidr-noncanonical-strict.ts';
import { duplicateKey } from './validity/duplicate-key.ts';
import { endPort } from './validity/end-port.ts';
import { exceptOutside } from './validity/except-outside.ts';
import { invalidLabel } from './validity/invalid-label.ts';
import { invalidName } from './validity/invalid-name.ts';
import { peerEmpty } from './validity/peer-empty.ts';
import { peerIpblockMixed } from './validity/peer-ipblock-mixed.ts';
import { policyTypes } from './validity/policy-types.ts';
import { portProtocol } from './validity/port-protocol.ts';
import { portValue } from './validity/port-value.ts';
import { selectorOperator } from './validity/selector-operator.ts';
import { selectorValues } from './validity/selector-values.ts';
import { unknownField } from './validity/unknown-field.ts';
import { wrongType } from './validity/wrong-type.ts';
import { yamlSyntax } from './validity/yaml-syntax.ts';

export const RULES: readonly Rule[] = [
  allNamespacesPeer,
  allowAllEgress,
  allowAllIngress,
  apiVersion,
  broadPortRange,
  cidrInvalid,
  cidrIpv6Style,
  cidrNoncanonicalStrict,
  contractorApprovalMissing,
  contractorCrossNamespace,
  contractorDnsScope,
  contractorExpiry,
  contractorInSharedNamespace,
  contractorLabelSpoofable,
  contractorLabelsMissing,
  contractorNotIsolated,
  contractorPathOpened,
  contractorProtectedTarget,
  contractorUndeclaredDependency,
  defaultDenyNotDeny,
  dnsAnyDestination,
  dnsPlatformMismatch,
  dualStackGap,
  duplicateKey,
  duplicatePolicy,
  egressWithoutDns,
  emptyFromAllowsAll,
  endPort,
  exceptOutside,
  exceptUndone,
  exposedService,
  hostnetworkSelected,
  hostnetworkWorkload,
  inertRules,
  invalidLabel,
  invalidName,
  ipblockPodCidr,
  isolatesUnrules,
  metadataReachable,
  missingDefaultDenyEgress,
  missingDefaultDenyIngress,
  missingNamespace,
  namedPortUnresolved,
  namespaceLabelSpoofable,
  negativeSelector,
  nullSelectorWidens,
  peerAndOr,
  peerEmpty,
  peerIpblockMixed,
  policyTypes,
  policyTypesMissing,
  portProtocol,
  portValue,
  protocolDefaulted,
  rbacBoundaryWrite,
  rbacBroadRole,
  rbacEscalation,
  rbacLeave,
  rbacStepRound,
  rbacUnisolated,
  redundantRule,
  selectorMatchesNothing,
  selectorOperator,
  selectorValues,
  sensitivePort,
  servicePortVsTarget,
  suppressionNotAllowed,
  suppressionReasonMissing,
  suppressionUnknownRule,
  suppressionUnused,
  uncoveredWorkload,
  unknownField,
  wildcardPodSelector,
  worldCidr,
  wrongType,
  yamlSyntax,
];

/** The ids of all rules. */
export const RULE_IDS: ReadonlySet<string> = new Set(RULES.map((rule) => rule.meta.id));
