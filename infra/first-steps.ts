import type { Bakery } from '../model/bakery';

/** Commands that a person runs once, before the first `terraform apply`: what Terraform needs and cannot make. */
export function firstSteps(bakery: Bakery): string[] {
  const { region, state, project } = bakery.settings.google;
  // A project that the stack makes is not there yet: its state lies in another one.
  const home = project.existing ? `--project=${bakery.projectId}` : '--project=PROJECT # one that exists already';
  const bucket = `gs://${state.bucket}`;
  return [
    // The state names every address and account: nobody else reads it, and old versions stay.
    `gcloud storage buckets create ${bucket} --location=${region} --uniform-bucket-level-access --public-access-prevention ${home}`,
    `gcloud storage buckets update ${bucket} --versioning`,
    ...(project.create ? [] : apiSteps(bakery)),
  ];
}

/**
 * Artifact Registry's agent must exist before it is granted a key, but Google makes it with the first repository only
 * (Artifact Registry, "Artifact Registry Service Agent"); the Terraform resource for it is not in the google provider
 * but in google-beta. For a project that the stack creates: after a first apply that stops at the grant.
 */
export function apiSteps({ projectId }: Bakery): string[] {
  return [
    // Terraform looks up the project with the first, before it turns any on.
    `gcloud services enable cloudresourcemanager.googleapis.com artifactregistry.googleapis.com --project=${projectId}`,
    `gcloud beta services identity create --service=artifactregistry.googleapis.com --project=${projectId}`,
  ];
}
