import { sleep } from '../cluster/processes';
import { missedVotes } from './baking';
import type { PrometheusView } from './prometheus-view';
import type { Scene } from './scene';
import { DURATION_DIVISOR } from './shorter-durations';

/** What is always so. */
const WATCHDOG = 'Watchdog';

/** As long as most alerts wait until they fire: five minutes. */
const QUIET_SECONDS = 300 / DURATION_DIVISOR;

/** Where the machine was too slow for Prometheus, what it saw is no news of the bakery: so often is looked again. */
const LOOKS = 10;

/** For as long as most alerts wait. `head`: level of the network's when watching began. */
export async function nothingToTell(scene: Scene, view: PrometheusView, head: number): Promise<void> {
  const { bakery, report } = scene;
  const loud = await lastLook(scene, view, head);
  const what = `nothing fires on ${bakery.name} as long as it is whole, and nobody is told anything`;
  if (loud === undefined) report.pass(what);
  else report.fail(what, loud);
  const broken = await view.brokenRules();
  if (broken.length > 0) report.fail(`rules of ${bakery.name} that Prometheus can judge`, broken.join('\n'));
}

/** What was loud at last; undefined: nothing. */
async function lastLook(scene: Scene, view: PrometheusView, head: number): Promise<string | undefined> {
  const starts = scene.starts();
  for (let look = 1, since = 0; ; look++) {
    await sleep(QUIET_SECONDS * 1000);
    const loud = await heard(scene, view, { head, since });
    if (loud === undefined) return undefined;
    const missed = await view.query(`min_over_time(up[${2 * QUIET_SECONDS}s]) == 0`);
    if (missed.length === 0 || look === LOOKS) return loud;
    scene.nothingStarted(starts);
    const targets = missed.map(({ labels }) => labels.instance).join(', ');
    console.log(`  ${scene.bakery.name}: a machine too slow for scrapes of ${targets}: looked at again\n    ${loud}`);
    since = Date.now();
  }
}

/** What fires, and what people were told since then. Undefined: nothing that they should not be. */
async function heard(
  scene: Scene,
  view: PrometheusView,
  { head, since }: { readonly head: number; readonly since: number },
): Promise<string | undefined> {
  const { people } = scene;
  const alerts = await view.alerts();
  const expected = [WATCHDOG, ...(await rightlyTold(scene, head))];
  const loud = alerts.filter(({ name, isFiring }) => isFiring && !expected.includes(name));
  const told = people.messages.filter(
    ({ alerts: names, at, isResolved }) =>
      at >= since && !isResolved && !names.every((name) => expected.includes(name)),
  );
  if (loud.length + told.length === 0 && alerts.some(({ name }) => name === WATCHDOG)) return undefined;
  return [...alerts.map((each) => JSON.stringify(each)), people.lastWords()].join('\n');
}

/** Where the chain has missed a block or a vote of the bakery since that level, a machine was too slow, and people hear of it. */
async function rightlyTold({ bakery, outside }: Scene, first: number): Promise<readonly string[]> {
  const addresses: readonly string[] = bakery.settings.bakers.map(({ address }) => address);
  const { head } = await outside.evidence();
  const { missed } = await outside.state();
  const blocks = missed.filter(({ level, delegate }: any) => level >= first && addresses.includes(delegate));
  const votes = await missedVotes(outside, addresses, { first, last: head });
  if (blocks.length + votes.length > 0)
    console.log(`  ${bakery.name}: missed ${blocks.length} blocks and ${votes.length} votes while it was watched`);
  return [...(blocks.length > 0 ? ['BlockMissed'] : []), ...(votes.length > 1 ? ['AttestationsMissed'] : [])];
}
