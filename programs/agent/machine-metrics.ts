import type { Labels, Metrics } from '../runtime/metrics-text';
import { type AgentUplink, agentMetrics as names } from './agent.contract';
import type { DiskState } from './card-space';
import type { Machine } from './home-machine';

/** Adds what is seen of the machine. What is not found has no series, but one that says so. */
export function countMachine(metrics: Metrics, machine: Machine): void {
  const gauge = (name: string, help: string, value: () => number | undefined) =>
    metrics.gauge(name, help, () => of(value()));
  metrics.gauge(names.partPresent, 'Whether this part of the machine is found.', () => partsOf(machine));
  gauge(names.mains, 'Whether the mains feed the machine, and not a battery.', () => machine.power.mains);
  gauge(names.batteryPercent, 'Charge of the battery.', () => machine.power.percent);
  gauge(names.batteryVolts, 'Voltage of the battery.', () => machine.power.volts);
  gauge(names.temperature, 'Of the processor.', () => machine.temperature);
  gauge(names.clockOffset, 'The clock less what the time servers say.', () => machine.clock?.offsetSeconds);
  gauge(names.clockSynchronised, 'Whether time servers keep the clock right.', () =>
    machine.clock ? Number(machine.clock.isSynchronised) : undefined,
  );
  countUplinks(metrics, machine);
  countDisks(metrics, machine);
  metrics.gauge(names.version, 'Versions of what runs here; of the agent, the start of its digest.', () =>
    [...machine.versions].map(([program, version]) => [{ program, version }, 1]),
  );
}

function countUplinks(metrics: Metrics, { uplinks }: Machine): void {
  const perUplink = (value: (uplink: AgentUplink) => boolean) => () =>
    uplinks.all.map((each, i) => [{ uplink: each.name, primary: `${i === 0}` }, Number(value(each))] as const);
  metrics.gauge(
    names.uplinkUp,
    'Whether a request has come over it in the last seconds.',
    perUplink((each) => uplinks.isUp(each)),
  );
  metrics.gauge(
    names.uplinkConnected,
    'Whether its interface is connected and has an address.',
    perUplink((each) => uplinks.isConnected(each)),
  );
}

function countDisks(metrics: Metrics, { disks }: Machine): void {
  const perFolder = (value: (state: DiskState) => number) => () =>
    [...disks].map(([folder, state]) => [{ folder }, value(state)] as const);
  metrics.gauge(
    names.diskFree,
    'Free space where the folder lies.',
    perFolder(({ freeBytes }) => freeBytes),
  );
  metrics.gauge(
    names.diskReadOnly,
    'Whether nothing can be written there.',
    perFolder(({ isReadOnly }) => Number(isReadOnly)),
  );
}

function partsOf({ hasUps, isLedgerSeen, power, temperature, clock }: Machine): [Labels, number][] {
  const parts: [string, unknown][] = [
    ...(hasUps
      ? ([
          ['mains', power.mains],
          ['battery', power.percent ?? power.volts],
        ] as [string, unknown][])
      : []),
    ...(isLedgerSeen === undefined ? [] : ([['ledger', isLedgerSeen || undefined]] as [string, unknown][])),
    ['temperature', temperature],
    ['clock', clock],
  ];
  return parts.map(([part, value]) => [{ part }, Number(value !== undefined)]);
}

function of(value: number | undefined): [Labels, number][] {
  return value === undefined ? [] : [[{}, value]];
}
