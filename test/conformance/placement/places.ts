import { auxiliaryPods } from './auxiliary';
import { describe, type Placed, podsOf, type Scene, type Stand } from './stand';

/** Without one of these no block is baked, or nobody hears of it. Written here, not read from the model: it judges. */
const blockNeeds = new Set(['sentry', 'baker', 'accuser', 'endorser', 'dal-node', 'signer-gateway']);

interface Rule {
  readonly what: string;
  /** Whether a bakery has such pods; every bakery does when this is missing. */
  concerns?(stand: Stand): boolean;
  /** Pods that it is about. */
  about(pod: Placed): boolean;
  /** Those among them that are in the wrong place. */
  misplaced(pods: readonly Placed[], stand: Stand): readonly Placed[];
}

const needed = ({ component }: Placed) => blockNeeds.has(component);
const onBakingPool = ({ node }: Placed) => node?.pool.endsWith('-baking') ?? false;

const rules: readonly Rule[] = [
  {
    what: 'pods that a block needs, on the baking pool',
    about: needed,
    misplaced: (pods) => pods.filter((pod) => !onBakingPool(pod)),
  },
  {
    what: 'pods that no block needs, off the baking pool',
    about: (pod) => !needed(pod),
    misplaced: (pods) => pods.filter((pod) => pod.node === undefined || onBakingPool(pod)),
  },
  {
    what: 'payouts and monitoring, off the baking pool',
    about: ({ namespace }) => !namespace.endsWith('-baking'),
    misplaced: (pods, stand) => {
      const oneIsMissing = [...auxiliaryPods(stand, pods).values()].some((each) => each.length === 0);
      return oneIsMissing ? pods : pods.filter((pod) => pod.node === undefined || onBakingPool(pod));
    },
  },
  {
    what: 'pods that a block needs, not on spot nodes',
    about: needed,
    misplaced: (pods) => pods.filter(({ node }) => node?.spot ?? true),
  },
  {
    what: 'sentries in different zones',
    concerns: ({ bakery }) => bakery.settings.sentries.length > 0,
    about: ({ component }) => component === 'sentry',
    misplaced: (pods, { nodes }) => {
      const there = new Set(nodes.map(({ zone }) => zone)).size;
      const used = new Set(pods.map(({ node }) => node?.zone)).size;
      return used === Math.min(there, pods.length) ? [] : pods;
    },
  },
];

/** Where the scheduler put the pods, against what the bakery promises. */
export async function judgePlaces(scene: Scene, stand: Stand): Promise<void> {
  const { report } = scene;
  const pods = await podsOf(scene, stand);
  for (const { what, about, misplaced, concerns } of rules) {
    if (concerns?.(stand) === false) continue;
    const concerned = pods.filter(about);
    const wrong = misplaced(concerned, stand);
    if (concerned.length === 0) report.fail(what, `dist/charts/${stand.bakery.name}: there is no such pod`);
    else if (wrong.length > 0) report.fail(what, `dist/charts/${stand.bakery.name}\n${describe(wrong)}`);
    else report.pass(what, concerned.length);
  }
  provePlaces(scene, stand, pods);
}

/** Every rule must notice when all pods lie on the first node of the wrong kind. */
function provePlaces({ report }: Scene, stand: Stand, pods: readonly Placed[]): void {
  const spotNodes = stand.nodes.map((node) => ({ ...node, spot: true }));
  const anyPod = pods.map((pod) => ({ ...pod, component: needed(pod) ? pod.component : 'other' }));
  const placedOn = (node: Stand['nodes'][number]) =>
    [...anyPod, { ...anyPod[0]!, component: 'other' }].map((pod) => ({ ...pod, node }));
  const wrongs = spotNodes.map(placedOn);
  for (const { what, about, misplaced } of rules) {
    const concerned = wrongs.map((wrong) => wrong.filter(about)).filter((each) => each.length > 0);
    const isTrivial = concerned.length === 0 || (what.startsWith('sentries') && oneZone(stand));
    if (isTrivial) continue;
    if (concerned.some((wrong) => misplaced(wrong, stand).length > 0)) report.pass('misplaced pods, found');
    else report.fail('misplaced pods, found', `"${what}" notices nothing when all pods are on one node`);
  }
}

function oneZone({ nodes }: Stand): boolean {
  return new Set(nodes.map(({ zone }) => zone)).size < 2;
}
