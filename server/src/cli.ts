console.log('netpol-guard', process.argv.slice(2));
process.exitCode = 1;
