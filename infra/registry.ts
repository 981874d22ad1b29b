import {
  ArtifactRegistryRepository,
  type ArtifactRegistryRepositoryCleanupPolicies,
  type ArtifactRegistryRepositoryConfig,
  type ArtifactRegistryRepositoryRemoteRepositoryConfig,
} from '@cdktf/provider-google/lib/artifact-registry-repository';
import type { Bakery } from '../model/bakery';
import { mirrorRepository, ownRepository } from '../model/google/names';
import { registries } from '../model/images';
import { type StackContext, terraformId } from './stack-context';

/** Names of a bakery's repositories in Artifact Registry. */
export function repositoryNames({ name }: Bakery): string[] {
  return [ownRepository(name), ...registries.map((registry) => mirrorRepository(name, registry))];
}

/**
 * A repository for images built from this project, and a mirror of each upstream registry: nodes pull from
 * Google's network, past NAT, and Docker Hub's anonymous rate limit cannot hit at the worst moment, a fail-over. What
 * they hold is public. A key of our own would hide nothing, and disabled it would stop every pull.
 */
export function imageRepositories(context: StackContext): ArtifactRegistryRepository[] {
  const { bakery } = context;
  const own = repository(context, 'images', {
    repositoryId: ownRepository(bakery.name),
    description: 'Images built from this project',
    mode: 'STANDARD_REPOSITORY',
    dockerConfig: { immutableTags: true }, // a tag once pushed stays what it was
  });
  const mirrors = registries.map((registry) =>
    repository(context, `mirror_${terraformId(registry.replaceAll('.', '-'))}`, {
      repositoryId: mirrorRepository(bakery.name, registry),
      description: `Mirror of ${registry}`,
      mode: 'REMOTE_REPOSITORY',
      remoteRepositoryConfig: remote(registry),
    }),
  );
  return [own, ...mirrors];
}

function repository(
  { stack, bakery, api }: StackContext,
  id: string,
  config: Omit<ArtifactRegistryRepositoryConfig, 'format'>,
): ArtifactRegistryRepository {
  return new ArtifactRegistryRepository(stack, id, {
    format: 'DOCKER',
    location: bakery.settings.google.region,
    cleanupPolicies,
    cleanupPolicyDryRun: false,
    dependsOn: api('artifactregistry', 'containerscanning'),
    vulnerabilityScanningConfig: { enablementConfig: 'INHERITED' },
    ...config,
  });
}

/**
 * Keep wins over delete (Artifact Registry, "Configure cleanup policies"). What runs was pulled within the newest
 * hundred versions of its image: an Octez release is two versions (index and platform), and a bakery pulls about ten
 * releases a year. An old chain that never changes its release pulls nothing newer, so nothing pushes its image out.
 */
const cleanupPolicies: ArtifactRegistryRepositoryCleanupPolicies[] = [
  { id: 'keep-newest', action: 'KEEP', mostRecentVersions: { keepCount: 100 } },
  { id: 'delete-old', action: 'DELETE', condition: { tagState: 'ANY', olderThan: `${400 * 24 * 3600}s` } },
];

/** Docker Hub has a name of its own; any other registry is taken by its address. */
function remote(registry: string): ArtifactRegistryRepositoryRemoteRepositoryConfig {
  const dockerRepository =
    registry === 'docker.io'
      ? { publicRepository: 'DOCKER_HUB' }
      : { customRepository: { uri: `https://${registry}` } };
  return { dockerRepository };
}
