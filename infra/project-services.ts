import { ProjectService } from '@cdktf/provider-google/lib/project-service';
import type { ITerraformDependable, TerraformStack } from 'cdktf';
import type { Bakery } from '../model/bakery';

/** The APIs a bakery calls, and what for. */
const apis = {
  artifactregistry: 'mirrors of upstream registries, own images',
  billingbudgets: 'mail before the project costs more than planned',
  binaryauthorization: 'only images of these registries run',
  cloudkms: 'keys that encrypt Kubernetes Secrets; signing keys',
  cloudresourcemanager: 'IAM of the project',
  compute: 'network, addresses, nodes, disks',
  container: 'the cluster',
  containerfilesystem: 'image streaming: GKE, "Use Image streaming to pull container images" (requirements)',
  containerscanning: 'vulnerabilities of the images',
  containersecurity: 'the security posture dashboard',
  dns: "Cloud DNS resolves the cluster's names",
  firestore: 'what was signed with keys in Cloud KMS',
  iam: 'service accounts',
  iamcredentials: 'workload identity',
  logging: 'logs of nodes, pods and audits',
  monitoring: 'metrics of nodes and control plane',
  pubsub: 'GKE tells of upgrades',
  secretmanager: 'copies of the secrets that people fill',
  storage: 'the buckets of the heartbeat, of the records of payouts and of the payout site',
  sts: 'tokens of workload identity',
} as const;

export type Api = keyof typeof apis;

/** Those that a bakery calls. */
export function apisOf({ settings }: Bakery): Api[] {
  const unused: Partial<Record<Api, boolean>> = {
    firestore: !settings.custody.kms,
    storage: !settings.monitoring.own?.heartbeat?.bucket && !settings.payouts && !settings.site,
  };
  return (Object.keys(apis) as Api[]).filter((name) => !unused[name]);
}

/** Turns the APIs on, and answers a function that names those a resource waits for. */
export function projectServices(
  stack: TerraformStack,
  bakery: Bakery,
  project: string,
): (...names: Api[]) => ITerraformDependable[] {
  const services = new Map(
    apisOf(bakery).map((name) => [
      name,
      new ProjectService(stack, name, {
        project,
        service: `${name}.googleapis.com`,
        // Another bakery of the project may need it still; and turning off an API deletes what it holds.
        disableOnDestroy: false,
        disableDependentServices: false,
      }),
    ]),
  );
  return (...names) => names.map((name) => services.get(name) as ProjectService);
}
