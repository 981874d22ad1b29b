// Time servers (NTP, RFC 5905) that are as wrong as a file says, in seconds: time-server.cjs FILE ADDRESS...
const { createSocket } = require('node:dgram');
const { readFileSync } = require('node:fs');

const [file, ...addresses] = process.argv.slice(2);
const SECONDS_FROM_1900_TO_1970 = 2208988800;

function write(packet, at, seconds) {
  const whole = Math.floor(seconds);
  packet.writeUInt32BE((whole + SECONDS_FROM_1900_TO_1970) % 2 ** 32, at);
  packet.writeUInt32BE(Math.floor((seconds - whole) * 2 ** 32), at + 4);
}

function answerTo(question) {
  const now = (performance.timeOrigin + performance.now()) / 1000 + (Number(readFileSync(file, 'utf8')) || 0);
  const answer = Buffer.alloc(48);
  answer[0] = (question[0] & 0x38) | 4; // its version, a server's answer
  answer[1] = 2; // stratum
  answer[2] = question[2];
  answer[3] = 0xec;
  answer.writeUInt32BE(0x80, 4);
  answer.writeUInt32BE(0x80, 8);
  answer.write('TIME', 12, 'latin1');
  write(answer, 16, now - 1);
  question.copy(answer, 24, 40, 48);
  write(answer, 32, now);
  write(answer, 40, now);
  return answer;
}

for (const address of addresses) {
  const socket = createSocket('udp4');
  socket.on('message', (question, { address: from, port }) => {
    if (question.length >= 48) socket.send(answerTo(question), port, from);
  });
  socket.bind(123, address);
}
