/**
 * Owns which port numbers belong to protocols that run over UDP, by the registry of IANA and, for a few, by what their software
 * listens on. Whether a pod speaks such a protocol is not its business.
 */

export interface UdpService {
  readonly name: string;
  /** Whether it runs over TCP, too. */
  readonly overTcp: boolean;
}

const overUdp = (name: string): UdpService => ({ name, overTcp: false });
const overBoth = (name: string): UdpService => ({ name, overTcp: true });

export const UDP_SERVICES: ReadonlyMap<number, UdpService> = new Map([
  [53, overBoth('DNS')],
  [67, overUdp('DHCP')],
  [69, overUdp('TFTP')],
  [123, overUdp('NTP')],
  [161, overUdp('SNMP')],
  [162, overUdp('SNMP traps')],
  [500, overUdp('IKE')],
  [514, overBoth('Syslog')],
  [1194, overBoth('OpenVPN')],
  [1812, overUdp('RADIUS')],
  [1813, overUdp('RADIUS accounting')],
  [3478, overBoth('STUN')],
  [4500, overUdp('IPsec')],
  [4789, overUdp('VXLAN')],
  [5060, overBoth('SIP')],
  [5353, overBoth('DNS')],
  [6081, overUdp('Geneve')],
  [8125, overBoth('StatsD')],
  [51820, overUdp('WireGuard')],
]);
