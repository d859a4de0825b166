/**
 * Owns where clouds serve a machine's metadata, with it the machine's credentials, and on which ports. Agents that hand a pod
 * its own credentials (EKS Pod Identity at 169.254.170.23, GKE at 169.254.169.252) are not among them: pods need those.
 */
import { type AddressSet, addresses, intersectAddresses, isEmptyAddressSet } from './cidr.ts';
import type { Ports } from './policy-rule.ts';
import { intersectPorts, isEmptyPortSet, type PortSet, portRange, unionPorts } from './ports.ts';

export interface MetadataService {
  /** The one address, as a CIDR. */
  readonly cidr: string;
  readonly address: string;
  /** Whose it is, for messages. */
  readonly cloud: string;
  /** Whether most clusters have it; the others are the business of one cloud alone. */
  readonly common: boolean;
  readonly ports: PortSet;
  readonly set: AddressSet;
}

const HTTP = portRange('TCP', 80);

function service(cidr: string, cloud: string, common: boolean, ports: PortSet = HTTP): MetadataService {
  return { cidr, address: cidr.slice(0, cidr.indexOf('/')), cloud, common, ports, set: addresses(cidr) };
}

/**
 * AWS, also for IPv6: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html; Oracle has the
 * same IPv4 address: https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/gettingmetadata.htm, and so have Google, Azure,
 * DigitalOcean and OpenStack. Azure's WireServer hands out what a VM is provisioned with; at its address, port 53 is DNS:
 * https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16. Alibaba Cloud:
 * https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata.
 */
const METADATA_SERVICES: readonly MetadataService[] = [
  service('169.254.169.254/32', 'AWS, Azure, Google Cloud, Oracle Cloud, OpenStack and others', true),
  service('100.100.100.200/32', 'Alibaba Cloud', false),
  service('168.63.129.16/32', 'Azure', false, unionPorts(HTTP, portRange('TCP', 32526))),
  service('fd00:ec2::254/128', 'AWS', false),
  service('fd20:ce::254/128', 'Google Cloud', false),
];

/** The metadata services among `set` that answer on some of `ports`; none when the ports cannot be read. */
export function metadataServicesIn(set: AddressSet, ports: Ports): readonly MetadataService[] {
  if (ports.kind === 'unknown') return [];
  return METADATA_SERVICES.filter(
    (s) =>
      !isEmptyAddressSet(intersectAddresses(s.set, set)) &&
      !isEmptyPortSet(intersectPorts(s.ports, ports.set)),
  );
}
