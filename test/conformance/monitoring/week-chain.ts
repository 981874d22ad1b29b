import {
  chainExporterMetrics as chain,
  delegateMetric,
} from '../../../programs/chain-exporter/chain-exporter.contract';
import { DAY } from './week-happenings';
import { cycleAt, headAt, positionAt, RIGHTS_A_MINUTE } from './week-values';
import type { Labels, Teller, WeekWorld } from './week-world';

const SLOTS_A_RIGHT = 3;
const LAST = 200 / RIGHTS_A_MINUTE;

/** The chain-exporter. */
export function tellChain(world: WeekWorld): void {
  const tell = world.target('chain-exporter', 'chain-exporter');
  tell(chain.headLevel, {}, headAt);
  tell(chain.headTime, {}, (minute) => minute * 60);
  tell(chain.headRank, {}, (minute) => (minute % 333 === 0 ? 1 : 0));
  tell(chain.cycle, {}, cycleAt);
  tell(chain.nonceWindow, {}, (minute) => positionAt(minute) / 400);
  tell(chain.minimalFrozenStake, {}, () => 600_000_000);
  tell(chain.minimalStake, {}, () => 6_000_000_000);
  tell(chain.votingPeriod, { kind: 'proposal' }, () => 1);
  tell(chain.votingBlocksLeft, {}, (minute) => 201_600 - RIGHTS_A_MINUTE * minute);
  tell(
    chain.protocolBaked,
    { protocol: 'PsUshuai9QapM5TGj1JpuVGkdxz5GykdnEvS6Rh8SUVrARvZLCY', stage: 'running' },
    () => 1,
  );
  for (const source of world.bakery.sentries.map(({ instance }) => instance)) {
    tell(chain.sourceUp, { source }, (minute) => Number(!world.isAway(source, minute)));
    tell(chain.sourceLevel, { source }, headAt);
  }
  tell(chain.judgedLevel, {}, (minute) => headAt(minute) - 3);
  tell(chain.skippedLevels, {}, () => 0);
  tell(chain.readTime, {}, (minute) => minute * 60);
  for (const { name, address } of world.bakery.settings.bakers)
    tellBaker(world, tell, { delegate: address, delegate_name: name });
}

function tellBaker(world: WeekWorld, tell: Teller, who: Labels): void {
  const { sum, row } = missesOf(world);
  const missed = (minute: number) => sum[Math.max(0, minute)] ?? 0;
  tell(chain.attestationRights, { ...who, result: 'missed' }, missed);
  tell(chain.attestationRights, { ...who, result: 'seen' }, (minute) => RIGHTS_A_MINUTE * minute - missed(minute));
  tell(chain.blockRights, { ...who, result: 'baked' }, (minute) => Math.floor(minute / 70));
  for (const result of ['proposed', 'orphaned', 'missed']) tell(chain.blockRights, { ...who, result }, () => 0);
  const rights = { attestation: missed, block: () => 0 };
  for (const [right, lost] of Object.entries(rights)) {
    tell(chain.missedInARow, { ...who, right }, (minute) => (right === 'block' ? 0 : row[minute]));
    tell(chain.missedOfLast, { ...who, right }, (minute) => lost(minute) - lost(minute - LAST));
    tell(chain.lastRights, { ...who, right }, () => 200);
  }
  tellDelegate(tell, who, missed);
  for (const kind of ['block', 'vote']) tell(chain.evidence, { ...who, kind }, () => 0);
  tell(chain.denunciations, who, () => 0);
  // Two blocks of the last cycle: revealed one after the other when the cycle begins.
  tell(chain.unrevealedNonces, who, (minute) => Math.max(0, 2 - Math.floor(positionAt(minute) / 30)));
  // Until its first vote in a cycle.
  tell(chain.cyclesLeft, who, (minute) => (positionAt(minute) < 20 ? 1 : 2));
}

function tellDelegate(tell: Teller, who: Labels, missed: (minute: number) => number): void {
  const expected = 10 * DAY * SLOTS_A_RIGHT;
  const minimal = Math.ceil((expected * 2) / 3);
  const inCycle = (minute: number) => {
    const begin = minute - positionAt(minute) / RIGHTS_A_MINUTE;
    return SLOTS_A_RIGHT * (missed(minute) - missed(begin));
  };
  const field = (name: string, number = '') => delegateMetric(name, number);
  tell(field('deactivated'), who, () => 0);
  tell(field('is_forbidden'), who, () => 0);
  tell(field('participation', 'expected_cycle_activity'), who, () => expected);
  tell(field('participation', 'minimal_cycle_activity'), who, () => minimal);
  tell(field('participation', 'remaining_allowed_missed_slots'), who, (minute) =>
    Math.max(0, expected - minimal - inCycle(minute)),
  );
  tell(field('own_staked'), who, () => 900_000_000_000);
  tell(field('baking_power'), who, () => 5_000_000_000_000);
}

/** How many rights are missed up to each minute, and how many in a row just then. */
function missesOf(world: WeekWorld): { readonly sum: readonly number[]; readonly row: readonly number[] } {
  const { minutes, missedOnce } = world.happenings;
  const once = new Set(missedOnce);
  const sum = [0];
  const row = [0];
  for (let minute = 1; minute <= minutes; minute++) {
    const isAsleep = world.isAsleep(minute - 1);
    const lost = isAsleep ? RIGHTS_A_MINUTE : Number(once.has(minute - 1));
    sum.push(sum[minute - 1]! + lost);
    row.push(isAsleep ? row[minute - 1]! + lost : lost);
  }
  return { sum, row };
}
