// Port sets against sets of single ports, and what named ports mean.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  ALL_PORTS,
  intersectPorts,
  isEmptyPortSet,
  isEveryPort,
  isPortSubset,
  NO_PORTS,
  namedPort,
  type PortSet,
  PROTOCOLS,
  portRange,
  unionPorts,
} from '../../server/src/engine/ports.ts';
import { runs } from '../support/runs.ts';

/** Where ranges begin and end here. */
const ENDS = [1, 2, 3, 4, 65533, 65534, 65535];
/** With 100 for all the numbers between, which a range has all of or none. */
const NUMBERS = [...ENDS, 100];
const item = fc.oneof(
  fc
    .tuple(fc.constantFrom(...PROTOCOLS), fc.constantFrom(...ENDS), fc.constantFrom(...ENDS))
    .map(([protocol, a, b]) => portRange(protocol, Math.min(a, b), Math.max(a, b))),
  fc
    .tuple(fc.constantFrom(...PROTOCOLS), fc.constantFrom('http', 'dns'))
    .map(([protocol, name]) => namedPort(protocol, name)),
  fc.constantFrom(NO_PORTS, ALL_PORTS),
);
const sets = fc.array(item, { maxLength: 4 }).map((items) => items.reduce(unionPorts, NO_PORTS));

/** The ports of the small universe that a set holds, as `TCP/80`, and its names. */
function members({ numbers, names }: PortSet): Set<string> {
  const held = PROTOCOLS.flatMap((protocol) =>
    NUMBERS.filter((n) => numbers[protocol].some(([from, to]) => from <= n && n < to)).map(
      (n) => `${protocol}/${n}`,
    ),
  );
  return new Set([...held, ...names]);
}

suite('against sets of ports', () => {
  test('union', () => {
    fc.assert(
      fc.property(sets, sets, (a, b) =>
        assert.deepEqual(
          new Set([...members(unionPorts(a, b))].sort()),
          new Set([...members(a), ...members(b)].sort()),
        ),
      ),
    );
  });
  test('intersect', () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        const other = members(b);
        assert.deepEqual(members(intersectPorts(a, b)), new Set([...members(a)].filter((p) => other.has(p))));
      }),
    );
  });
  test('subset: numbers by number, names by name or by a whole protocol', () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        const other = members(b);
        const isWhole = (protocol: string) => NUMBERS.every((n) => other.has(`${protocol}/${n}`));
        const isHeld = (port: string) => other.has(port) || (a.names.has(port) && isWhole(protocolOf(port)));
        assert.equal(isPortSubset(a, b), [...members(a)].every(isHeld));
      }),
      { numRuns: runs(1000) },
    );
  });
});

function protocolOf(port: string): string {
  return port.slice(0, port.indexOf('/'));
}

suite('examples', () => {
  test('every port of one protocol is not every port', () => {
    const tcp = portRange('TCP', 1, 65535);
    assert.ok(!isEveryPort(tcp));
    assert.ok(isEveryPort(PROTOCOLS.reduce((all, p) => unionPorts(all, portRange(p, 1, 65535)), NO_PORTS)));
  });
  test('two ranges that touch are one', () => {
    const joined = unionPorts(portRange('TCP', 1, 1023), portRange('TCP', 1024, 65535));
    assert.deepEqual(joined.numbers.TCP, ALL_PORTS.numbers.TCP);
  });
  test('a name is surely in a whole protocol, and not in another nor in a part', () => {
    const http = namedPort('TCP', 'http');
    assert.ok(isPortSubset(http, portRange('TCP', 1, 65535)));
    assert.ok(isPortSubset(http, http));
    assert.ok(!isPortSubset(http, portRange('UDP', 1, 65535)));
    assert.ok(!isPortSubset(http, portRange('TCP', 1, 65534)));
    assert.ok(!isPortSubset(portRange('TCP', 80), http));
  });
  test('a set of names is not empty', () => {
    assert.ok(isEmptyPortSet(NO_PORTS));
    assert.ok(!isEmptyPortSet(namedPort('UDP', 'dns')));
    assert.ok(!isEmptyPortSet(portRange('SCTP', 7)));
  });
});
