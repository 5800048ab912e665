/**
 * The functions of the common SQL subset: those that DuckDB and Spark SQL both have under this name with the same meaning for the values
 * our tables hold. A list of what may be called, so that a new function of an engine is shut out until somebody looked at it. Left out
 * for their meaning: `concat` and `array_agg` (nulls), `regexp_replace` (first or all), `dayofweek` (first day), `skewness` (sample or not).
 */
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const aggregates = words(`
  count count_star count_if sum avg min max any_value first last max_by min_by mode median quantile_cont quantile_disc
  approx_count_distinct stddev stddev_pop stddev_samp variance var_pop var_samp covar_pop covar_samp corr bool_and bool_or
  bit_and bit_or bit_xor regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy`);

const windows = words(`
  row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value`);

const numbers = words(`
  abs ceil ceiling floor round sign sqrt cbrt exp ln log10 log2 pow power mod pi degrees radians sin cos tan cot asin acos atan atan2
  sinh cosh tanh greatest least isnan bit_count factorial hex bin`);

const texts = words(`
  upper lower ucase lcase trim ltrim rtrim length char_length character_length bit_length substring substr left right lpad
  rpad repeat replace reverse translate concat_ws contains starts_with ends_with instr position split_part ascii chr
  levenshtein md5 get_json_object`);

/** An INTERVAL is parsed into `trunc` and the functions that begin with `to_`, `percentile_cont(…) WITHIN GROUP` into `quantile_cont`. */
const times = words(`
  date_trunc date_part year quarter month day dayofmonth dayofyear weekofyear hour minute second last_day make_date current_date
  to_years to_months to_weeks to_days to_hours to_minutes to_seconds trunc`);

/** `coalesce`, `case`, casts and comparisons are syntax and need no entry. */
const others = words('if nullif');

const operators = words('+ - * / % || ~~ !~~ ~~* !~~*');

export const sqlFunctions: ReadonlySet<string> = new Set([
  ...aggregates,
  ...windows,
  ...numbers,
  ...texts,
  ...times,
  ...others,
  ...operators,
]);

/** Functions that may stand in FROM. */
export const sqlTableFunctions: ReadonlySet<string> = new Set(['range']);
