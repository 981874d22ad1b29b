import { writeInto } from '../../stand-ins/google/cloud-storage';
import { clusterAddresses, guarded } from './deployment-edits';
import { passes, type Scene } from './deployment-scene';

/** Every project has it: Google's own. */
const LOG_BUCKET = /^logging\/.*\/buckets\//;

/** As docs/operating.md tears a bakery down: the cluster by hand, out of the state what stays, then the rest. */
export async function tearDown(scene: Scene): Promise<void> {
  const { stack, deployment, report, google } = scene;
  const refusal = await deployment.destroy(stack, { remembered: true });
  if (!refusal?.includes('Instance cannot be destroyed')) {
    return report.fail(
      `terraform destroy: ${stack.name}`,
      `${stack.file}: it is not refused: ${refusal ?? 'all is gone'}`,
    );
  }
  report.pass('deployments that Terraform refuses to destroy');
  deleteClusters(scene);
  for (const { config } of stack.resources.filter(({ type }) => type === 'google_storage_bucket')) {
    writeInto(google.world, config.name, 'object.json'); // pods do so, and buckets go with what they hold
  }
  const kept = guarded(stack);
  const keptBuckets = stack.resources
    .filter(({ type, address }) => type === 'google_storage_bucket' && kept.includes(address))
    .map(({ config }) => `storage/b/${config.name}`);
  const gone = [...new Set([...kept, ...clusterAddresses(stack)])];
  if (!passes(scene, 'state rm', await deployment.forget(stack, gone))) return;
  if (!passes(scene, 'destroy of the rest', await deployment.destroy(stack))) return;
  const left = [...google.world.resources]
    .filter(([name, { email }]) => isLeft(name, email, kept))
    .map(([name]) => name)
    .filter((name) => !keptBuckets.some((bucket) => name === bucket || name.startsWith(`${bucket}/`)));
  if (left.length === 0) report.pass('deployments of which nothing is left but what stays on purpose');
  else report.fail(`terraform destroy: ${stack.name} leaves something`, `${stack.file}: ${left.join(', ')}`);
}

/** What `gcloud container clusters delete` does. */
function deleteClusters({ google }: Scene): void {
  const clusters = [...google.world.resources.keys()].filter((name) => /^container\/.*\/clusters\/[^/]+$/.test(name));
  for (const name of clusters) {
    const path = name.slice('container/'.length);
    google.answer('DELETE', new URL(`${google.url}/container.googleapis.com/v1/${path}`), {});
  }
}

/** Keys stay for ever, secrets, addresses and a zone by our guard, as buckets do; the default account, image policy and log bucket are Google's. */
function isLeft(name: string, email: string | undefined, kept: readonly string[]): boolean {
  const keeps = (type: string) => kept.some((address) => address.startsWith(`${type}.`));
  const [service = ''] = name.split('/');
  if (
    ['kms', 'binaryauthorization'].includes(service) ||
    LOG_BUCKET.test(name) ||
    email?.endsWith('@developer.gserviceaccount.com')
  )
    return false;
  if (service === 'secretmanager') return !keeps('google_secret_manager_secret');
  if (service === 'dns') return !keeps('google_dns_managed_zone');
  const address = name.includes('/global/') ? 'google_compute_global_address' : 'google_compute_address';
  return !(name.includes('/addresses/') && keeps(address));
}
