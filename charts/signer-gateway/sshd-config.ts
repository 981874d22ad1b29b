import { TUNNEL_USER } from '../../model/signers';

/** What one sshd is told: where it listens, and where its files are. */
export interface TunnelEnd {
  /** On every address of the pod. */
  readonly port: number;
  /** Private half of the gateway's host key. */
  readonly hostKeyFile: string;
  readonly authorizedKeysFile: string;
}

/**
 * The configuration of the sshd of one signer: who has its key may have it make Unix sockets that lead home, and may do
 * nothing else: no program, no connection into the cluster, no TCP port. sshd cannot limit a key to some of the
 * sockets, so each signer has an sshd, and a folder for its sockets, of its own.
 */
export function sshdConfig({ port, hostKeyFile, authorizedKeysFile }: TunnelEnd): string {
  return `# What only the release of OpenSSH in the image knows.
Include /etc/ssh/tunnel.d/*.conf

ListenAddress 0.0.0.0:${port}
HostKey ${hostKeyFile}
PidFile none
UseDNS no
LogLevel VERBOSE

# One key, one user, nothing to guess.
AllowUsers ${TUNNEL_USER}
AuthenticationMethods publickey
AuthorizedKeysFile ${authorizedKeysFile}
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
# It would refuse files of root in a folder of the kubelet, which is open for writing; they are mounted to be read.
StrictModes no

# Sockets that lead home, and nothing else.
AllowTcpForwarding remote
PermitListen none
PermitOpen none
AllowStreamLocalForwarding remote
MaxSessions 0
AllowAgentForwarding no
X11Forwarding no
PermitTunnel no
PermitTTY no
PermitUserRC no
Compression no

# Who comes back takes over at once: its old session may hang for as long as ClientAlive takes to notice.
StreamLocalBindUnlink yes
ClientAliveInterval 5
ClientAliveCountMax 3
TCPKeepAlive yes

# Strangers hold few doors, and not for long: from each address three at once, and some always stay for the signer.
LoginGraceTime 10
MaxStartups 15:30:60
PerSourceMaxStartups 3
`;
}

/** The key that may make sockets; `restrict` takes away what a later release of OpenSSH may allow by default. */
export function authorizedKeys(sshKey: string): string {
  return `restrict,port-forwarding ${sshKey}\n`;
}

/** The command of a tunnel. */
export function sshdCommand(configFile: string): string[] {
  return ['/usr/sbin/sshd', '-D', '-e', '-f', configFile];
}
