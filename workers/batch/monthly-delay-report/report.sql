-- @job monthly-delay-report
-- @description How punctual each airport was, month by month, from a file of flights or from the workspace's own.
-- @file flights
-- @otherwise flights SELECT f.scheduledAt AS date, f.delayMinutes AS delay, a.iata AS origin
--   FROM flight f JOIN airport a ON a.id = f.origin
-- @column flights.date TIMESTAMP
-- @column flights.delay DOUBLE
-- @column flights.origin STRING
-- @output monthly-delays.csv
-- @track delays.reported
-- @limit 30m

-- One row for each month and airport of departure. A flight counts as late from 15 minutes on, as the FAA counts.
WITH monthly AS (
  SELECT
    CAST(date_trunc('month', date) AS DATE) AS month,
    origin,
    count(*) AS flights,
    avg(delay) AS mean_delay,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY delay) AS p90_delay,
    CAST(count_if(delay >= 15) AS DOUBLE) / count(*) AS late_share
  FROM flights
  WHERE delay IS NOT NULL
  GROUP BY 1, 2
)
SELECT
  month,
  origin,
  flights,
  round(mean_delay, 2) AS mean_delay_minutes,
  round(p90_delay, 2) AS p90_delay_minutes,
  round(late_share, 4) AS late_share,
  rank() OVER (PARTITION BY month ORDER BY mean_delay DESC) AS place_by_delay
FROM monthly
ORDER BY month, place_by_delay, origin
