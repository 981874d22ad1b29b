import { until } from '../../cluster/processes';
import type { Fault } from './fault';
import { markerOf } from './import-state';

/** The baker's pod is deleted, as by a drain. */
export const deletedPod: Fault = {
  name: 'the baker pod is deleted: the next one has the same claims and imports nothing',
  word: 'deleted-pod',
  fits: () => true,
  async run(scene) {
    const marker = markerOf(scene);
    const volumes = async () => claimsOf(await scene.pod('baker'));
    const before = await volumes();
    await scene.deletePod('baker');
    const log = await until('the import looks at the claim', 60, async () => {
      const text = await scene.log('baker', 'import');
      if (text.includes('first state is in place')) throw new Error(`it imported again:\n${text}`);
      return text.split('\n').find((line) => line.includes('the data is complete'));
    });
    if ((await volumes()) !== before) throw new Error(`claims before: ${before}, after: ${await volumes()}`);
    if (markerOf(scene) !== marker) throw new Error(`the marker is another one: ${markerOf(scene)}`);
    return { log };
  },
};

const claimsOf = ({ spec }: any): string =>
  spec.volumes.flatMap(({ persistentVolumeClaim }: any) => persistentVolumeClaim?.claimName ?? []).join(', ');
