// The container's own question whether its service is ready. Ends with 0 when it is.
const port = process.env.WARDSTREAM_HTTP_PORT ?? '8080';
try {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(3500) });
  if (!answer.ok) {
    console.error(`${answer.status} ${await answer.text()}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error.cause?.message ?? error.message);
  process.exitCode = 1;
}
