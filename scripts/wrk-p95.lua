-- wrk tells the 50th, 75th, 90th and 99th percentile by itself.
done = function(_, latency)
  io.write(string.format("p95 %.1f ms\n", latency:percentile(95) / 1000))
end
