/** Where every change is judged (CI), a run with a skipped test fails: jest itself calls it a success. */
module.exports = class NoSkippedTests {
  skipped = [];

  onTestResult(_test, { testFilePath, testResults }) {
    const left = testResults.filter(({ status }) => ['pending', 'todo', 'disabled'].includes(status));
    this.skipped.push(...left.map(({ fullName }) => `${testFilePath}: ${fullName}`));
  }

  onRunComplete() {
    if (this.getLastError()) console.error(this.getLastError().message);
  }

  /** Jest fails the run if this answers an error. */
  getLastError() {
    if (!process.env.CI || this.skipped.length === 0) return undefined;
    return new Error(`FAILED: nothing may be skipped here, but these are:\n  ${this.skipped.join('\n  ')}`);
  }
};
