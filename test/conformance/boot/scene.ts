import type { KubeObject } from '../../../charts/objects/kube-object';
import type { Edit } from '../../../model/rules/rule';
import { mustApply } from '../cluster/apply';
import { until } from '../cluster/processes';
import { describeNamespace } from '../cluster/workload-state';
import { namespacesOf } from '../dist-objects';
import { bakesOn } from './baking';
import { adapt } from './changes-to-dist';
import { objectsAfter } from './edited-objects';
import { everyPodReady } from './ready-pods';
import { ScenePods } from './scene-pods';

/** The same for whoever changes or troubles it. */
export class Scene extends ScenePods {
  /** Sends a StatefulSet with another number of pods. */
  async scale(workload: string, replicas: number): Promise<void> {
    const isIt = ({ manifest }: KubeObject) => manifest.kind === 'StatefulSet' && manifest.metadata.name === workload;
    console.log(`  ${this.bakery.name}: sets the replicas of StatefulSet ${workload} to ${replicas}`);
    const { file, manifest } = this.of.objects.find(isIt)!;
    const { spec } = manifest as typeof manifest & { spec: object };
    await mustApply(this.api, [{ file, manifest: { ...manifest, spec: { ...spec, replicas } } as typeof manifest }]);
    if (replicas > 0) return;
    await until(`${workload} is gone`, 60, async () => (await this.pod(workload).catch(() => undefined)) === undefined);
  }

  /** Sends everything but what watches, which comes last, as the waves of dist/ have it. */
  bringUp(): Promise<void> {
    const watches = this.bakery.namespace('monitoring');
    return mustApply(
      this.api,
      this.of.objects.filter(({ manifest }) => manifest.metadata.namespace !== watches),
    );
  }

  /** Sends what watches; answers how many pods there are once all are Ready. */
  async bringWatch(): Promise<number> {
    await this.restore();
    return this.everythingReady();
  }

  /** Sends what dist/ says, again, less what this part changes in it. */
  restore(): Promise<void> {
    return mustApply(this.api, this.of.objects);
  }

  /** Sends what dist/ would say after an edit of the bakery file; answers once the pod of that workload is a new one. */
  async applyEdited(edit: Edit, workload: string): Promise<void> {
    const { metadata } = await this.pod(workload).catch(() => ({ metadata: { uid: 'none' } }));
    await mustApply(this.api, this.objectsAfter(edit));
    await this.podAfter(workload, metadata.uid);
  }

  /** The same of payouts alone, whose pods come with the next job; without an edit what was there before. */
  applyPayouts(edit: Edit = []): Promise<void> {
    const objects = edit.length > 0 ? this.objectsAfter(edit) : this.of.objects;
    const pays = this.bakery.namespace('payouts');
    return mustApply(
      this.api,
      objects.filter(({ manifest }) => manifest.metadata.namespace === pays),
    );
  }

  private objectsAfter(edit: Edit): readonly KubeObject[] {
    const { root, bakery } = this.of;
    const said = edit.map(([path, value]) => `${path.join('.')}: ${JSON.stringify(value)}`);
    console.log(`  ${bakery.name}: applies dist/ as after an edit of its file: ${said.join('; ')}`);
    return adapt(objectsAfter(root, bakery.name, [...this.of.edit, ...edit])).objects;
  }

  /** Answers how many pods there are. */
  everythingReady(): Promise<number> {
    return everyPodReady(this.api, namespacesOf(this.of.objects));
  }

  /** Answers the kinds of signatures of the bakery's keys that reach the network from now on. */
  bakesOn(): Promise<string[]> {
    return bakesOn(this.outside);
  }

  /** What a person needs who asks why. */
  async lastWords(): Promise<string> {
    const namespaces = namespacesOf(this.of.objects);
    const states = await Promise.all(namespaces.map((namespace) => describeNamespace(this.api, namespace)));
    const homes = this.homes.map((home) => home.lastWords());
    return [...states, this.outside.lastWords(), this.people.lastWords(), ...homes, this.nodes.logs()].join('\n');
  }
}
