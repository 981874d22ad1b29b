import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { hostKeySecret } from '../../model/google/needed-secrets';
import { ownImage } from '../../model/images';
import type { Signer } from '../../model/signers';
import { signedChain } from '../../model/tezos/signed-chain';
import { fixedResources } from '../../model/workloads';
import type { Files } from '../component-chart';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { configMount } from '../kit/volumes';
import dockerfile from './image/Dockerfile';
import { authorizedKeys, sshdCommand, sshdConfig } from './sshd-config';

/** The ConfigMap of all tunnels. */
export const TUNNELS = 'signer-gateway-tunnels';

const CONFIG_DIR = '/etc/tunnels';
const HOST_KEY_DIR = '/etc/host-key';

const configFile = ({ name }: Signer) => `${name}.sshd_config`;
const keysFile = ({ name }: Signer) => `${name}.authorized_keys`;

/** What the tunnels of a bakery are told. */
export function tunnelFiles({ signers }: Bakery): Files {
  const files = signers.flatMap((signer) => {
    const { port, sshKey } = signer;
    const config = sshdConfig({
      port: port.number,
      hostKeyFile: `${HOST_KEY_DIR}/${hostKeySecret.key}`,
      authorizedKeysFile: `${CONFIG_DIR}/${keysFile(signer)}`,
    });
    return [
      [configFile(signer), config],
      [keysFile(signer), authorizedKeys(sshKey)],
    ];
  });
  return Object.fromEntries(files);
}

/** The image of the tunnels, as it must be pushed before the first pod. */
export function tunnelImage(bakery: Bakery): string {
  return ownImage(bakery, 'tunnel', dockerfile);
}

/** sshd for one signer, which makes the sockets of its uplinks in a folder that it shares with the guard alone. */
export function tunnelContainer(bakery: Bakery, signer: Signer): k8s.Container {
  return {
    name: signer.tunnel,
    image: tunnelImage(bakery),
    command: sshdCommand(`${CONFIG_DIR}/${configFile(signer)}`),
    ports: [{ name: signer.port.name, containerPort: signer.port.number }],
    lifecycle: { preStop: { exec: { command: ['/bin/sleep', String(outlivesGuardSeconds(bakery))] } } },
    resources: resources(fixedResources.tunnel),
    securityContext: containerSecurity(),
    volumeMounts: [
      { name: signer.tunnel, mountPath: signer.socketsDir },
      configMount(TUNNELS, CONFIG_DIR),
      { name: hostKeySecret.name, mountPath: HOST_KEY_DIR, readOnly: true },
    ],
  };
}

/**
 * All containers of a pod are told at once that it ends, and the guard then still hears from a device what it has asked,
 * and hands over: each takes half a block at most.
 */
function outlivesGuardSeconds({ network, releases }: Bakery): number {
  return Math.ceil(signedChain(network, [releases.node, releases.baker]).blockMs / 1000) + 1;
}
