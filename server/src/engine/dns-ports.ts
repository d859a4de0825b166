/**
 * Owns which ports are the ports of DNS. Which pods and addresses answer there is not its business.
 */
import { DNS_POD_PORTS } from './dns-servers.ts';
import type { PolicyRule } from './policy-rule.ts';
import { isPortSubset, namedPort, type PortSet, portRange, unionPorts } from './ports.ts';

/**
 * The ports that DNS pods listen on, and the names that CoreDNS gives its container ports in kubeadm, k3s and OpenShift; each
 * over UDP and TCP, since long answers come over TCP.
 */
const DNS_PORTS: PortSet = (['UDP', 'TCP'] as const)
  .flatMap((protocol) => [
    ...DNS_POD_PORTS.map((port) => portRange(protocol, port)),
    namedPort(protocol, 'dns'),
    namedPort(protocol, 'dns-tcp'),
  ])
  .reduce(unionPorts);

/** Whether `rule` names ports and all of them are ports of DNS. False when its ports are not known. */
export function isDnsOnly(rule: PolicyRule): boolean {
  return rule.ports.kind === 'some' && isPortSubset(rule.ports.set, DNS_PORTS);
}
