import { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { portOf, urlOf } from '../../model/components';
import { fixedImage } from '../../model/images';
import { protocols } from '../../model/tezos/protocols';
import { signedChain } from '../../model/tezos/signed-chain';
import { fixedResources } from '../../model/workloads';
import { CHAIN_EXPORTER_CONFIG, type ChainExporterConfig } from '../../programs/chain-exporter/chain-exporter.contract';
import { type Files, scriptsOf } from '../component-chart';
import { programCommand, programMount, programVolume } from '../kit/own-program';
import { containerPort } from '../kit/ports';
import { resources } from '../kit/resources';
import { containerSecurity, podSecurity } from '../kit/security';
import { configMount, configVolume } from '../kit/volumes';
import { NOBODY } from './prometheus.pod';

/** The ConfigMap of its configuration. */
export const CHAIN_EXPORTER = 'chain-exporter-config';

const SCRIPTS = scriptsOf('chain-exporter');
const [CONFIG_DIR, CONFIG_FILE] = CHAIN_EXPORTER_CONFIG.split(/\/(?=[^/]+$)/);

/** The configuration; its name in the pod is what the program looks for. */
export function exporterFiles(bakery: Bakery): Files {
  return { [CONFIG_FILE]: `${JSON.stringify(exporterConfig(bakery), null, 2)}\n` };
}

function exporterConfig(bakery: Bakery): ChainExporterConfig {
  const { network, protocol, releases, settings } = bakery;
  const { blockMs } = signedChain(network, [releases.node, releases.baker]);
  const from = 'monitoring' as const;
  const sentries = [...bakery.sentries]
    .map(({ instance }) => ({ name: instance, url: urlOf(bakery, 'sentry', 'rpc-follow', { from, instance }) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const privateNode = { name: 'baker', url: urlOf(bakery, 'baker', 'rpc-follow', { from }) };
  return {
    chain: { id: network.chainId, rank: protocol.blockRank, blockMs },
    delegates: settings.bakers
      .map(({ name, address }) => ({ name, address }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)), // bakers of a file are a set
    wallets: bakery.wallets.map(({ address, baker }) => ({ name: baker, address })),
    sources: sentries.length > 0 ? sentries : [privateNode],
    nodes: releases.node.hasMetricsServer ? [] : [privateNode, ...sentries],
    bakedProtocols: protocols
      .filter(({ number }) => releases.baker.bakerProtocols.includes(number))
      .map(({ hash }) => hash),
    metrics: { port: portOf('chain-exporter', 'metrics') },
  };
}

export function chainExporterPod(bakery: Bakery): k8s.PodSpec {
  // Its numbers are there, whatever the nodes say; they say that too.
  const answers = { httpGet: { path: '/metrics', port: k8s.IntOrString.fromString('metrics') }, timeoutSeconds: 5 };
  return {
    securityContext: podSecurity(NOBODY),
    containers: [
      {
        name: 'chain-exporter',
        image: fixedImage(bakery, 'node'),
        command: programCommand('chain-exporter'),
        ports: [containerPort('chain-exporter', 'metrics')],
        readinessProbe: { ...answers, periodSeconds: 10, failureThreshold: 3 },
        livenessProbe: { ...answers, periodSeconds: 30, failureThreshold: 6 },
        resources: resources(fixedResources['chain-exporter']),
        securityContext: containerSecurity(),
        volumeMounts: [configMount(CHAIN_EXPORTER, CONFIG_DIR), programMount(SCRIPTS)],
      },
    ],
    volumes: [configVolume(CHAIN_EXPORTER), programVolume(SCRIPTS, 'chain-exporter')],
  };
}
