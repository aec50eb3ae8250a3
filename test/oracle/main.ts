/** `npm run oracle`: how well the crosswalk agrees with mappings by others, by framework, strength and basis. */
import { loadFrameworks } from '@evidence/frameworks/load';
import { agreement, factsTowards, type JudgedPair, pairsTowards, reachable, share, TARGETS } from './agreement.ts';
import { readSources } from './sources.ts';

const frameworks = loadFrameworks();
const sources = readSources();
const hundredths = (part: number, whole: number) => share(part, whole)?.toFixed(2) ?? '-';

const SELECTIONS: readonly { strength: string; basis: string; takes(pair: JudgedPair): boolean }[] = [
  { strength: 'primary', basis: 'all', takes: ({ strength }) => strength === 'primary' },
  { strength: 'both', basis: 'all', takes: () => true },
  ...(['primary', 'supporting'] as const).flatMap((strength) =>
    (['official', 'published', 'derived'] as const).map((basis) => ({
      strength,
      basis,
      takes: (pair: JudgedPair) => pair.strength === strength && pair.basis === basis,
    })),
  ),
];

console.log(`Crosswalk ${frameworks.crosswalk.version} against ${sources.length} mappings by others.

fact          a pair of a risk and a control that at least one of those mappings states
judged        our pairs whose risk has at least one fact
agreed        judged pairs that are facts; precision is agreed/judged
found         facts that are pairs of ours; recall is found/facts
within reach  facts that do not end at a duty of every system of a class, where no pair of ours may end
`);
for (const target of TARGETS) {
  const facts = factsTowards(target, sources, frameworks);
  const pairs = pairsTowards(target, frameworks);
  const most = reachable(facts, frameworks).length;
  console.log(`${target.name}: ${facts.length} facts, share within reach ${hundredths(most, facts.length)}`);
  console.log('  strength    basis      agreed/judged  precision  found/facts  recall');
  for (const { strength, basis, takes } of SELECTIONS) {
    const { agreed, judged, found, facts: all } = agreement(pairs.filter(takes), facts);
    if (judged === 0) continue;
    console.log(
      `  ${strength.padEnd(11)} ${basis.padEnd(10)} ${`${agreed}/${judged}`.padStart(13)}  ${hundredths(agreed, judged).padStart(9)}` +
        `  ${`${found}/${all}`.padStart(11)}  ${hundredths(found, all).padStart(6)}`,
    );
  }
  console.log();
}
