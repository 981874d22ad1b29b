import { until } from '../../cluster/processes';
import { missedVotes } from '../baking';
import type { Scene } from '../scene';

/** Levels that are looked at after something went wrong. */
const LOOK_AT = 5;

/**
 * Waits until the chain has gone on from that head for some levels. From `grace` levels after it on every key of the
 * bakery must have voted. Answers which votes are missing before, for a person.
 */
export async function votesAgain({ outside, bakery }: Scene, head: number, grace: number): Promise<string> {
  const last = head + grace + LOOK_AT;
  await until(`the chain reaches ${last}`, 90, async () => (await outside.evidence()).head >= last);
  const addresses = bakery.settings.bakers.map(({ address }) => address);
  const missed = (await missedVotes(outside, addresses, { first: head + 1, last })).map(([level]) => level);
  const late = missed.filter((level) => level > head + grace);
  if (late.length > 0) throw new Error(`no vote at ${late.join(', ')}, with the head at ${head} when it began`);
  return missed.length > 0
    ? `missed ${missed.length} (${missed.join(', ')}) after ${head}`
    : `missed none after ${head}`;
}
