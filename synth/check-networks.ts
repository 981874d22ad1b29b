import { type TezosNetwork, tezosNetworks } from '../model/tezos/networks';
import { protocolNamed, protocols } from '../model/tezos/protocols';

/** What one source says of a network, and whether that is what networks.ts says. */
export interface Finding {
  readonly text: string;
  readonly verdict: 'as written' | 'differs' | 'no answer';
}

/** The parts that are used of a node's `/chains/main/blocks/head/header`. */
interface Header {
  readonly protocol: string;
  readonly chain_id: string;
  readonly level: number;
  readonly timestamp: string;
}

const TIMEOUT_SECONDS = 20;
/** Blocks come every few seconds: a head this old is of a chain that has stopped, or of a node that has. */
const STALE_SECONDS = 600;
/** Below the head, where nodes cannot disagree in passing. */
const SETTLED_BLOCKS = 10;

/** `npm run check-networks`: asks the public nodes of every network, and ends with 1 where the table is not what they say. */
export async function main(): Promise<void> {
  const asked = Object.values(tezosNetworks).filter(({ publicRpcs }) => publicRpcs.length > 0);
  const findings = (await Promise.all(asked.map(checkNetwork))).flat();
  for (const { verdict, text } of findings) console.log(`${verdict}: ${text}`);
  const count = (verdict: Finding['verdict']) => findings.filter((each) => each.verdict === verdict).length;
  console.log(
    `\n${count('as written')} as written, ${count('differs')} differ, ${count('no answer')} without an answer`,
  );
  if (count('as written') < findings.length) process.exitCode = 1;
}

/** Everything that can be asked about a network, over HTTP. */
export async function checkNetwork(network: TezosNetwork): Promise<Finding[]> {
  const nodes = network.publicRpcs.filter(({ url }) => !url.includes('{level}'));
  const heads = await Promise.all(nodes.map(({ url }) => getHeader(url)));
  const said = nodes.flatMap(({ operator }, i) => judgeHead(network, `${network.name}, ${operator}`, heads[i]));
  const levels = heads.flatMap((head) => ('value' in head ? [head.value.level] : []));
  const level = levels.length > 0 ? Math.min(...levels) - SETTLED_BLOCKS : undefined;
  return [...said, ...(level === undefined ? [] : await sameBlock(network, level)), ...(await sameConfig(network))];
}

function judgeHead(network: TezosNetwork, who: string, answer: Answer<Header>): Finding[] {
  if (!('value' in answer)) return [{ verdict: 'no answer', text: `${who}: ${answer.problem}` }];
  const { protocol, chain_id, level, timestamp } = answer.value;
  const wanted = protocolNamed(network.protocol);
  const name = protocols.find(({ hash }) => hash === protocol)?.name ?? 'not in protocols.ts';
  const age = Math.round((Date.now() - Date.parse(timestamp)) / 1000);
  const differences = [
    chain_id === network.chainId ? [] : `the chain is ${chain_id}, networks.ts says ${network.chainId}`,
    protocol === wanted?.hash ? [] : `the protocol is ${protocol} (${name}), networks.ts says ${network.protocol}`,
    age <= STALE_SECONDS ? [] : `the head is ${age} seconds old`,
  ].flat();
  if (differences.length > 0) return differences.map((text) => ({ verdict: 'differs', text: `${who}: ${text}` }));
  return [{ verdict: 'as written', text: `${who}: ${chain_id}, ${name}, level ${level}, ${age} seconds old` }];
}

/** Whether all sources, indexers too, name one block at that level: an import rests on it. */
async function sameBlock({ name, publicRpcs }: TezosNetwork, level: number): Promise<Finding[]> {
  const answers = await Promise.all(
    publicRpcs.map(({ url }) =>
      url.includes('{level}') ? get(url.replace('{level}', `${level}`)) : get(url, `/chains/main/blocks/${level}/hash`),
    ),
  );
  const blocks = answers.map((answer) =>
    'value' in answer ? /"?(B[1-9A-HJ-NP-Za-km-z]{50})"?/.exec(JSON.stringify(answer.value))?.[1] : undefined,
  );
  const named = publicRpcs.map(({ operator }, i) => `${operator} ${blocks[i] ?? 'none'}`).join(', ');
  const known = new Set(blocks.flatMap((block) => block ?? []));
  if (known.size > 1) return [{ verdict: 'differs', text: `${name}: at level ${level} they name ${named}` }];
  const isConfirmed = blocks.filter((block) => block).length >= 2;
  return [{ verdict: isConfirmed ? 'as written' : 'no answer', text: `${name}: block of level ${level}: ${named}` }];
}

/** Whether the configuration that a node would download is of the chain. */
async function sameConfig({ name, chainName, config: { url } }: TezosNetwork): Promise<Finding[]> {
  if (!url || !chainName) return [];
  const answer = await get(url.url);
  if (!('value' in answer)) return [{ verdict: 'no answer', text: `${name}, ${url.url}: ${answer.problem}` }];
  const said = (answer.value as { chain_name?: unknown }).chain_name;
  const text = `${name}, ${url.url}: the chain's name is ${said}`;
  return [
    said === chainName
      ? { verdict: 'as written', text }
      : { verdict: 'differs', text: `${text}, networks.ts says ${chainName}` },
  ];
}

type Answer<T = unknown> = { readonly value: T } | { readonly problem: string };

/** The head's header; what lacks a part of one is none, whatever its status. */
async function getHeader(base: string): Promise<Answer<Header>> {
  const answer = await get(base, '/chains/main/blocks/head/header');
  if (!('value' in answer)) return answer;
  const header = answer.value as Header;
  const { protocol, chain_id, level, timestamp } = header;
  const isWhole = typeof protocol === 'string' && typeof chain_id === 'string' && Number.isInteger(level);
  if (isWhole && !Number.isNaN(Date.parse(timestamp))) return { value: header };
  return { problem: `it answers ${JSON.stringify(header).slice(0, 80)}` };
}

async function get(base: string, path = ''): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_SECONDS * 1000);
    const response = await fetch(base.replace(/\/$/, '') + path, { signal });
    if (!response.ok) return { problem: `HTTP ${response.status}` };
    const value = await response.json();
    return value ? { value } : { problem: `it answers ${value}` };
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } };
    return { problem: cause?.code ?? message };
  }
}
