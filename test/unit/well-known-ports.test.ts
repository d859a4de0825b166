// Which ports and addresses count as those of administration, of databases and of metadata: the whole of both tables.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { addresses } from '../../server/src/engine/cidr.ts';
import { metadataServicesIn } from '../../server/src/engine/metadata-services.ts';
import { type PortSet, portRange } from '../../server/src/engine/ports.ts';
import { sensitivePortsIn } from '../../server/src/engine/sensitive-ports.ts';

const tcp = (port: number) => portRange('TCP', port);
const named = (name: string, protocol: string): PortSet => ({
  numbers: { TCP: [], UDP: [], SCTP: [] },
  names: new Set([`${protocol}/${name}`]),
});

suite('services that administrate or keep data', () => {
  const numbers = new Map([
    ['SSH', '22'],
    ['Telnet', '23'],
    ['Windows file sharing', '135 139 445'],
    ['Microsoft SQL Server', '1433'],
    ['Oracle Database', '1521'],
    ['NFS', '2049'],
    ['ZooKeeper', '2181'],
    ['the Docker API', '2375 2376'],
    ['etcd', '2379 2380'],
    ['MySQL', '3306'],
    ['Remote Desktop', '3389'],
    ['PostgreSQL', '5432'],
    ['VNC', '5900'],
    ['CouchDB', '5984'],
    ['Windows Remote Management', '5985 5986'],
    ['Redis', '6379'],
    ['Cassandra', '7199 9042'],
    ['Elasticsearch', '9200 9300'],
    ['Memcached', '11211'],
    ['MongoDB', '27017 27018 27019'],
  ]);
  test('are known by their TCP ports, and by no others', () => {
    const found = new Map<string, string>();
    for (let port = 1; port <= 65_535; port++)
      for (const { service } of sensitivePortsIn(tcp(port)))
        found.set(service.name, `${found.get(service.name) ?? ''} ${port}`.trim());
    assert.deepEqual(found, numbers);
  });
  test('are known by UDP ports in one case only', () => {
    const all = sensitivePortsIn(portRange('UDP', 1, 65_535));
    assert.deepEqual(
      all.map(({ service, port }) => [service.name, port]),
      [['Memcached', 11211]],
    );
  });

  const names = {
    SSH: 'ssh',
    Telnet: 'telnet',
    'Windows file sharing': 'smb',
    'Microsoft SQL Server': 'mssql',
    'Oracle Database': 'oracle',
    ZooKeeper: 'zookeeper',
    'the Docker API': 'docker',
    etcd: 'etcd',
    MySQL: 'mysql mariadb',
    'Remote Desktop': 'rdp',
    PostgreSQL: 'postgres postgresql tcp-postgresql pg',
    VNC: 'vnc',
    CouchDB: 'couchdb',
    'Windows Remote Management': 'winrm',
    Redis: 'redis tcp-redis',
    Cassandra: 'cql',
    Elasticsearch: 'elasticsearch es-http',
    Memcached: 'memcached',
    MongoDB: 'mongodb mongo',
  };
  for (const [service, list] of Object.entries(names))
    for (const name of list.split(' '))
      test(`${service} is known by the name ${name}`, () => {
        const found = sensitivePortsIn(named(name, 'TCP')).map((s) => [s.service.name, s.port]);
        assert.deepEqual(found, [[service, name]]);
        assert.equal(sensitivePortsIn(named(name, 'UDP')).length, name === 'memcached' ? 1 : 0);
      });
});

suite('metadata services', () => {
  const cases: readonly (readonly [address: string, ports: string, common: boolean, cloud: RegExp])[] = [
    ['169.254.169.254', '80', true, /AWS, Azure, Google Cloud/],
    ['100.100.100.200', '80', false, /Alibaba/],
    ['168.63.129.16', '80 32526', false, /Azure/],
    ['fd00:ec2::254', '80', false, /AWS/],
    ['fd20:ce::254', '80', false, /Google/],
  ];
  for (const [address, expected, common, cloud] of cases)
    test(`${address} answers on ${expected}`, () => {
      const set = addresses(`${address}/${address.includes(':') ? 128 : 32}`);
      const answers = (port: number) =>
        metadataServicesIn(set, { kind: 'some', set: tcp(port) } as Parameters<typeof metadataServicesIn>[1]);
      const ports = Array.from({ length: 40_000 }, (_, i) => i + 1).filter((p) => answers(p).length > 0);
      assert.equal(ports.join(' '), expected);
      const [service, ...others] = answers(80);
      assert.deepEqual([service?.address, service?.common, others], [address, common, []]);
      assert.match(service?.cloud ?? '', cloud);
    });
});
