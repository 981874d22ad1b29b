import type { ChainContext } from './chain-context';

export interface Account {
  readonly balance: bigint;
  /** Of the last operation; contracts have none. */
  readonly counter: bigint;
  /** Once it is revealed. */
  readonly key?: string;
  readonly delegate?: string;
  /** A contract whose code fails. */
  readonly rejects?: boolean;
}

/** As the configuration of the chain gives it: amounts in mutez, as text. */
export interface FirstAccount {
  readonly balance: string;
  readonly counter?: string;
  readonly publicKey?: string;
  readonly delegate?: string;
  readonly rejects?: boolean;
}

/** Where the counter of all accounts together begins. */
const FIRST_COUNTER = 1_000_000n;

export const isContract = (address: string) => address.startsWith('KT1');

/** All accounts at one moment. Changes make a copy: every block keeps its own. */
export class Accounts {
  private constructor(
    private readonly all: Map<string, Account>,
    /** Every operation raises it; an account that comes to be begins there. */
    readonly globalCounter: bigint,
  ) {}

  static first(accounts: ChainContext['accounts']): Accounts {
    const entries = Object.entries(accounts).map(([address, { balance, counter, publicKey, ...rest }]) => {
      const known = { balance: BigInt(balance), counter: BigInt(counter ?? FIRST_COUNTER), key: publicKey, ...rest };
      return [address, known] as const;
    });
    return new Accounts(new Map(entries), FIRST_COUNTER + 1n);
  }

  copy(): AccountsDraft {
    return new AccountsDraft(new Map(this.all), this.globalCounter);
  }

  get(address: string): Account | undefined {
    return this.all.get(address);
  }

  /** The trap of contract_storage.ml: an account that is not there answers the counter of all accounts together. */
  counter(address: string): bigint {
    return this.all.get(address)?.counter ?? this.globalCounter;
  }

  static of(draft: AccountsDraft): Accounts {
    return new Accounts(draft.all, draft.globalCounter);
  }
}

export class AccountsDraft {
  constructor(
    readonly all: Map<string, Account>,
    public globalCounter: bigint,
  ) {}

  get(address: string): Account | undefined {
    return this.all.get(address);
  }

  change(address: string, change: Partial<Account>): void {
    const known = this.all.get(address) ?? { balance: 0n, counter: this.globalCounter };
    this.all.set(address, { ...known, ...change });
  }

  count(address: string): void {
    this.globalCounter += 1n;
    this.change(address, { counter: (this.get(address)?.counter ?? 0n) + 1n });
  }

  /** True: the account came to be. */
  credit(address: string, amount: bigint): boolean {
    const known = this.get(address);
    this.change(address, { balance: (known?.balance ?? 0n) + amount });
    return known === undefined;
  }

  /** The account must have it. An emptied account that delegates to nobody goes, with its counter and its key. */
  debit(address: string, amount: bigint): void {
    const known = this.get(address);
    if (!known || known.balance < amount) throw new Error(`${address} has no ${amount} mutez`);
    const balance = known.balance - amount;
    if (balance === 0n && !known.delegate && !isContract(address)) this.all.delete(address);
    else this.change(address, { balance });
  }

  copy(): AccountsDraft {
    return new AccountsDraft(new Map(this.all), this.globalCounter);
  }
}
