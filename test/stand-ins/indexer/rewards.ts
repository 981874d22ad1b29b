/** What an indexer says that a baker earned in a cycle, and for whom: the parts of TzKT 1.16 that payout programs read. */
export interface CycleRewards {
  readonly ownDelegatedBalance: number;
  readonly ownStakedBalance: number;
  readonly externalStakedBalance?: number;
  readonly blockRewardsDelegated: number;
  readonly attestationRewardsDelegated: number;
  readonly dalAttestationRewardsDelegated?: number;
  readonly blockFees?: number;
  /** By address, in mutez. */
  readonly delegators: Readonly<Record<string, number>>;
  readonly emptied?: readonly string[];
}

/** By baker, then cycle. */
export type Rewards = Readonly<Record<string, Readonly<Record<string, CycleRewards>>>>;

/** How the indexer misleads who believes it. */
export interface IndexerFault {
  readonly down?: boolean;
  /** It is so many blocks behind. */
  readonly behind?: number;
  /** Only the first so many delegators are told; what they all hold together is told as ever. */
  readonly truncated?: number;
  /** By address of a delegator: whose name stands in its place. */
  readonly others?: Readonly<Record<string, string>>;
  /** Rewards are so many times what they are. */
  readonly times?: number;
  /** It knows of no operation. */
  readonly forgets?: boolean;
}

/** Answer to `/v1/rewards/split/<baker>/<cycle>`: totals, and one page of delegators, the largest first. */
export function splitOf(
  cycle: number,
  rewards: CycleRewards,
  fault: IndexerFault,
  offset: number,
  limit: number,
): object {
  const { times = 1, truncated, others = {} } = fault;
  const sorted = Object.entries(rewards.delegators).sort(([, a], [, b]) => b - a);
  const sum = sorted.reduce((all, [, balance]) => all + balance, 0);
  const told = truncated === undefined ? sorted : sorted.slice(0, truncated);
  const page = told.slice(offset, offset + limit).map(([address, delegatedBalance]) => ({
    ...{ address: others[address] ?? address, delegatedBalance, stakedBalance: 0 },
    ...(rewards.emptied?.includes(address) ? { emptied: true } : {}),
  }));
  const { ownDelegatedBalance, ownStakedBalance, externalStakedBalance = 0 } = rewards;
  return {
    cycle,
    bakingPower: ownStakedBalance + externalStakedBalance + Math.floor((ownDelegatedBalance + sum) / 3),
    ...{ ownDelegatedBalance, externalDelegatedBalance: sum, ownStakedBalance, externalStakedBalance },
    ...{ delegatorsCount: sorted.length, stakersCount: 0 },
    ...kindOf('blockRewards', rewards.blockRewardsDelegated * times),
    missedBlockRewards: 0,
    ...kindOf('attestationRewards', rewards.attestationRewardsDelegated * times),
    missedAttestationRewards: 0,
    ...kindOf('dalAttestationRewards', (rewards.dalAttestationRewardsDelegated ?? 0) * times),
    missedDalAttestationRewards: 0,
    ...{ blockFees: (rewards.blockFees ?? 0) * times, missedBlockFees: 0 },
    delegators: page,
  };
}

const kindOf = (name: string, delegated: number) => ({
  [`${name}Delegated`]: delegated,
  ...{ [`${name}StakedOwn`]: 0, [`${name}StakedEdge`]: 0, [`${name}StakedShared`]: 0 },
});
