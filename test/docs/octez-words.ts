/**
 * The commands of octez-client and octez-signer that people are told to type, as Octez' sources have them (25.1 and master of
 * August 2026). A word in capitals stands for one of the reader's. Options may stand anywhere behind the command's first word.
 */
const commands: Readonly<Record<string, { readonly options?: readonly string[]; readonly source: string }>> = {
  'list connected ledgers': { source: 'src/lib_signer_backends/unix/ledger.available.ml' },
  'setup ledger to bake for KEY': {
    options: ['--main-chain-id', '--main-hwm', '--test-hwm'],
    source: 'src/lib_signer_backends/unix/ledger.available.ml',
  },
  'import secret key KEY URI': { options: ['--force'], source: 'src/lib_client_commands/client_keys_commands.ml' },
  'show address KEY': { source: 'src/lib_client_commands/client_keys_commands.ml' },
  'rpc get PATH': { source: 'src/lib_client_commands/client_admin_commands.ml, client_rpc_commands' },
  'register key KEY as delegate': {
    options: ['--consensus-key', '--companion-key', '--consensus-key-pop', '--companion-key-pop'],
    source: 'src/proto_025_PsUshuai/lib_client_commands/client_proto_context_commands.ml',
  },
  'stake AMOUNT for KEY': { source: 'client_proto_context_commands.ml' },
  'unstake AMOUNT for KEY': { source: 'client_proto_context_commands.ml' },
  'finalize unstake for KEY': { source: 'client_proto_context_commands.ml' },
  'submit proposals for KEY PROPOSAL': { source: 'client_proto_context_commands.ml' },
  'submit ballot for KEY PROPOSAL yea': { source: 'client_proto_context_commands.ml' },
  'set consensus key for KEY to OTHER': {
    options: ['--consensus-key-pop'],
    source: 'client_proto_context_commands.ml, client_proto_args.ml',
  },
  'set companion key for KEY to OTHER': { options: ['--companion-key-pop'], source: 'the same' },
};

/** Options of the programs themselves, before the command; each takes a word. */
const globalOptions: Readonly<Record<string, readonly string[]>> = {
  'octez-client': ['--endpoint', '--base-dir'],
  'octez-signer': ['--base-dir'],
};

/** What octez-signer has of these: it asks no node, so it knows no command of the chain. */
const ofTheSigner = /^(list connected|setup ledger|import secret|show address) /;

/** Why Octez would not take it; nothing if it would. */
export function octezRefuses(command: string): string | undefined {
  const [program = '', ...words] = command.match(/"[^"]*"|\S+/g) ?? [];
  const known = globalOptions[program];
  if (!known) return `${program} is no program of Octez`;
  while (words[0]?.startsWith('--')) {
    if (!known.includes(words[0])) return `${program} has no option ${words[0]}`;
    words.splice(0, 2);
  }
  const { plain, options } = apart(words);
  const form = Object.keys(commands).find((each) => fits(each.split(' '), plain));
  if (!form || (program === 'octez-signer' && !ofTheSigner.test(`${form} `))) {
    return `${program} has no command ${plain.join(' ')}`;
  }
  const wrong = options.find((option) => !commands[form].options?.includes(option));
  return wrong && `${form} has no option ${wrong}`;
}

function apart(words: readonly string[]): { plain: string[]; options: string[] } {
  const isOption = (i: number) => words[i]?.startsWith('--') ?? false;
  const plain = words.filter((_, i) => !isOption(i) && (!isOption(i - 1) || words[i - 1] === '--force'));
  return { plain, options: words.filter((_, i) => isOption(i)) };
}

const fits = (form: readonly string[], words: readonly string[]) =>
  form.length === words.length && form.every((word, i) => word === words[i] || /^[A-Z]+$/.test(word));
