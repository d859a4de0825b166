/**
 * Owns the benchmark of reachability: everything from facts to the count of allowed pairs, beside the same pair by pair, and the
 * effect of one changed policy. Run by bench.ts in a process of its own; prints JSON.
 */
import { parseArgs } from 'node:util';
import { countPairs } from '../../server/src/engine/reach/counts.ts';
import { differenceOf } from '../../server/src/engine/reach/difference.ts';
import type { Facts, PolicyFacts } from '../../server/src/engine/reach/facts.ts';
import { type Reach, reachOf, withPolicy } from '../../server/src/engine/reach/reach.ts';
import { countPairwise } from './reach-pairwise.ts';
import type { ReachFigures } from './reach-report.ts';
import { benchWorld, type WorldSize } from './reach-world.ts';
import { median } from './statistics.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    sizes: { type: 'string', default: 'tiny,small,large' },
  },
});
const rounds = Number(values.rounds);
const SIZES: Readonly<Record<string, WorldSize>> = {
  tiny: { pods: 1000, classes: 50, policies: 100 },
  small: { pods: 10_000, classes: 500, policies: 1000 },
  large: { pods: 100_000, classes: 5000, policies: 10_000 },
};

/** How long pairs are tried in a round, in milliseconds. */
const PAIRWISE_TIME = 2000;

function took(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function compute(facts: Facts): Reach {
  const reach = reachOf(facts);
  for (const groups of [reach.groups.Ingress, reach.groups.Egress])
    for (const group of groups) {
      void group.pods;
      void group.outside;
    }
  return reach;
}

/** The policy without its last rule that has one, or with the first rule of another. */
function changed(policy: PolicyFacts, other: PolicyFacts): PolicyFacts {
  const { Ingress, Egress } = policy.rules;
  const fresh = Ingress.length > 0 ? Ingress.slice(0, -1) : other.rules.Ingress.slice(0, 1);
  return { ...policy, rules: { Ingress: fresh, Egress } };
}

function measure(size: WorldSize): ReachFigures {
  const facts = benchWorld(size);
  const samples = { full: [] as number[], pairwise: [] as number[], change: [] as number[] };
  let [allowed, heap, measuredShare] = [0, 0, 0];
  let agree: boolean | null = null;
  let distinct = 0;
  for (let round = 0; round < rounds; round++) {
    global.gc?.();
    const before = process.memoryUsage().heapUsed;
    let reach: Reach | null = null;
    samples.full.push(
      took(() => {
        reach = compute(facts);
        allowed = countPairs(reach).allowed;
      }),
    );
    global.gc?.();
    heap = process.memoryUsage().heapUsed - before;
    const done = reach as unknown as Reach;
    distinct = done.classes.list.length;
    let tried = 0;
    const end = performance.now() + PAIRWISE_TIME;
    const all = size.pods * (size.pods - 1);
    const time = took(() => {
      const counted = countPairwise(facts, () => performance.now() < end);
      tried = counted.tried;
      if (tried === all) agree = counted.allowed === allowed;
    });
    measuredShare = tried / all;
    samples.pairwise.push(time / measuredShare);
    samples.change.push(changeTime(done, facts, round));
  }
  return {
    ...size,
    ...{ distinct, allowed, heap, measuredShare, agree },
    full: median(samples.full),
    pairwise: median(samples.pairwise),
    change: median(samples.change),
  };
}

/** The median over some policies of every kind. */
function changeTime(reach: Reach, { policies }: Facts, round: number): number {
  const times = Array.from({ length: 15 }, (_, i) => {
    const at = (round * 31 + i * 613) % policies.length;
    const remove = policies[at] as PolicyFacts;
    const add = changed(remove, policies[(at + 7) % policies.length] as PolicyFacts);
    return took(() => void differenceOf(reach, withPolicy(reach, { remove, add })));
  });
  return median(times);
}

console.log(JSON.stringify(values.sizes.split(',').map((name) => measure(SIZES[name] as WorldSize))));
