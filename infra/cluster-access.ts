import type { ContainerClusterConfig } from '@cdktf/provider-google/lib/container-cluster';
import type { Bakery } from '../model/bakery';
import { parseCidr, reachesInternet } from '../model/google/cidr';

type Access = Pick<
  ContainerClusterConfig,
  | 'privateClusterConfig'
  | 'controlPlaneEndpointsConfig'
  | 'masterAuthorizedNetworksConfig'
  | 'masterAuth'
  | 'anonymousAuthenticationConfig'
  | 'rbacBindingConfig'
  | 'enableLegacyAbac'
  | 'authenticatorGroupsConfig'
>;

/**
 * Who reaches the control plane: people by its DNS name, where IAM asks for `container.clusters.connect` before a
 * packet arrives (GKE, "Customize your network isolation"); nodes by its private address; nobody else by any address,
 * unless the bakery file authorizes a network.
 */
export function controlPlaneAccess({ settings }: Bakery): Access {
  const { ranges, authorizedNetworks, groups } = settings.google;
  return {
    privateClusterConfig: {
      enablePrivateNodes: true,
      // GKE refuses a network of the internet on a control plane that has a private endpoint only.
      enablePrivateEndpoint: !authorizedNetworks.some(({ cidr }) => reachesInternet(parseCidr(cidr))),
      masterIpv4CidrBlock: ranges.controlPlane,
      masterGlobalAccessConfig: { enabled: false },
    },
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { allowExternalTraffic: true },
      // Off, the provider would skip the restrictions below and GKE would decide.
      ipEndpointsConfig: { enabled: true },
    },
    masterAuthorizedNetworksConfig: {
      cidrBlocks: authorizedNetworks.map(({ name, cidr }) => ({ displayName: name, cidrBlock: cidr })),
      gcpPublicCidrsAccessEnabled: false,
      privateEndpointEnforcementEnabled: true,
    },
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    anonymousAuthenticationConfig: { mode: 'LIMITED' }, // health checks only
    rbacBindingConfig: {
      enableInsecureBindingSystemAuthenticated: false,
      enableInsecureBindingSystemUnauthenticated: false,
    },
    enableLegacyAbac: false,
    ...(groups ? { authenticatorGroupsConfig: { securityGroup: groups } } : {}),
  };
}
