"""A Ledger at a pseudo-terminal: `ledger-stand-in.py <link> <state file>`. The state is JSON, read for every command:
{"answers": {"b001": "…9000"}, "delayMs": 0, "silent": false, "stray": "hex of a packet before each answer"}.
As strict as the device: a report that is not one of 65 bytes with number 0, or a packet that is none, ends it."""
import json, os, struct, sys, time, tty

link, state_file = sys.argv[1:]
master, slave = os.openpty()
tty.setraw(slave)
os.symlink(os.ttyname(slave), link)
print("ready", flush=True)


def exactly(count):
    data = b""
    while len(data) < count:
        data += os.read(master, count - len(data))
    return data


def command():
    data, length, sequence = b"", None, 0
    while length is None or len(data) < length:
        report = exactly(65)
        number, channel, tag, at = struct.unpack(">BHBH", report[:6])
        assert (number, channel, tag, at) == (0, 0x0101, 5, sequence), report.hex()
        body = report[6:]
        if length is None:
            (length,) = struct.unpack(">H", body[:2])
            body = body[2:]
        data, sequence = data + body, sequence + 1
    return data[:length]


def packets(answer):
    rest, sequence = struct.pack(">H", len(answer)) + answer, 0
    while rest:
        yield (struct.pack(">HBH", 0x0101, 5, sequence) + rest[:59]).ljust(64, b"\0")
        rest, sequence = rest[59:], sequence + 1


while True:
    asked = command()
    assert len(asked) == 5 and asked[2:] == b"\0\0\0", asked.hex()
    with open(state_file) as file:
        state = json.load(file)
    if state.get("silent"):
        continue
    time.sleep(state.get("delayMs", 0) / 1000)
    answer = bytes.fromhex(state["answers"].get(asked[:2].hex(), "6d00").replace(" ", ""))
    for packet in packets(answer):
        os.write(master, packet)
    if "stray" in state:  # for whoever opens the device next
        os.write(master, bytes.fromhex(state["stray"]).ljust(64, b"\0"))
