import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { ownImage } from '../../model/images';
import { fixedResources } from '../../model/workloads';
import { nodeOptions, SITE_BUILDER_CONFIG, WORK_MIB } from '../../programs/site-builder/site-builder.contract';
import { type Files, scriptsOf } from '../component-chart';
import { programCommand, programMount, programVolume } from '../kit/own-program';
import { mebibytes } from '../kit/quantity';
import { resources } from '../kit/resources';
import { containerSecurity, podSecurity, STRANGER_UID } from '../kit/security';
import { configMount, configVolume, tmpMount, tmpVolume } from '../kit/volumes';
import dockerfile from './image/Dockerfile';
import { siteBuilderConfig, WORK_DIR } from './site-builder-config';

/** The ConfigMap of its configuration. */
export const SITE_BUILDER = 'site-builder-config';

const PROGRAM = 'site-builder';
const SCRIPTS = scriptsOf('payout-site');
const [CONFIG_DIR, CONFIG_FILE] = SITE_BUILDER_CONFIG.split(/\/(?=[^/]+$)/);

const WORK = 'work';

/** The image that is built from `image/Dockerfile`. */
export function siteImage(bakery: Bakery): string {
  return ownImage(bakery, 'payout-site', dockerfile);
}

/** The configuration; its name in the pod is what the program looks for. */
export function siteBuilderFiles(bakery: Bakery): Files {
  return { [CONFIG_FILE]: `${JSON.stringify(siteBuilderConfig(bakery), null, 2)}\n` };
}

/**
 * Reads what was paid, makes the site and uploads it, and ends. It mounts nothing that lasts and no Secret: Google knows it
 * by its Kubernetes service account. A theme of strangers is rendered in it, which could do so much and no more.
 */
export function payoutSitePod(bakery: Bakery): k8s.PodSpec {
  return {
    securityContext: podSecurity(STRANGER_UID),
    containers: [builderContainer(bakery)],
    volumes: [
      configVolume(SITE_BUILDER),
      programVolume(SCRIPTS, PROGRAM),
      // On the disk of its node, which has kept the room for it: the whole site lies there, and no memory would take it.
      { name: WORK, emptyDir: { sizeLimit: mebibytes(WORK_MIB) } },
      tmpVolume(PROGRAM),
    ],
  };
}

function builderContainer(bakery: Bakery): k8s.Container {
  return {
    name: PROGRAM,
    image: siteImage(bakery),
    command: programCommand(PROGRAM, nodeOptions),
    resources: resources(fixedResources['site-builder'], WORK_MIB),
    securityContext: containerSecurity(),
    volumeMounts: [
      configMount(SITE_BUILDER, CONFIG_DIR),
      programMount(SCRIPTS),
      { name: WORK, mountPath: WORK_DIR },
      tmpMount(PROGRAM),
    ],
  };
}
