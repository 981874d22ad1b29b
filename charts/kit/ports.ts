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

/** Every interface, for what listens on that port. */
export function listenOn<C extends ComponentName>(component: C, name: PortName<C>): string {
  return `0.0.0.0:${portOf(component, name)}`;
}
