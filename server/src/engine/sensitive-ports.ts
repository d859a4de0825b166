/**
 * Owns the ports of services that administrate machines or keep data, and that not everybody should reach. The kubelet is
 * none of them: it is no pod, and many a webhook listens on its port.
 * Numbers are those registered with IANA or the default of the software; a name is only what people tend to call the port.
 */
import { includes } from './intervals.ts';
import type { PortSet, Protocol } from './ports.ts';

export interface SensitiveService {
  readonly name: string;
  readonly ports: readonly number[];
  readonly protocols: readonly Protocol[];
  /** Names of container ports that most likely stand for it. */
  readonly aliases: readonly string[];
}

function service(name: string, ports: number[], aliases: string[] = [], udp = false): SensitiveService {
  return { name, ports, protocols: udp ? ['TCP', 'UDP'] : ['TCP'], aliases };
}

const SENSITIVE_SERVICES: readonly SensitiveService[] = [
  service('SSH', [22], ['ssh']),
  service('Telnet', [23], ['telnet']),
  service('Windows file sharing', [135, 139, 445], ['smb']),
  service('Microsoft SQL Server', [1433], ['mssql']),
  service('Oracle Database', [1521], ['oracle']),
  service('NFS', [2049], ['nfs']),
  service('ZooKeeper', [2181], ['zookeeper']),
  service('the Docker API', [2375, 2376], ['docker']),
  service('etcd', [2379, 2380], ['etcd']),
  service('MySQL', [3306], ['mysql', 'mariadb']),
  service('Remote Desktop', [3389], ['rdp']),
  service('PostgreSQL', [5432], ['postgres', 'postgresql', 'tcp-postgresql', 'pg']),
  service('VNC', [5900], ['vnc']),
  service('CouchDB', [5984], ['couchdb']),
  service('Windows Remote Management', [5985, 5986], ['winrm']),
  service('Redis', [6379], ['redis', 'tcp-redis']),
  service('Cassandra', [7199, 9042], ['cql']),
  service('Elasticsearch', [9200, 9300], ['elasticsearch', 'es-http']),
  service('Memcached', [11211], ['memcached'], true),
  service('MongoDB', [27017, 27018, 27019], ['mongodb', 'mongo']),
];

/** A service on one of the ports in question: by the number, or by a name alone, which may stand for any port. */
export interface SensitivePort {
  readonly service: SensitiveService;
  readonly port: number | string;
}

/** The services whose ports are in `set`; by a name only where no number says so. */
export function sensitivePortsIn({ numbers, names }: PortSet): readonly SensitivePort[] {
  return SENSITIVE_SERVICES.flatMap((service): SensitivePort[] => {
    const { ports, protocols, aliases } = service;
    const port = ports.find((number) => protocols.some((p) => includes(numbers[p], number)));
    if (port !== undefined) return [{ service, port }];
    const name = aliases.find((alias) => protocols.some((p) => names.has(`${p}/${alias}`)));
    return name === undefined ? [] : [{ service, port: name }];
  });
}
