import type { BlockRank } from '../../programs/chain-exporter/chain-exporter.contract';
import type { VoteTags } from '../../programs/guard/guard.contract';

/**
 * Facts of the protocols that a chain can run, from the first one of the Octez releases we know.
 *
 * Sources: hashes from the TEZOS_PROTOCOL file of each protocol, constants from lib_parameters/default_parameters.ml
 * (`constants_mainnet`) of octez-v25.1, 006 to 010 of the tags v8 to v10. Testnets differ: see `chainConstants` of
 * networks.ts.
 */
export interface Protocol {
  /** As in the names of old binaries, e.g. '006'. Sorts by age. */
  readonly number: string;
  /** What a bakery file calls it, e.g. 'ushuaia'. */
  readonly name: string;
  /** The first eight characters of the hash, as in the names of binaries. */
  readonly hashPrefix: string;
  readonly hash: string;
  /** 'emmy': bakers and endorsers are separate programs. 'tenderbake': the baker attests. */
  readonly consensus: 'emmy' | 'tenderbake';
  /** By what those are ranked who may bake one level. */
  readonly blockRank: BlockRank;
  /** Seconds between blocks of round (or priority) 0. */
  readonly blockSeconds: number;
  /** Seconds by which a round lasts longer than the one before it (`delay_increment_per_round`); 0: there are no rounds. */
  readonly roundGrowthSeconds: number;
  readonly blocksPerCycle: number;
  /** Cycles between a change of stake and the rights it gives (`preserved_cycles` up to Oxford). */
  readonly consensusRightsDelayCycles: number;
  /** Bakers can attest the data availability layer. */
  readonly hasDal: boolean;
  /** Addresses tz4 may bake. */
  readonly allowsTz4Delegates: boolean;
  /** How the baker is told its liquidity baking vote: not at all, by a flag that means "off", or by on, off or pass. */
  readonly liquidityBakingVote: 'none' | 'escape-flag' | 'toggle';
  /** `version=` in its baker's signing requests; a signer that does not know it refuses to sign. */
  readonly signingRequestVersion: number;
  /** What pays delegators there. Backerei reads the chains of its time alone: cycles and rewards changed with Granada, and its decoder wants fields that went with it (docs/protocols/010_granada.rst; RPC.hs and Delegation.hs of Backerei). */
  readonly payoutEngine: 'tezpay' | 'backerei' | 'none';
  /** After how many blocks on top of it a block is final for sure; absent: never, and the bakery file says what counts as final. */
  readonly finalBlocks?: number;
  /** Burnt for each byte that an operation stores for good (`cost_per_byte`). Mutez. */
  readonly costPerByteMutez: number;
  /** First bytes of what bakers sign, for octez-signer `-M`: anything else is refused. */
  readonly magicBytes: readonly string[];
  /** By what is voted: the tags of the operations, with a slot (tz1 to tz3), with a word on DAL beside it, and as tz4 signs them. */
  readonly voteTags: VoteTags;
}

const emmy = {
  consensus: 'emmy',
  blockRank: 'priority',
  payoutEngine: 'backerei',
  costPerByteMutez: 250, // since Delphi (docs/protocols/007_delphi.rst)
  roundGrowthSeconds: 0,
  hasDal: false,
  allowsTz4Delegates: false,
  liquidityBakingVote: 'none',
  signingRequestVersion: 0,
  magicBytes: ['0x01', '0x02'], // block, endorsement (docs/user/key-management.rst)
  voteTags: {
    preattestation: { slot: [], slotless: [] },
    attestation: { slot: [], slotWithDal: [], slotless: [] },
    endorsement: [0], // operation_repr.ml
  },
} as const;

const tenderbake = {
  consensus: 'tenderbake',
  blockRank: 'round',
  payoutEngine: 'tezpay',
  finalBlocks: 2, // docs/alpha/consensus.rst
  costPerByteMutez: 250,
  roundGrowthSeconds: 15,
  hasDal: false,
  allowsTz4Delegates: false,
  liquidityBakingVote: 'toggle', // mandatory since 013 (CHANGES, 13.0~rc1)
  signingRequestVersion: 0, // 023 and 024 send 2 (Client_keys_v2); no signer in octez.ts is known to refuse it
  magicBytes: ['0x11', '0x12', '0x13'], // block, preattestation, attestation (docs/user/key-management.rst)
  // operation_repr.ml: 23 since 019, 40 and 41 (`bls_mode`) since 023, and no number has meant another thing
  voteTags: {
    preattestation: { slot: [20], slotless: [40] },
    attestation: { slot: [21], slotWithDal: [23], slotless: [41] },
    endorsement: [],
  },
} as const;

/** DAL is on since Paris (`dal_parametric.feature_enable`, proto_019), tz4 bake since Seoul (`allow_tz4_delegate_enable`). */
const dal = { ...tenderbake, hasDal: true } as const;
const tz4 = { ...dal, allowsTz4Delegates: true } as const;
/** The flag's name in tezos-baker-010 to 012 (lib_delegate/baking_commands.ml); renamed for 013 only (CHANGES, 13.0~rc1). */
const escapeFlag = { liquidityBakingVote: 'escape-flag' } as const;

/** Backerei cannot read it, and tezpay came later. */
const withoutEngine = { payoutEngine: 'none' } as const;

/** number, name, hash, block seconds, blocks per cycle, rights delay in cycles, what else differs */
type Row = [string, string, string, number, number, number, Omit<Protocol, keyof Timing | 'hashPrefix'>];
type Timing = Pick<
  Protocol,
  'number' | 'name' | 'hash' | 'blockSeconds' | 'blocksPerCycle' | 'consensusRightsDelayCycles'
