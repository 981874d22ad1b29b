import { until } from '../../cluster/processes';
import type { Scene } from '../scene';
import type { Fault } from './fault';
import { markerOf, peerIdOf, privateNodeImports } from './import-state';

/** The baker's pod is deleted, as by a drain. */
export const deletedPod: Fault = {
  name: 'the baker pod is deleted: the next one has the same claims and imports nothing',
  word: 'deleted-pod',
  fits: (bakery) => bakery.zones.length > 1 && privateNodeImports(bakery),
  seconds: 15,
  async run(scene) {
    const before = await heldBy(scene);
    await scene.deletePod('baker');
    const log = await until('the import looks at the claim', 60, async () => {
      const text = await scene.log('baker', 'import');
      if (text.includes('first state is in place')) throw new Error(`it imported again:\n${text}`);
      return text.split('\n').find((line) => line.includes('the data is complete'));
    });
    await until('the baker is Ready', 90, () => scene.isReady('baker'));
    const after = await heldBy(scene);
    if (after.join() !== before.join()) throw new Error(`before: ${before.join('; ')}\nafter: ${after.join('; ')}`);
    return { status: `${await scene.line('baker')}; ${after.slice(0, -2).join('; ')}`, log };
  },
};

/** Claims of the pod with the volumes behind them, and who the node is and how it came to its data. */
async function heldBy(scene: Scene): Promise<string[]> {
  const { spec } = await scene.pod('baker');
  const names: string[] = spec.volumes.flatMap(
    ({ persistentVolumeClaim }: any) => persistentVolumeClaim?.claimName ?? [],
  );
  const claims = await Promise.all(names.map((name) => scene.api.get(scene.path(`persistentvolumeclaims/${name}`))));
  const lines = claims.map(
    (claim) => `claim ${claim.metadata.name} (${claim.metadata.uid}) on ${claim.spec.volumeName}`,
  );
  return [...lines, peerIdOf(scene), markerOf(scene)];
}
