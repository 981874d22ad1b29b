import type { ContainerClusterConfig } from '@cdktf/provider-google/lib/container-cluster';
import { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic';
import { upgradeTopic } from '../model/google/names';
import type { StackContext } from './stack-context';

/** GKE tells of upgrades, and of security bulletins, to whoever subscribes to the topic; without a subscriber it costs nothing. */
export function upgradeNotices({
  stack,
  bakery,
  api,
}: StackContext): Pick<ContainerClusterConfig, 'notificationConfig'> {
  const topic = new PubsubTopic(stack, 'upgrades', { name: upgradeTopic(bakery.name), dependsOn: api('pubsub') });
  return { notificationConfig: { pubsub: { enabled: true, topic: topic.id } } };
}
