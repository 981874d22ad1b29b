import type { Bakery } from '../model/bakery';
import { apisOf } from './project-services';

/** Makes the bucket of the Terraform state: a stack cannot make the place that its own state lies in. */
export function bucketSteps(bakery: Bakery, bakeries: readonly Bakery[]): string[] {
  const { region, state, project } = bakery.settings.google;
  // A project that the stack makes is not there yet: its state lies in another one.
  const home = project.existing ? `--project=${bakery.projectId}` : '--project=PROJECT # one that exists already';
  const bucket = `gs://${state.bucket}`;
  const others = bakeries.filter(
    ({ name, settings }) => name !== bakery.name && settings.google.state.bucket === state.bucket,
  );
  const shared = others.map(({ name }) => name).join(' or ');
  return [
    ...(shared ? [`# only where it is not there yet; ${shared} has the same one:`] : []),
    // The state names every address and account: nobody else reads it, and old versions stay.
    `gcloud storage buckets create ${bucket} --location=${region} --uniform-bucket-level-access --public-access-prevention ${home}`,
    `gcloud storage buckets update ${bucket} --versioning`,
  ];
}

/**
 * All APIs at once (Service Usage takes 20 in one request): Terraform looks the project up with the first before it turns
 * any on, and so does whoever asks for quotas.
 */
export function apiSteps(bakery: Bakery): string[] {
  const services = apisOf(bakery).map((name) => `${name}.googleapis.com`);
  return [`gcloud services enable ${services.join(' ')} --project=${bakery.projectId}`];
}

/**
 * GKE's agent must exist before it is granted the key that encrypts Secrets. Its API makes it, but not always at once;
 * the Terraform resource for it is in google-beta alone.
 */
export function agentSteps({ projectId }: Bakery): string[] {
  return [`gcloud beta services identity create --service=container.googleapis.com --project=${projectId}`];
}

/**
 * The payout site's bucket is public, which two policies of an organization may forbid: no public buckets at all, and no
 * members from elsewhere, which `allUsers` is (Organization Policy, "Constraints").
 */
export function publicBucketSteps({ projectId }: Bakery): string[] {
  const ask = (constraint: string, value: string) =>
    `gcloud resource-manager org-policies describe ${constraint} --effective --project=${projectId} --format='value(${value})'`;
  return [
    ask('storage.publicAccessPrevention', 'booleanPolicy.enforced'),
    ask('iam.allowedPolicyMemberDomains', 'listPolicy.allowedValues'),
  ];
}
