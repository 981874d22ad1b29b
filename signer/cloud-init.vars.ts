import type { Bakery } from '../model/bakery';
import { ADMIN, type Signer } from '../model/signers';
import { homesOf } from './signer.vars';
import setup from './signer-setup.sh';
import { yaml } from './yaml.vars';

const SETUP = '/usr/local/sbin/signer-setup';
const SERVICE = 'signer-setup.service';

/** The preferred uplink has the smallest metric; another program that makes routes gives its own far larger ones. */
const ROUTE_METRIC = 100;

/**
 * Files of the boot partition, as cloud-init reads them (NoCloud): a user, the network, and a service that runs the roles on
 * the machine itself, from the folder that lies beside them.
 */
export function cloudInitFiles(bakery: Bakery, signer: Signer): Record<string, string> {
  return {
    'meta-data': yaml({ 'instance-id': `${bakery.name}-${signer.name}`, 'local-hostname': signer.name }),
    'network-config': yaml({ network: network(signer) }),
    'user-data': `#cloud-config\n${yaml(userData(bakery, signer))}`,
  };
}

function userData(bakery: Bakery, signer: Signer) {
  return {
    hostname: signer.name,
    manage_etc_hosts: true,
    timezone: 'Etc/UTC',
    disable_root: true,
    ssh_pwauth: false,
    users: [
      {
        name: ADMIN,
        groups: ['sudo'],
        shell: '/bin/bash',
        lock_passwd: true,
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        ssh_authorized_keys: homesOf(bakery).admin?.sshKeys, // cloud-init takes no empty list
      },
    ],
    write_files: [
      { path: SETUP, permissions: '0755', content: setup },
      { path: `/etc/systemd/system/${SERVICE}`, permissions: '0644', content: service(bakery, signer) },
    ],
    runcmd: [
      'systemctl daemon-reload',
      `systemctl enable ${SERVICE}`,
      `systemctl start --no-block ${SERVICE}`, // it begins when cloud-init has ended
    ],
  };
}

function service(bakery: Bakery, signer: Signer): string {
  return `[Unit]
Description=Sets this signer up from what lies on its boot partition
Wants=network-online.target
After=network-online.target
RequiresMountsFor=/boot/firmware
StartLimitIntervalSec=0

[Service]
Type=oneshot
Environment=BAKERY=${bakery.name} SIGNER=${signer.name}
ExecStart=${SETUP}
Restart=on-failure
RestartSec=30
StandardOutput=journal+console

[Install]
WantedBy=multi-user.target
`;
}

/** Every uplink has a default route: a tunnel is bound to its interface, and takes the one that leads out there. */
function network({ settings: { uplinks, device } }: Signer) {
  const ways = uplinks.map(({ interface: name, static: fixed }, i): [string, object] => {
    const metric = ROUTE_METRIC * (i + 1);
    if (!fixed) return [name, { dhcp4: true, 'dhcp4-overrides': { 'route-metric': metric }, optional: true }];
    const { address, gateway, nameServers } = fixed;
    const routes = [{ to: '0.0.0.0/0', via: gateway, metric }];
    return [
      name,
      { dhcp4: false, addresses: [address], routes, nameservers: { addresses: nameServers }, optional: true },
    ];
  });
  const { link } = device.tcp ?? device.http ?? {};
  if (link) ways.push([link.interface, { dhcp4: false, addresses: [link.address], optional: true }]);
  return { version: 2, ethernets: Object.fromEntries(ways) };
}
