import type { HomeCheck } from './home-check';

/** The real cloud-init's own schema. */
export const cloudInitSchema: HomeCheck = {
  name: "cloud-init's own schema takes the files of the boot partition, and refuses a wrong one",
  async run({ cellar }) {
    for (const [file, kind] of [
      ['user-data', 'cloud-config'],
      ['network-config', 'network-config'],
    ]) {
      const { status, stdout, stderr } = await cellar.exec([
        'cloud-init',
        'schema',
        '-c',
        `/boot/firmware/${file}`,
        '-t',
        kind!,
      ]);
      if (status !== 0) return `${file}: ${stdout}${stderr}`;
    }
    const spoilt = await cellar.exec([
      'sh',
      '-c',
      'sed "s/^users:.*/users: 7/" /boot/firmware/user-data >/tmp/spoilt; echo "runcmd: 7" >>/tmp/spoilt; cloud-init schema -c /tmp/spoilt',
    ]);
    return spoilt.status === 0 ? 'it takes a spoilt one too' : undefined;
  },
};
