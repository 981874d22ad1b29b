import { collectionRoutes } from './google-collection';
import { invalid } from './google-error';
import { mayEncrypt } from './google-kms';
import type { Json, Routes } from './google-routes';
import type { GoogleWorld } from './google-world';
import { policyRoutes } from './iam-policies';

const API = 'artifactregistry.googleapis.com';
const REPOSITORIES = 'projects/{project}/locations/{location}/repositories';

/** Artifact Registry. */
export function artifactRegistry(world: GoogleWorld): Routes {
  return {
    ...collectionRoutes(world, {
      service: 'artifactregistry',
      path: REPOSITORIES,
      idParameter: 'repository_id',
      idPattern: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
      make: (sent, name) => makeRepository(world, sent, name),
      immutable: ['format', 'mode', 'kmsKeyName'],
      slow: true,
      remove: () => {},
    }),
    'GET projects/{project}/locations/{location}/operations/{operation}': ({ path }) => world.operationNamed(path),
    ...policyRoutes(world, 'artifactregistry', `${REPOSITORIES}/{name}`),
  };
}

function makeRepository(world: GoogleWorld, sent: Json, name: string): Json {
  const [, projectId = '', , location = '', , id = ''] = name.split('/');
  if (!sent.format) throw invalid('repository.format: must be set');
  const project = world.project(projectId);
  // The first repository brings the agent, but a key is asked for before.
  const agent = `service-${project.number}@gcp-sa-artifactregistry.iam.gserviceaccount.com`;
  if (sent.kmsKeyName) mayEncrypt(world, sent.kmsKeyName, agent);
  world.makeAgent(project, API);
  const scanning = sent.vulnerabilityScanningConfig ?? { enablementConfig: 'INHERITED' };
  return {
    ...sent,
    mode: sent.mode ?? 'STANDARD_REPOSITORY',
    sizeBytes: '0',
    registryUri: `${location}-docker.pkg.dev/${projectId}/${id}`,
    vulnerabilityScanningConfig: {
      ...scanning,
      enablementState: project.apis.has('containerscanning.googleapis.com') ? 'SCANNING_ACTIVE' : 'SCANNING_DISABLED',
    },
  };
}
