import { type Labels, Metrics } from '../runtime/metrics-text';
import { type ChainExporterConfig, delegateMetrics, chainExporterMetrics as names } from './chain-exporter.contract';
import type { ChainView } from './chain-facts';
import type { DelegateNumbers } from './delegate-numbers';
import type { Judge } from './judge';
import type { NodeWatch } from './node-watch';
import type { NonceWatch } from './nonce-watch';
import { labelsOf, RightsCount } from './rights-count';
import type { Source, Sources } from './sources';

/** What there is to see of an exporter. */
export interface ExporterView {
  readonly config: ChainExporterConfig;
  readonly sources: Sources;
  readonly askedSource: Source | undefined;
  readonly chain: ChainView | undefined;
  readonly judge: Judge;
  readonly numbers: DelegateNumbers;
  readonly nonces: NonceWatch;
  readonly nodes: readonly NodeWatch[];
}

type Rows = readonly (readonly [Labels, number])[];

/** A series if there is a number. */
const row = (value: number | undefined, labels: Labels = {}): Rows => (value === undefined ? [] : [[labels, value]]);

/** What an exporter tells. */
export class ExporterMetrics {
  readonly rights: RightsCount;
  readonly skipped: (labels?: Labels, by?: number) => void;
  /** Label `source`. */
  readonly failed: (labels: Labels) => void;
  private readonly metrics = new Metrics();

  constructor(
    config: ChainExporterConfig,
    private readonly view: () => ExporterView,
  ) {
    this.rights = new RightsCount(this.metrics, config.delegates);
    this.skipped = this.metrics.counter(names.skippedLevels, 'Levels whose rights are counted by nobody.');
    this.skipped({}, 0);
    const failed = this.metrics.counter(names.sourceFailures, 'Questions that it has not answered.');
    for (const { name } of config.sources) failed({ source: name }, 0);
    this.failed = failed;
    this.tellChain();
    this.tellVoting();
    this.tellDelegates(config);
    this.tellSources();
    this.tellNodes();
  }

  get text(): string {
    return this.metrics.text;
  }

  private gauge(name: string, help: string, rows: (view: ExporterView) => Rows): void {
    this.metrics.gauge(name, help, () => rows(this.view()));
  }

  private tellChain(): void {
    const tell = (name: string, help: string, of: (chain: ChainView) => number | undefined) =>
      this.gauge(name, help, ({ chain }) => row(chain && of(chain)));
    tell(names.headLevel, 'Level of the newest block.', ({ block }) => block.level);
    tell(names.headTime, 'Unix seconds of that block.', ({ block }) => block.timestampMs / 1000);
    tell(names.headRank, 'Its round, or its priority on old chains.', ({ block }) => block.rank);
    tell(names.cycle, 'Its cycle.', ({ block }) => block.cycle);
    tell(names.cyclePosition, 'Its place in the cycle, from 0.', ({ block }) => block.cyclePosition);
    tell(names.blocksPerCycle, 'Length of a cycle.', ({ constants }) => constants.blocksPerCycle);
    tell(names.minimalStake, 'Least power that has rights.', ({ constants }) => constants.minimalStake);
    tell(names.minimalFrozenStake, 'Least own stake that has rights.', ({ constants }) => constants.minimalFrozenStake);
    tell(
      names.nonceWindow,
      'Part that is over of the time in which nonces are revealed.',
      ({ block, constants }) => block.cyclePosition / constants.nonceWindow,
    );
  }

  private tellVoting(): void {
    this.gauge(names.votingPeriod, 'Kind of the voting period.', ({ chain }) =>
      chain ? row(1, { kind: chain.block.voting.kind }) : [],
    );
    this.gauge(names.votingBlocksLeft, 'Blocks until it ends.', ({ chain }) => row(chain?.block.voting.blocksLeft));
    this.gauge(names.protocolBaked, 'Whether the release of this bakery bakes it.', ({ chain, config }) => {
      if (!chain) return [];
      const { block, proposed } = chain;
      const isBaked = (protocol: string) => Number(config.bakedProtocols.includes(protocol));
      return [
        [{ protocol: block.nextProtocol, stage: 'running' }, isBaked(block.nextProtocol)],
        ...(proposed ? row(isBaked(proposed), { protocol: proposed, stage: block.voting.kind }) : []),
      ];
    });
  }

  private tellDelegates({ chain, delegates, wallets }: ChainExporterConfig): void {
    const tell = (name: string, help: string, of: (view: ExporterView, address: string) => number | undefined) =>
      this.gauge(name, help, (view) => delegates.flatMap((each) => row(of(view, each.address), labelsOf(each))));
    for (const name of delegateMetrics(chain.rank)) {
      tell(name, 'As the node says it of the delegate.', ({ numbers }, address) => numbers.all.get(address)?.get(name));
    }
    tell(names.cyclesLeft, 'Whole cycles after this one until it is deactivated.', (view, address) => {
      const last = view.numbers.all.get(address)?.get('octez_delegate_grace_period');
      return last === undefined || !view.chain ? undefined : last - view.chain.block.cycle;
    });
    tell(names.denunciations, 'Denunciations that are not punished yet.', ({ numbers }, address) =>
      numbers.denunciations.get(address),
    );
    tell(names.unrevealedNonces, 'Nonces of the last cycle that it has not revealed.', ({ nonces }, address) =>
      nonces.unrevealedOf(address),
    );
    this.gauge(names.walletBalance, 'What the wallet holds.', ({ numbers }) =>
      wallets.flatMap(({ name, address }) => row(numbers.balances.get(address), { address, name })),
    );
    this.gauge(names.readTime, 'When the numbers of delegates were read.', ({ numbers }) =>
      row(numbers.readAtMs === undefined ? undefined : numbers.readAtMs / 1000),
    );
  }

  private tellSources(): void {
    const tell = (name: string, help: string, of: (source: Source, view: ExporterView) => number | undefined) =>
      this.gauge(name, help, (view) =>
        view.sources.all.flatMap((source) => row(of(source, view), { source: source.node.name })),
      );
    tell(names.sourceUp, 'Whether it has told its head.', ({ problem }) => Number(problem === ''));
    tell(names.sourceLevel, 'The head that it has told last.', ({ head }) => head?.level);
    tell(names.sourceAsked, 'Whether it was asked last.', (source, { askedSource }) => Number(source === askedSource));
    this.gauge(names.judgedLevel, 'Rights are counted up to this level.', ({ judge }) => row(judge.judgedLevel));
    this.gauge(names.firstLevel, 'Rights are counted from this level on.', ({ judge }) => row(judge.firstLevel));
  }

  private tellNodes(): void {
    const tell = (name: string, help: string, of: (node: NodeWatch) => number | undefined) =>
      this.gauge(name, help, ({ nodes }) => nodes.flatMap((each) => row(of(each), { node: each.node.name })));
    tell(names.nodeUp, 'Whether it answers.', ({ state }) => Number(state !== undefined));
    tell(names.nodeHeadLevel, 'Level of its head.', ({ state }) => state?.head.level);
    tell(names.nodeHeadTime, 'Unix seconds of its head.', ({ state }) => state && state.head.timestampMs / 1000);
    tell(names.nodeSynced, 'Whether it is synced.', ({ state }) => state && Number(state.isSynced));
    tell(names.nodePeers, 'Peers that it is connected to.', ({ state }) => state?.peers);
  }
}
