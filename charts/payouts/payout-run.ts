import type { k8s } from 'cdk8s-plus-27';
import type { Files } from '../component-chart';
import { mebibytes } from '../kit/quantity';

/** What an engine brings into the pod of a run. */
export interface Run {
  /** Of the wallet's ConfigMap: the engine's configuration, and the preflight's. */
  readonly files: Files;
  /** Compute what is to be paid, one after the other. */
  readonly compute: readonly k8s.Container[];
  /** Sends what the preflight has approved. */
  readonly pay: k8s.Container;
  /** Makes the wallet's key known to the chain, once, where the engine does not by itself. */
  readonly reveal?: k8s.Container;
  /** More than the folder of the run. */
  readonly volumes?: readonly k8s.Volume[];
}

/** Where a run works: empty at its start, gone with its pod. */
export const WORK_DIR = '/work';

const WORK = 'work';
/** Plans of some ten thousand delegators. In memory it counts as the engine's. */
const WORK_MIB = 192;

export const workMount: k8s.VolumeMount = { name: WORK, mountPath: WORK_DIR };

export function workVolume(): k8s.Volume {
  return { name: WORK, emptyDir: { medium: 'Memory', sizeLimit: mebibytes(WORK_MIB) } };
}
