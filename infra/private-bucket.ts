import { StorageBucket, type StorageBucketConfig } from '@cdktf/provider-google/lib/storage-bucket';
import type { StackContext } from './stack-context';

/** A bucket that only those read who are named to it, whatever somebody grants to everybody. */
export function privateBucket(
  { stack, bakery, project, api }: StackContext,
  id: string,
  config: Omit<StorageBucketConfig, 'location'>,
): StorageBucket {
  return new StorageBucket(stack, id, {
    project,
    location: bakery.settings.google.region.toUpperCase(), // as Google tells it back
    uniformBucketLevelAccess: true,
    publicAccessPrevention: 'enforced',
    dependsOn: api('storage'),
    ...config,
  });
}
