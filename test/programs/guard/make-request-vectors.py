"""What bakers ask to sign, written by an encoder that is not ours.

    pip install pytezos==3.20.0
    python make-request-vectors.py > request-vectors.json

Blocks and operations of keys tz1 to tz3 are forged by pytezos. It knows no blocks with priorities, and does not write
operations as tz4 keys sign them: these are put together from its primitives. Same output on every run.
"""

import hashlib
import json

from pytezos.block.forge import forge_block_header, forge_fitness, forge_int_fixed, forge_protocol_data
from pytezos.crypto.encoding import base58_decode, base58_encode
from pytezos.michelson.forge import forge_base58
from pytezos.operation.forge import forge_operation_group

CHAINS = {'mainnet': 'NetXdQprcVkpaWU', 'carthagenet': 'NetXjD3HPJJjmcd'}
TOP = 2**31 - 1


def digest(what, prefix):
    return base58_encode(hashlib.sha256(what.encode()).digest(), prefix).decode()


def chain(name):
    return base58_decode(CHAINS[name].encode())


def header(level, fitness, protocol_data, name):
    return forge_block_header({
        'level': level,
        'proto': 24,
        'predecessor': digest(f'{name} predecessor', b'B'),
        'timestamp': '2026-09-01T12:34:56Z',
        'validation_pass': 4,
        'operations_hash': digest(f'{name} operations', b'LLo'),
        'fitness': fitness,
        'context': digest(f'{name} context', b'Co'),
        'protocol_data': protocol_data.hex(),
    })


def int32(value):
    return (value & 0xFFFFFFFF).to_bytes(4, 'big').hex()


def round_block(name, level, round_, locked=None, predecessor_round=0, nonce=False, votes=None):
    votes = votes or {'liquidity_baking_toggle_vote': 'pass'}
    fitness = ['02', int32(level), '' if locked is None else int32(locked), int32(-1 - predecessor_round), int32(round_)]
    data = forge_protocol_data({
        'payload_hash': digest(f'{name} payload', b'vh'),
        'payload_round': 0,
        'proof_of_work_nonce': '0102030405060708',
        'seed_nonce_hash': digest(f'{name} nonce', b'nce') if nonce else None,
        **votes,
    })
    return b'\x11' + chain('mainnet') + header(level, fitness, data, name)


def priority_block(name, level, priority, nonce, vote):
    data = forge_int_fixed(priority, 2) + bytes.fromhex('0102030405060708')
    data += b'\xff' + forge_base58(digest(f'{name} nonce', b'nce')) if nonce else b'\x00'
    data += vote
    return b'\x01' + chain('carthagenet') + header(level, ['01', (level + 7).to_bytes(8, 'big').hex()], data, name)


def operation(first, name, content):
    group = forge_operation_group({'branch': digest(f'{name} branch', b'B'), 'contents': [content]})
    return first + chain('carthagenet' if first == b'\x02' else 'mainnet') + group


def vote(name, kind, level, round_, dal=None):
    content = {'kind': kind, 'slot': 17, 'level': level, 'round': round_, 'block_payload_hash': digest(f'{name} payload', b'vh')}
    if dal is not None:
        content['dal_attestation'] = dal
    return operation(b'\x12' if kind == 'preattestation' else b'\x13', name, content)


def slotless(name, kind, level, round_):
    first, tag = (b'\x12', 40) if kind == 'preattestation' else (b'\x13', 41)
    body = forge_base58(digest(f'{name} branch', b'B')) + bytes([tag])
    body += forge_int_fixed(level, 4) + forge_int_fixed(round_, 4) + forge_base58(digest(f'{name} payload', b'vh'))
    return first + chain('mainnet') + body


rows = []


def row(name, curves, kind, level, round_, data):
    rows.append({'name': name, 'curves': curves, 'kind': kind, 'level': level, 'round': round_, 'bytes': data.hex()})


ALL, OLD, NEW = ['tz1', 'tz2', 'tz3', 'tz4'], ['tz1', 'tz2', 'tz3'], ['tz4']
BLOCKS = [
    ('of round 0', 9_000_000, 0, {}),
    ('of a later round', 9_000_001, 3, {'predecessor_round': 2}),
    ('that proposes a locked payload again', 9_000_002, 1000, {'locked': 7, 'nonce': True}),
    ('with the hash of a nonce', 128, 1, {'nonce': True}),
    ('of the last level there is', TOP, TOP, {}),
    ('of the first level', 1, 0, {}),
    ('with the escape vote of 012', 2_244_609, 0, {'votes': {'liquidity_baking_escape_vote': True}}),
    ('with the two votes of 018 to 023', 5_070_849, 0, {
        'votes': {'liquidity_baking_toggle_vote': 'off', 'adaptive_issuance_vote': 'on'}}),
]
for name, level, round_, more in BLOCKS:
    row(f'a block {name}', ALL, 'block', level, round_, round_block(name, level, round_, **more))
for kind in ['preattestation', 'attestation']:
    for level, round_ in [(1, 0), (9_000_000, 0), (9_000_001, 258), (TOP, TOP)]:
        name = f'a {kind} at {level}, {round_}'
        row(name, OLD, kind, level, round_, vote(name, kind, level, round_))
        row(f'{name}, of tz4', NEW, kind, level, round_, slotless(name, kind, level, round_))
for dal in [0, 1, 63, 64, 2**31, 2**200 + 5]:
    name = f'an attestation with DAL {dal}'
    row(name, OLD, 'attestation', 9_000_000, 1, vote(name, 'attestation', 9_000_000, 1, dal))
for name, level, priority, nonce, old_vote in [
    ('a block of 006', 700_000, 0, False, b''),
    ('a block of 006 with priority and nonce', 700_032, 3, True, b''),
    ('a block of 010', 1_600_000, 0, False, b'\x00'),
    ('a block of 011 with a nonce', 1_916_929, 1, True, b'\xff'),
]:
    row(name, OLD, 'block', level, 0, priority_block(name, level, priority, nonce, old_vote))
for level in [1, 700_000, TOP]:
    name = f'an endorsement at {level}'
    row(name, OLD, 'attestation', level, 0, operation(b'\x02', name, {'kind': 'endorsement', 'level': level}))
print(json.dumps(rows, indent=1))
