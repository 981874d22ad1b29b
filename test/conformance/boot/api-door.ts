import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Cluster } from '../cluster/test-cluster';
import { machine } from './machine';

const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const NAME = 'kubernetes-boot';

/**
 * Where pods reach the API server, which listens on loopback: behind the Service `kubernetes`, as everywhere. It passes
 * bytes on, so that the certificate is the server's own.
 */
export class ApiDoor {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(private readonly cluster: Cluster) {
    const { hostname, port } = new URL(cluster.server);
    this.server = createServer((inside) => {
      const outside = connect(Number(port), hostname);
      for (const [one, other] of [
        [inside, outside],
        [outside, inside],
      ] as const) {
        this.sockets.add(one);
        one.on('error', () => other.destroy()).on('close', () => this.forget(one, other));
        one.pipe(other);
      }
    });
  }

  /** Answers once it listens and the Service leads to it. */
  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(443, machine.apiAddress, resolve);
    });
    await this.cluster.api.create(SLICES, {
      metadata: { name: NAME, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      ports: [{ name: 'https', port: 443, protocol: 'TCP' }],
      endpoints: [{ addresses: [machine.apiAddress], conditions: { ready: true } }],
    });
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await this.cluster.api.delete(`${SLICES}/${NAME}`).catch(() => {}); // it goes with the cluster too
  }

  private forget(gone: Socket, other: Socket): void {
    this.sockets.delete(gone);
    other.destroy();
  }
}
