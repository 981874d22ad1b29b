"""Operations of a wallet, written by an encoder that is not ours.

    pip install pytezos==3.20.0
    python make-operation-vectors.py > operation-vectors.json

Reveals are those of protocols since 023, without a proof. Same output on every run.
"""

import hashlib
import json

from pytezos.crypto.encoding import base58_encode
from pytezos.operation.forge import forge_operation_group

NUMBERS = [0, 1, 127, 128, 255, 16383, 16384, 2**31, 2**53 + 1, 2**63 - 1]


def digest(what, prefix, size=32):
    return base58_encode(hashlib.sha512(what.encode()).digest()[:size], prefix).decode()


def account(what, prefix):
    return digest(what, prefix, 20)


def content(at, **own):
    number = lambda step: str(NUMBERS[(at + step) % len(NUMBERS)])
    return {
        'source': account(f'wallet {at}', [b'tz1', b'tz2', b'tz3'][at % 3]),
        'fee': number(0),
        'counter': number(3),
        'gas_limit': number(5),
        'storage_limit': number(7),
        **own,
    }


def transfer(at):
    to = [b'tz1', b'tz2', b'tz3', b'tz4', b'KT1'][at % 5]
    amount = str(NUMBERS[(at + 2) % len(NUMBERS)])
    return {'kind': 'transaction', **content(at, amount=amount, destination=account(f'recipient {at}', to))}


def reveal(at):
    prefix, size = [(b'edpk', 32), (b'sppk', 33), (b'p2pk', 33)][at % 3]
    return {'kind': 'reveal', **content(at, public_key=digest(f'key {at}', prefix, size))}


def vector(name, contents):
    operation = {'branch': digest(name, b'B'), 'contents': contents}
    return {'name': name, 'operation': operation, 'bytes': forge_operation_group(operation).hex()}


vectors = [vector(f'transfer {at}', [transfer(at)]) for at in range(20)]
vectors += [vector(f'reveal {at}', [reveal(at)]) for at in range(6)]
vectors.append(vector('a reveal and transfers', [reveal(2)] + [transfer(at) for at in range(5)]))
vectors.append(vector('a hundred transfers', [transfer(at) for at in range(100)]))
print(json.dumps(vectors, indent=1))
