import { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { type ComponentName, type PortName, portOf } from '../../model/components';
import { isDialled } from '../../model/flows';

/** A named port of a container, as `model/components.ts` numbers it. */
export function containerPort<C extends ComponentName>(component: C, name: PortName<C>): k8s.ContainerPort {
  return { name, containerPort: portOf(component, name) };
}

/** The same port of a Service: number and name are those of the container. */
export function servicePort<C extends ComponentName>(component: C, name: PortName<C>): k8s.ServicePort {
  return { name, port: portOf(component, name), targetPort: k8s.IntOrString.fromString(name) };
}

/** Those of the ports that a flow lets anybody dial: a Service offers no other. */
export function dialledPorts<C extends ComponentName>(bakery: Bakery, component: C, ...names: readonly PortName<C>[]) {
  return names.filter((name) => isDialled(bakery, component, name)).map((name) => servicePort(component, name));
}

/** Those of the ports that a flow lets anybody dial, of the container behind them. */
export function dialledContainerPorts<C extends ComponentName>(
  bakery: Bakery,
  component: C,
  ...names: readonly PortName<C>[]
) {
  return names.filter((name) => isDialled(bakery, component, name)).map((name) => containerPort(component, name));
}

/** Every interface, for what listens on that port: some pod dials it, or the kubelet's probes. */
export function listenOn<C extends ComponentName>(component: C, name: PortName<C>): string {
  return `0.0.0.0:${portOf(component, name)}`;
}

/** The same for what listens whether or not anybody may dial it: where no flow lets anybody, for its own pod alone. */
export function listenIfDialled<C extends ComponentName>(bakery: Bakery, component: C, name: PortName<C>): string {
  return isDialled(bakery, component, name) ? listenOn(component, name) : `127.0.0.1:${portOf(component, name)}`;
}

/** Whether nobody outside the pod can dial what listens there. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.');
}
