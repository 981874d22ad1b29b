import { headAt } from './week-values';
import type { WeekWorld } from './week-world';

/** The private node and the sentries. */
export function tellNodes(world: WeekWorld): void {
  const sentries = world.bakery.sentries.map(({ instance }) => instance);
  for (const instance of ['baker', ...sentries]) {
    const component = instance === 'baker' ? 'baker' : 'sentry';
    const tell = world.target(component, instance, (minute) => !world.isAway(instance, minute));
    const own = { chain_id: 'NetXdQprcVkpa' };
    const behind = (minute: number) => world.wasAway(instance, minute, component === 'baker' ? 1 : 5);
    tell('octez_validator_chain_head_level', own, (minute) => headAt(minute) - (behind(minute) ? 5 : 0));
    tell('octez_validator_chain_head_round', own, (minute) => (minute % 333 === 0 ? 1 : 0));
    tell('octez_validator_chain_synchronisation_status', own, (minute) => Number(!behind(minute)));
    tell('octez_p2p_connections_active', {}, (minute) => {
      if (component === 'sentry') return world.wasAway(instance, minute, 1) ? 3 : 40;
      if (world.wasAway(instance, minute, 1)) return 0;
      // A sentry that is back is dialled again within a minute.
      return sentries.filter((each) => !world.isAway(each, minute) && !world.wasAway(each, minute, 1)).length;
    });
  }
}

export function tellDalNode(world: WeekWorld): void {
  const tell = world.target('dal-node', 'dal-node', (minute) => !world.isAway('dal-node', minute));
  tell('dal_node_new_layer1_head', {}, headAt);
  for (const { address } of world.bakery.settings.bakers) {
    tell('dal_node_attested_slot_for_baker_per_level_ratio', { attester: address }, (minute) =>
      minute % 50 < 2 ? 0.5 : 1,
    );
  }
}
