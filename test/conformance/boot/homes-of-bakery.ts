import type { Bakery } from '../../../model/bakery';
import { messageKeySecret } from '../../../model/google/needed-secrets';
import type { RunState } from '../run-state';
import type { Brought } from './brought-secrets';
import { GATEWAY, startedAnew } from './guard-view';
import type { Point } from './home-uplink';
import type { Scene } from './scene';
import { type HomePrograms, StandInHome } from './stand-in-home';

interface HomesOf {
  readonly brought: Brought;
  /** Place of the bakery among those of this run. */
  readonly index: number;
  readonly programs: HomePrograms;
  readonly state: RunState;
}

/** The machines at home of a bakery, in the order of preference; none with another custody. */
export function homesOf(bakery: Bakery, { brought, index, programs, state }: HomesOf): StandInHome[] {
  const namespace = bakery.namespace('baking');
  const { name, key } = messageKeySecret;
  const setting = (words: string) => brought.edit.find(([path]) => path.join('.') === words)?.[1] as string;
  return bakery.signers.map(
    (signer, place) =>
      new StandInHome({
        bakery,
        signer,
        place: [index, place],
        sshKeyFile: brought.sshKeyFiles.get(signer.name)!,
        hostKey: setting('custody.homes.gateway.hostKey'),
        messageKey: brought.secrets.get(`${namespace}/${name}`)![key]!,
        programs,
        state,
      }),
  );
}

/** Switches the machines at home on; resolves when the gateway signs by them. */
export async function switchOn(scene: Scene): Promise<void> {
  if (scene.homes.length === 0) return;
  await startedAnew(scene, `${GATEWAY}-0`, async () => {
    for (const home of scene.homes) await home.start(await doorOf(scene, home.name));
  });
}

/** Machines that are on dial the gateway anew. */
export async function dialIn(scene: Scene): Promise<void> {
  for (const home of scene.homes) await home.dial(await doorOf(scene, home.name));
}

/**
 * Where a machine at home dials. Nobody gives LoadBalancers an address here: it is the cluster's own one of the Service,
 * behind which the same rules of the kernel lead to the pod.
 */
export async function doorOf({ api, bakery, namespace }: Scene, signer: string): Promise<Point> {
  const { number } = bakery.signers.find(({ name }) => name === signer)!.port;
  const services = await api.list(`/api/v1/namespaces/${namespace}/services`);
  const isDoor = ({ spec }: any) => spec.type === 'LoadBalancer' && spec.ports.some(({ port }: any) => port === number);
  const service = services.find(isDoor);
  if (!service) throw new Error(`no LoadBalancer has the port ${number} of the signer ${signer}`);
  return { host: service.spec.clusterIP, port: number };
}
