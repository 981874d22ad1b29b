import { BackereiSource } from './backerei-source';
import type { CheckedNames } from './checked-names';
import { GuardSource } from './guard-source';
import { type Bucket, textOf } from './site-bucket';
import type { History, SiteBuilderConfig } from './site-builder.contract';
import type { CycleSource } from './site-rows';
import { TezpaySource } from './tezpay-source';

export interface SourcesParts {
  readonly config: Pick<SiteBuilderConfig, 'chain' | 'records' | 'history'>;
  readonly baker: SiteBuilderConfig['bakers'][number];
  readonly archive: Bucket | undefined;
  readonly names: CheckedNames;
}

/**
 * Records of one baker, the best known first: payout-guard's, tezpay's, Backerei's, the last two each as the configuration
 * lists them. Backerei's document has estimates of the cycles to come, which another engine may have paid since.
 */
export function sourcesOf({ config, baker, archive, names }: SourcesParts): CycleSource[] {
  const { chain, records, history } = config;
  const guard = records === undefined ? [] : [new GuardSource({ url: records, chainId: chain.id, baker, names })];
  const own = history.filter((each) => each.baker === baker.name);
  const [byTezpay, byBackerei] = [own.filter((each) => 'tezpay' in each), own.filter((each) => 'backerei' in each)];
  return [...guard, ...[...byTezpay, ...byBackerei].map((each) => historySource(each, { baker, archive, names }))];
}

function historySource(
  history: History,
  { baker, archive, names }: Pick<SourcesParts, 'baker' | 'archive' | 'names'>,
): CycleSource {
  if (!archive) throw new Error(`${baker.name} has a history, and there is no archive to read it from`);
  if ('tezpay' in history) {
    return new TezpaySource({
      folder: history.tezpay.folder.replace(/\/+$/, ''),
      baker: baker.address,
      list: async (prefix) => (await archive.list(prefix)).map(({ name }) => name),
      read: async (name) => textOf(archive, await found(archive, name)),
      names,
    });
  }
  const { object, paid } = history.backerei;
  return new BackereiSource({
    document: object,
    open: async () => archive.open(await found(archive, object)),
    paid,
    names,
  });
}

async function found(archive: Bucket, name: string) {
  const stored = await archive.find(name);
  if (!stored) throw new Error(`the archive has no object ${name}`);
  return stored;
}
