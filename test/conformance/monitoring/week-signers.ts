import { agentMetrics, reasons } from '../../../programs/agent/agent.contract';
import { guardMetrics } from '../../../programs/guard/guard.contract';
import { headAt, isIn } from './week-values';
import type { WeekWorld } from './week-world';

/** The guard, and each home behind it. */
export function tellSigners(world: WeekWorld): void {
  tellGuard(world);
  for (const { name } of world.bakery.signers) tellHome(world, name);
}

function tellGuard(world: WeekWorld): void {
  const tell = world.target('signer-gateway', 'signer-gateway');
  tell(guardMetrics.phase, { phase: 'open' }, () => 1);
  const nodes = { baker: ['baker'], sentry: world.bakery.sentries.map(({ instance }) => instance) };
  for (const [name, instances] of Object.entries(nodes)) {
    tell(guardMetrics.nodeUp, { node: `http://${name}-rpc:8733` }, (minute) =>
      Number(instances.some((each) => !world.isAway(each, minute))),
    );
  }
  for (const { name: signer, uplinks } of world.bakery.signers) {
    const isThere = (minute: number) => Number(!world.isGone(signer, minute));
    tell(guardMetrics.signerUsable, { signer }, isThere);
    tell(guardMetrics.signerMarked, { signer }, () => 0);
    tell(guardMetrics.clockApart, { signer }, (minute) => ((minute % 5) - 2) / 128);
    for (const labels of world.keys) tell(guardMetrics.keyUsable, { signer, ...labels }, isThere);
    for (const { name: uplink } of uplinks) {
      const down = world.happenings.uplinksDown[`${signer} ${uplink}`] ?? [];
      tell(guardMetrics.uplinkUp, { signer, uplink }, (minute) =>
        Number(!world.isGone(signer, minute) && !down.some((each) => isIn(minute, each))),
      );
    }
  }
  for (const labels of world.keys) {
    // Asked for whatever is not missed.
    tell(guardMetrics.level, { kind: 'attestation', ...labels }, (minute) => {
      let last = minute;
      while (last > 0 && world.isUnasked(last)) last--;
      return headAt(last);
    });
  }
}

/** What a home has told last is told on by the guard while it is gone. */
function tellHome(world: WeekWorld, signer: string): void {
  const tell = world.target('signer-gateway', signer);
  for (const labels of world.keys) {
    for (const reason of Object.keys(reasons)) tell(agentMetrics.keyProblem, { signer, ...labels, reason }, () => 0);
  }
  tell(guardMetrics.agentAge, { signer }, (minute) => (world.isGone(signer, minute) ? 60 : 0));
  if (!world.bakery.signers.find(({ name }) => name === signer)?.settings.ups) return;
  tell(agentMetrics.mains, { signer }, () => 1);
  tell(agentMetrics.batteryPercent, { signer }, (minute) => 98 + (minute % 2));
}
