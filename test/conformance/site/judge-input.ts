import { file, madeTar } from '../../programs/site-builder/made-tar';
import type { Report } from '../part';
import { inWorld } from './judge-releases';
import { backereiDocument, paidRows } from './paid-history';
import { SiteStory } from './site-story';
import type { RunParts, SiteWorld, WorldParts } from './site-world';

/** Something about what the site is made of, and what the job must say of it. */
interface BadInput {
  readonly what: string;
  readonly run?: RunParts | ((world: SiteWorld) => Promise<RunParts>);
  spoil?(world: SiteWorld): Promise<void> | void;
  readonly says: RegExp;
}

const put = (world: SiteWorld, text: string) => world.stored.put(world.archive, world.document, text);
const document = (cycles: number) => backereiDocument(paidRows(cycles));

/** A run with a theme of this archive, and with this checksum or the right one. */
const withTheme = (archive: Buffer, checksum?: string) => async (world: SiteWorld) => ({
  config: { theme: await world.theme(archive, checksum) },
});
const layout = file('_layouts/default.html', '<html><head><title>{{ page.title }}</title></head>{{ content }}</html>');

export const badInputs: readonly BadInput[] = [
  {
    what: 'a document that is cut off',
    spoil: (world) => put(world, document(2).slice(0, -40)),
    says: /payouts\.json/,
  },
  { what: 'an empty document', spoil: (world) => put(world, ''), says: /payouts\.json/ },
  { what: 'a document that is no JSON', spoil: (world) => put(world, '<html>404</html>'), says: /payouts\.json/ },
  { what: 'a document with a cycle less', spoil: (world) => put(world, document(1)), says: /shows/ },
  {
    what: 'a document with a delegator less',
    spoil: (world) => put(world, backereiDocument(paidRows(2).slice(1))),
    says: /shows/,
  },
  {
    what: 'a document that comes cut off, however often it is asked for',
    run: { fault: ({ url }) => (url.includes('alt=media') && url.includes('payouts.json') ? 'cut' : undefined) },
    says: /payouts\.json/,
  },
  {
    what: 'a document in which an address is none',
    spoil: (world) => put(world, document(2).replace(/"tz1(.)(.)/, '"tz1$2$1')),
    says: /address/,
  },
  {
    what: 'a document that says the path of a page for an address',
    spoil: (world) => put(world, document(2).replace(/"tz1[^"]+"/, '"../../index"')),
    says: /address/,
  },
  { what: 'no document', run: { config: { archive: 'no-such-archive' } }, says: /404|no object/ },
  {
    what: 'payout-guard that fails',
    spoil: ({ guard }) => {
      guard.spoilt = () => ({ status: 500, text: '' });
    },
    says: /payout-guard.* 500/,
  },
  {
    what: 'payout-guard whose answer is cut off',
    spoil: ({ guard }) => {
      guard.spoilt = (_, text) => ({ status: 200, text, isCut: true });
    },
    says: /payout-guard/,
  },
  {
    what: 'payout-guard that answers half a record',
    spoil: ({ guard }) => {
      guard.spoilt = (_, text) => ({ status: 200, text: text.slice(0, -9) });
    },
    says: /payout-guard/,
  },
  {
    what: 'payout-guard without a record',
    spoil: ({ guard }) => {
      guard.records = [];
    },
    says: /shows/,
  },
  {
    what: 'payout-guard with a row less',
    spoil: ({ guard }) => {
      guard.records = guard.records.slice(1);
    },
    says: /shows/,
  },
  {
    what: 'payout-guard with a mutez less',
    spoil: ({ guard }) => {
      const [first, ...others] = guard.records;
      const amount = String(BigInt(first!.amount) - 1n);
      guard.records = [{ ...first!, amount, paid: { ...first!.paid!, amount } }, ...others];
    },
    says: /mutez/,
  },
  { what: 'payout-guard of another chain', run: { config: { chain: { id: 'NetXanother' } } }, says: /chain/ },
  { what: 'no payout-guard', run: { config: { records: 'http://127.0.0.1:9' } }, says: /payout-guard/ },
  {
    what: 'a theme with another checksum',
    run: withTheme(madeTar(layout), '0'.repeat(64)),
    says: /has the SHA-256/,
  },
  { what: 'a theme that is a zip', run: withTheme(Buffer.from('PK\u0003\u0004')), says: /cannot be unpacked/ },
  {
    what: 'a theme with a link in it',
    run: withTheme(madeTar(layout, { path: 'a', type: '2', link: '/etc/passwd' })),
    says: /no regular file/,
  },
  {
    what: 'a theme that is not there',
    run: async ({ stored, archive }) => ({ config: { theme: { archive: stored.url(archive, 'x'), sha256: '' } } }),
    says: /it answered 404/,
  },
  { what: 'Jekyll that fails', run: { config: { jekyll: '/bin/false' } }, says: /\/bin\/false/ },
  { what: 'Jekyll that makes nothing', run: { config: { jekyll: '/bin/true' } }, says: /Jekyll has not built/ },
];

/** What cannot be read, is cut off or has become smaller ends the job with words that say so, and changes no object. */
export async function judgeInput(report: Report, parts: WorldParts, inputs = badInputs): Promise<void> {
  await inWorld(parts, 'input', async (world) => {
    const story = new SiteStory(world);
    await takeBad(story, inputs);
    story.tell(report, 'input that is not as it must be, and leaves the site as it was', inputs.length);
  });
}

/** One after the other; then what is right again is taken again. */
export async function takeBad(story: SiteStory, inputs: readonly BadInput[]): Promise<void> {
  const { world } = story;
  await story.begin(4);
  await story.end();
  for (const { what, run, spoil, says } of inputs) {
    await spoil?.(world);
    const { error, changes } = await story.run(typeof run === 'function' ? await run(world) : run);
    if (error === undefined) story.found.add(`${what} is taken`);
    else if (!says.test(error)) story.found.add(`${what}: it says ${error}, and not ${says}`);
    for (const { name } of changes) story.found.add(`${what}: it has changed ${name}`);
    world.guard.spoilt = undefined;
    await world.pay(4);
  }
  await story.end();
}