>;

const rows: readonly Row[] = [
  [
    '006',
    'carthage',
    'PsCARTHAGazKbHtnKfLzQg3kms52kSRpgnDY982a9oYsSXRLQEb',
    60,
    4096,
    5,
    { ...emmy, costPerByteMutez: 1000 },
  ],
  ['007', 'delphi', 'PsDELPH1Kxsxt8f9eWbxQeRxkjfbxoqM52jvs5Y5fBxWWh4ifpo', 60, 4096, 5, emmy],
  ['008', 'edo', 'PtEdo2ZkT9oKpimTah6x2embF25oss54njMuPzkJTEi5RqfdZFA', 60, 4096, 5, emmy],
  ['009', 'florence', 'PsFLorenaUUuikDWvMDr6fGBRG8kt3e3D3fHoXK1j1BFRxeSH4i', 60, 4096, 5, emmy],
  [
    '010',
    'granada',
    'PtGRANADsDU8R9daYKAgWnQYAJ64omN1o3KMGVCykShA97vQbvV',
    30,
    8192,
    5,
    { ...emmy, ...escapeFlag, ...withoutEngine },
  ],
  [
    '011',
    'hangzhou',
    'PtHangz2aRngywmSRGGvrcTyMbbdpWdpFKuS4uMWxg2RaH9i1qx',
    30,
    8192,
    5,
    { ...emmy, ...escapeFlag, ...withoutEngine },
  ],
  [
    '012',
    'ithaca',
    'Psithaca2MLRFYargivpo7YvUr7wUDqyxrdhC5CQq78mRvimz6A',
    30,
    8192,
    5,
    { ...tenderbake, ...escapeFlag },
  ],
  ['013', 'jakarta', 'PtJakart2xVj7pYXJBXrqHgd82rdkLey5ZeeGwDgPp9rhQUbSqY', 30, 8192, 5, tenderbake],
  ['014', 'kathmandu', 'PtKathmankSpLLDALzWw7CGD2j2MtyveTwboEYokqUCP4a1LxMg', 30, 8192, 5, tenderbake],
  ['015', 'lima', 'PtLimaPtLMwfNinJi9rCfDPWea8dFgTZ1MeJ9f1m2SRic6ayiwW', 30, 8192, 5, tenderbake],
  [
    '016',
    'mumbai',
    'PtMumbai2TmsJHNGRkD8v8YDbtao7BLUC3wjASn1inAKLFCjaH1',
    15,
    16384,
    5,
    { ...tenderbake, roundGrowthSeconds: 8 },
  ],
  [
    '017',
    'nairobi',
    'PtNairobiyssHuh87hEhfVBGCVrK3WnS8Z2FT4ymB5tAa4r1nQf',
    15,
    16384,
    5,
    { ...tenderbake, roundGrowthSeconds: 8 },
  ],
  [
    '018',
    'oxford',
    'ProxfordYmVfjWnRcgjWH36fW6PArwqykTFzotUxRs6gmTcZDuH',
    15,
    16384,
    5,
    { ...tenderbake, roundGrowthSeconds: 8 },
  ],
  [
    '019',
    'paris',
    'PtParisBxoLz5gzMmn3d9WBQNoPSZakgnkMC2VNuQ3KXfUtUQeZ',
    10,
    24576,
    2,
    { ...dal, roundGrowthSeconds: 5 },
  ],
  [
    '020',
    'parisc',
    'PsParisCZo7KAh1Z1smVd9ZMZ1HHn5gkzbM94V3PLCpknFWhUAi',
    10,
    24576,
    2,
    { ...dal, roundGrowthSeconds: 5 },
  ],
  [
    '021',
    'quebec',
    'PsQuebecnLByd3JwTiGadoG4nGWi3HYiLXUjkibeFV8dCFeVMUg',
    8,
    30720,
    2,
    { ...dal, roundGrowthSeconds: 4 },
  ],
  ['022', 'rio', 'PsRiotumaAMotcRoDWW1bysEhQy2n1M5fy8JgRp8jjRfHGmfeA7', 8, 10800, 2, { ...dal, roundGrowthSeconds: 4 }],
  [
    '023',
    'seoul',
    'PtSeouLouXkxhg39oWzjxDWaCydNfR3RxCUrNe4Q9Ro8BTehcbh',
    8,
    10800,
    2,
    { ...tz4, roundGrowthSeconds: 4 },
  ],
  [
    '024',
    'tallinn',
    'PtTALLiNtPec7mE7yY4m3k26J8Qukef3E3ehzhfXgFZKGtDdAXu',
    6,
    14400,
    2,
    { ...tz4, roundGrowthSeconds: 3 },
  ],
  [
    '025',
    'ushuaia',
    'PsUshuai9QapM5TGj1JpuVGkdxz5GykdnEvS6Rh8SUVrARvZLCY',
    6,
    14400,
    2,
    { ...tz4, roundGrowthSeconds: 3, signingRequestVersion: 3 },
  ], // Client_keys_v3
];

/** Oldest first. */
export const protocols: readonly Protocol[] = rows.map(
  ([number, name, hash, blockSeconds, blocksPerCycle, consensusRightsDelayCycles, rest]) => ({
    number,
    name,
    hash,
    hashPrefix: hash.slice(0, 8),
    blockSeconds,
    blocksPerCycle,
    consensusRightsDelayCycles,
    ...rest,
  }),
);

export const protocolNames: readonly string[] = protocols.map(({ name }) => name);

const byName = new Map(protocols.map((protocol) => [protocol.name, protocol]));

/** The protocol that a bakery file calls `name`. */
export function protocolNamed(name: string): Protocol | undefined {
  return byName.get(name);
}
